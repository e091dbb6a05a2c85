"""After an option was chosen: what the family may prepare, by the kind of treatment, and where the papers for a clinic stand."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quotes.models import QuoteRequest, Recommendation, Sharing, Treatment
from quotes.questions import Text
from quotes.workflow import OPEN, Status

Kind, State = Treatment.Kind, Sharing.State

TALK_TO_DOCTOR: Final = _(
    "Tell your own doctor what you have chosen. Show them “Take it to my doctor” from the recommendation."
)
MEDICINES: Final = _("A list of all medicines, or a photo of the boxes. Never stop one without your doctor.")
LETTER: Final = _("The discharge letter from the hospital, if you have it.")
QUESTIONS: Final = _("The questions that you still have. Write them down as they come.")

TO_PREPARE: dict[str, tuple[Text, ...]] = {
    Kind.PROCEDURE: (
        TALK_TO_DOCTOR,
        LETTER,
        _("The report of the brain scan, and the pictures if you have them."),
        MEDICINES,
        _("Who could come with you, and for how long."),
        _("Book and pay nothing yet: no journey, no room, no clinic."),
        QUESTIONS,
    ),
    Kind.REHABILITATION: (
        LETTER,
        _("What therapists wrote about exercises and progress, if there is anything."),
        MEDICINES,
        _("Which hours of the day are good for practice, and how far you can travel."),
        _("What your health insurance pays. They can tell you by phone."),
        QUESTIONS,
    ),
    Kind.TRIAL: (
        TALK_TO_DOCTOR,
        LETTER,
        _("The report of the brain scan, and the pictures if you have them."),
        MEDICINES,
        _("The people who run the trial decide who can take part. A no from them says nothing about you."),
        _("A real trial does not ask you to pay for the treatment. Tell us if somebody does."),
        QUESTIONS,
    ),
    Kind.WAITING: (
        TALK_TO_DOCTOR,
        _("Go on with your exercises and your medicines."),
        _("Note what changes, with the day: what is easier, what is harder."),
        QUESTIONS,
    ),
}

# heading and sentence for the family, by where the papers for the clinic stand
STATE_TEXTS: dict[str, tuple[Text, Text]] = {
    State.PROPOSED: (
        _("The clinic needs some papers: you decide"),
        _("We have written a summary for the clinic. It has not seen anything. Read the summary first, then say yes or no."),
    ),
    State.AGREED: (
        _("Agreed: we pass the papers on"),
        _("Nothing has left yet. The agreement can still be taken back."),
    ),
    State.REFUSED: (
        _("The answer was no: nothing went to the clinic"),
        _("That is all right. We talk with you about another way."),
    ),
    State.SENT: (
        _("The clinic has to answer now"),
        _("We took out the papers that were agreed to, to give them to the clinic. We tell you as soon as it answers."),
    ),
    State.ANSWERED: (_("The clinic has answered"), _("Read what the clinic said. We talk with you about what comes next.")),
    State.WITHDRAWN: (
        _("The agreement was taken back"),
        _("We give nothing more to this clinic."),
    ),
}
ALREADY_THERE: Final = _(
    "What we had already given to the clinic cannot be called back. If you wish, we ask the clinic to delete it: write to us."
)
OUTCOME_TEXTS: dict[str, Text] = {
    Sharing.Outcome.ACCEPTS: _("The clinic says that it can take you. You decide; nothing is booked and nothing is paid."),
    Sharing.Outcome.NEEDS_MORE: _("The clinic needs to know more before it can say. We ask you before it gets anything else."),
    Sharing.Outcome.DECLINES: _("The clinic says that it cannot take you. We talk with you about other ways."),
}


@dataclass(frozen=True, kw_only=True)
class NextSteps:
    to_prepare: tuple[Text, ...]
    sharing: Sharing | None
    heading: Text = ""
    sentence: Text = ""


def next_steps(case: QuoteRequest) -> NextSteps | None:
    """For the family's overview; None while nothing is chosen."""
    if case.accepted_option is None or case.status != Status.ACCEPTED:
        return None
    sharing = case.sharings.shown().select_related("clinic").first()
    heading, sentence = state_text(sharing) if sharing else ("", "")
    kind = case.accepted_option.kind
    return NextSteps(to_prepare=TO_PREPARE[kind], sharing=sharing, heading=heading, sentence=sentence)


def choice_is_set_aside(case: QuoteRequest, *, latest: Recommendation | None) -> bool:
    """Whether the office began a new version of what the family had chosen, and they have not chosen again. `latest`: that was sent."""
    if latest is None or case.status not in OPEN or (case.status == Status.RECOMMENDED and latest.number == 1):
        return False  # asked without a look at the events: it is so on nearly every page
    turns = case.events.filter(Q(kind="accept") | Q(kind="revise", data__sets_aside=True))
    last = turns.order_by("-at").first()
    return last is not None and last.kind == "revise"


def state_text(sharing: Sharing) -> tuple[Text, Text]:
    return STATE_TEXTS[sharing.state]
