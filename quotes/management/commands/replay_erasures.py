from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from quotes import actions, erasures
from quotes.models import Erasure, QuoteRequest
from quotes.models.privacy import case_digest
from quotes.workflow import JOB


class Command(BaseCommand):
    help = (
        "After a restore: erases again what was erased since the backup was made. Run it before the site and the worker start."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many came back")

    def handle(self, *args: Any, **options: Any) -> None:
        known = {erasure.case_digest for erasure in erasures.read()} | set(
            Erasure.objects.values_list("case_digest", flat=True)
        )
        came_back = [pk for pk in QuoteRequest.objects.values_list("pk", flat=True).iterator() if case_digest(pk) in known]
        if options["dry_run"]:
            self.stdout.write(f"{len(known)} erasures are known; {len(came_back)} of these cases are here.")
            return
        erasures.read_back()
        for case in QuoteRequest.objects.filter(pk__in=came_back):
            actions.erase(case=case, by=JOB, again=True)
        self.stdout.write(f"{len(known)} erasures are known; {len(came_back)} of these cases were here and are erased again.")
