"""What somebody has typed on the case page and not sent: kept for that person, given back when the page is opened again."""

from uuid import UUID

from django.http import HttpRequest

from quotes.case_forms import LONGEST_MESSAGE
from quotes.models import MessageDraft, Participant

Place = MessageDraft.Place
FIELDS = {Place.MESSAGE: "body", Place.CHANGE: "text", Place.DECLINE: "reason"}  # where the text stands in the page's form
PAGES = {"case_messages": Place.MESSAGE, "case_change": Place.CHANGE, "case_decline": Place.DECLINE}
LONGEST = 4 * LONGEST_MESSAGE  # a text that is too long to send is kept, too, so that it can be cut


def draft_of(participant: Participant, place: str) -> str:
    draft = participant.message_drafts.filter(place=place).first()
    return draft.text if draft else ""


def keep_typed(request: HttpRequest, participant: Participant, place: str) -> None:
    """After a form that could not be taken. Whoever may only read has nothing to send."""
    if participant.may_write:
        MessageDraft.keep(participant, place=place, text=request.POST.get(FIELDS[Place(place)], "")[:LONGEST])


def keep_when_out(request: HttpRequest, *, before: str | None) -> bool:
    """The page had closed by itself meanwhile: keep the text for the person who was in it until then."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if before is None or page not in PAGES:
        return False
    place = PAGES[page]
    participant = Participant.objects.active().filter(pk=UUID(before)).first()
    if participant is None or not request.POST.get(FIELDS[place], "").strip():
        return False
    keep_typed(request, participant, place)
    return participant.may_write
