from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts import set_up_groups
from portal.roles import MATRIX


class Command(BaseCommand):
    help = "Makes the groups of staff say what portal/roles.py says. Run it after every upgrade; it is safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        set_up_groups()
        self.stdout.write(f"{len(MATRIX)} roles are set up: {', '.join(MATRIX)}.")
