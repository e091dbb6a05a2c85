from typing import Any

from django.core.management.base import BaseCommand

from portal.encryption import new_key


class Command(BaseCommand):
    help = "Prints a fresh key for FIELD_KEYS or INDEX_KEYS. It is stored nowhere: keep it where your backups are not."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
