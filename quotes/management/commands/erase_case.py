from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import User
from quotes import actions
from quotes.models import QuoteRequest
from quotes.workflow import NotAllowed


class Command(BaseCommand):
    help = "Erases a case for good, when the person it belongs to asks for it. Asks before it does so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="for example RG-7K3F-92QX")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the manager who answers for it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        case = QuoteRequest.objects.filter(reference=options["reference"].strip().upper()).first()
        manager = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if case is None:
            raise CommandError("There is no case with this reference.")
        if manager is None:
            raise CommandError("--by is no active member of staff.")
        if (
            not options["yes"]
            and input(f"Erase {case.reference} with everything on it? This cannot be undone. [yes/no] ") != "yes"
        ):
            raise CommandError("Nothing was erased.")
        try:
            proof = actions.erase(case=case, by=manager)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{options['reference']} is erased. The code that proves it: {proof}. Backups still hold it until they run out."
        )
