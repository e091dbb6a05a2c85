"""What the office still needs from the family, for the overview: each with where to give it. Nothing of it is a must."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quotes import questions
from quotes.models import MessageDraft, Participant
from quotes.questions import PROMISED, RECORDS


@dataclass(frozen=True, kw_only=True)
class Need:
    icon: str
    text: str
    url: str
    action: str


def needs(participant: Participant, *, may_correct: bool, may_add: bool) -> list[Need]:
    """Only for those who may give it, and while it can be given."""
    found = []
    if participant.may_write:
        found += unsent(participant)
    if may_correct and (still_open := len(questions.open_questions(participant.case.answers))):
        found.append(
            Need(
                icon="question",
                text=ngettext(
                    "%(count)s question is still open. An answer helps us, and you can give it when you have a quiet moment.",
                    "%(count)s questions are still open. Answers help us, and you can give them when you have a quiet moment.",
                    still_open,
                )
                % {"count": still_open},
                url=reverse("quotes:case_answers"),
                action=_("Open my answers"),
            )
        )
    if may_add and (records := promised_records(participant)):
        found.append(
            Need(
                icon="document",
                text=_("Papers that you have, and that we have not: %(records)s") % {"records": "; ".join(records)},
                url=reverse("quotes:case_documents"),
                action=_("Add documents"),
            )
        )
    return found


def unsent(participant: Participant) -> list[Need]:
    if not participant.message_drafts.filter(place=MessageDraft.Place.MESSAGE).exists():
        return []
    return [
        Need(
            icon="pencil",
            text=_("You began a message and have not sent it yet."),
            url=reverse("quotes:case_messages") + "#write",
            action=_("Go on writing"),
        )
    ]


def promised_records(participant: Participant) -> list[str]:
    """Without a look at the files when nothing was promised."""
    answers = participant.case.answers
    promised = [key for key in RECORDS if answers.get(key) in PROMISED]
    if not promised:
        return []
    there = set(participant.case.attachments.kept().values_list("slot", flat=True))
    return [str(RECORDS[key]) for key in promised if key.removeprefix("record_") not in there]
