"""A document under docs/ that is made from a table in the code, so that it says what the code does."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation


class GeneratedDoc(BaseCommand):
    """A command of this kind says which `file` it writes, and its `text`."""

    file: str

    def text(self) -> str:
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when the file is not up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / self.file
        with translation.override("en"):  # whatever language is active
            text = self.text()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                command = type(self).__module__.rpartition(".")[2]
                raise CommandError(f"{self.file} is not up to date. Run `manage.py {command}`.")
            return
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"Written: {self.file}")
