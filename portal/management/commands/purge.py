from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.jobs import JOBS, RETENTION


class Command(BaseCommand):
    help = "Removes what is kept no longer, as the worker does by itself. With --dry-run: lists what would go, and changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, rule in sorted(RETENTION.items(), key=lambda entry: entry[1].order):
            count = rule.due().count()
            self.stdout.write(f"{count:>7}  {name}: {rule.what}. {rule.how_long}")
            if not options["dry_run"]:
                JOBS[name].run()
        if options["dry_run"]:
            self.stdout.write("Nothing was removed: this was a dry run.")
