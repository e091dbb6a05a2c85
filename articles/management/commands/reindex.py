from typing import Any

from django.core.management.base import BaseCommand

from articles import search_index


class Command(BaseCommand):
    help = "Makes everything that the search looks through anew. Never needed in daily use; after restoring a backup, or a change to the search itself."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search_index.reindex()} entries.")
