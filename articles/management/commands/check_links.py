from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import link_check


class Command(BaseCommand):
    help = "Opens the addresses of all sources and trials, to be run before a launch on a machine with a network."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--online", action="store_true", help="really call out; without it the addresses are only listed")
        parser.add_argument("--only", default="", metavar="KEY", help="one source or trial, such as R073 or T11")
        parser.add_argument("--timeout", type=float, default=20.0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["online"]:
            found = list(link_check.links(only=options["only"]))
            for link in found:
                self.stdout.write(f"{link.owner} {link.name}: {link.url}")
            self.stdout.write(f"{len(found)} addresses. Nothing was opened: add --online to open them.")
            return
        counts: Counter[str] = Counter()
        for answer in link_check.look_at_all(only=options["only"], timeout=options["timeout"]):
            counts[answer.kind] += 1
            if answer.kind != "alive" or options["verbosity"] > 1:
                link = answer.link
                self.stdout.write(f"{answer.kind}: {link.owner} {link.name}: {link.url}: {answer.detail}")
        self.stdout.write(
            f"{counts['alive']} alive, {counts['by hand']} to open by hand (they refuse programs), {counts['dead']} dead."
        )
        if counts["dead"]:
            raise CommandError("Correct the dead addresses in the references, or take them out.")
