from typing import Any

from django.core.management.base import BaseCommand

from quotes import catalogue, replies


class Command(BaseCommand):
    help = "Loads the starter treatments, checklist and reply texts. Safe to repeat; leaves alone what was edited in the admin."

    def handle(self, *args: Any, **options: Any) -> None:
        said: list[str] = []
        catalogue.load(say=said.append)
        replies.load(say=said.append)
        for line in said:
            if options["verbosity"] > 1 or "edited here" in line:
                self.stdout.write(line)
        self.stdout.write(f"The catalogue is loaded: {len(said)} rows." if said else "The catalogue is up to date.")
