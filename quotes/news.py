"""Whom news of a case reaches by e-mail, and the sentence that staff read about it after what they did."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from quotes.models import Participant, QuoteRequest
from quotes.questions import Text


class Reach(StrEnum):
    MAILED = "mailed"
    FAILING = "failing"  # there are addresses, and our last mail to every one of them was given up
    NO_ADDRESS = "no_address"
    STOPPED = "stopped"


SAID: dict[str, Text] = {
    Reach.MAILED: _("The family gets an e-mail that there is news."),
    Reach.FAILING: _("An e-mail goes out, but the last one did not arrive: call them."),
    Reach.NO_ADDRESS: _("Nobody of this case has an e-mail address. They will not be told: call them."),
    Reach.STOPPED: _("All contact is stopped, so the family is not told."),
}


def mailed(case: QuoteRequest) -> list[Participant]:
    """Everybody of the case who has an address and has joined; nobody where contact is stopped."""
    if case.contact_stopped_at is not None:
        return []
    return [one for one in case.participants.all() if one.email_index and one.revoked_at is None and not one.is_pending]


def reach(case: QuoteRequest) -> Reach:
    if case.contact_stopped_at is not None:
        return Reach.STOPPED
    people = mailed(case)
    if not people:
        return Reach.NO_ADDRESS
    return Reach.FAILING if all(one.unreachable_at for one in people) else Reach.MAILED


def after(case: QuoteRequest, said: Text) -> str:
    """What is said after a verb, and whom its news reached; nothing of that where it had none."""
    return f"{said} {SAID[case.news_reached]}" if case.news_reached else str(said)
