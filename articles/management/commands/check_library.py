from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import library_check, readability
from articles.library_rows import LANGUAGES


class Command(BaseCommand):
    requires_system_checks = []  # reads files alone
    help = "Checks the starter library's texts against the rules of articles/library_rules.py. Touches no database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", metavar="KEY", help="one article, by its key (the name of its file)")
        parser.add_argument("--language", action="append", choices=LANGUAGES, default=[], help="one language; may be repeated")
        parser.add_argument(
            "--partial", action="store_true", help="while translations are being written: what is missing is a warning"
        )
        parser.add_argument("--scores", action="store_true", help="show words and reading level of each text too")

    def handle(self, *args: Any, **options: Any) -> None:
        only, languages = options["only"], options["language"]
        found = library_check.problems(only=only, languages=languages, partial_library=options["partial"])
        if options["scores"]:
            self.scores(only=only, languages=languages)
        for problem in found:
            self.stdout.write(str(problem))
        if errors := [problem for problem in found if not problem.is_warning]:
            raise CommandError(f"{len(errors)} to mend.")
        self.stdout.write("The library is as it should be.")

    def scores(self, *, only: str, languages: list[str]) -> None:
        files = library_check.read(library_check.library.LIBRARY)
        for language in languages or LANGUAGES:
            texts = [(source.path, key, source.body) for key, source in files.articles[language].items()]
            texts += [(path, key, body) for key, (path, _facts, body) in files.easy[language].items()]
            for path, key, body in texts:
                if not only or key == only:
                    score = readability.score(body, language=language)
                    self.stdout.write(f"{files.name(path)}: {readability.word_count(body)} words, level {score:.1f}")
