from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles import library


class Command(BaseCommand):
    help = "Loads the starter library: articles, topics, bylines and references. Safe to repeat; leaves alone what was edited here."

    def handle(self, *args: Any, **options: Any) -> None:
        said: list[str] = []
        try:
            library.load(say=said.append)
        except library.LibraryError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for line in said:
            if options["verbosity"] > 1 or "edited here" in line or "edition" in line:
                self.stdout.write(line)
        self.stdout.write("The library is loaded." if said else "The library is up to date.")
