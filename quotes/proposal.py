"""The first draft of a recommendation, from plain rules: which treatments may fit these answers, and the rows people forget.

Rehabilitation comes first, always; a procedure is never proposed by a machine: staff add one by hand, with its label.
"""

from django.utils.translation import gettext_lazy as _

from quotes.models import LineItem, QuoteRequest, Treatment
from quotes.questions import Text

Group, Inclusion, Kind = LineItem.Group, LineItem.Inclusion, Treatment.Kind
Row = tuple[str, Text, str]

ORDER = (Kind.REHABILITATION, Kind.TRIAL, Kind.WAITING)
TRAVEL_ROWS: tuple[Row, ...] = (
    (Group.PEOPLE, _("Interpreter"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Travel and stay of the patient"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Travel and stay of one companion"), Inclusion.EXCLUDED),
    (Group.TRAVEL, _("Extra nights if something takes longer"), Inclusion.MAY_BE_ADDED),
    (Group.SAFETY_NET, _("Travel insurance that covers the treatment and the way home"), Inclusion.EXCLUDED),
    (Group.SAFETY_NET, _("Medicine to take home"), Inclusion.MAY_BE_ADDED),
    (Group.SAFETY_NET, _("Check-up and scan at home afterwards"), Inclusion.EXCLUDED),
    (Group.SAFETY_NET, _("Money aside for the unexpected"), Inclusion.MAY_BE_ADDED),
    (Group.OUR_FEE, _("Our commission, paid by the clinic"), Inclusion.INCLUDED),
)
STANDARD_LINES: dict[str, tuple[Row, ...]] = {
    Kind.PROCEDURE: (
        (Group.MEDICAL, _("First examination and blood tests"), Inclusion.INCLUDED),
        (Group.MEDICAL, _("The procedure"), Inclusion.INCLUDED),
        (Group.MEDICAL, _("Nights in hospital"), Inclusion.INCLUDED),
        *TRAVEL_ROWS,
    ),
    Kind.REHABILITATION: (
        (Group.MEDICAL, _("First assessment by the therapy team"), Inclusion.INCLUDED),
        (Group.REHABILITATION, _("Therapy programme"), Inclusion.INCLUDED),
        *TRAVEL_ROWS,
    ),
    Kind.TRIAL: (
        (Group.MEDICAL, _("The study treatment (a proper trial does not charge for it)"), Inclusion.INCLUDED),
        (Group.TRAVEL, _("Travel to the study centre"), Inclusion.MAY_BE_ADDED),
    ),
    Kind.WAITING: ((Group.MEDICAL, _("Check-up with your own doctor"), Inclusion.EXCLUDED),),
}


def fitting_treatments(case: QuoteRequest) -> list[Treatment]:
    """One treatment of each kind without a procedure, in the case's language (English where there is none)."""
    found = []
    for kind in ORDER:
        rows = Treatment.objects.filter(kind=kind, is_active=True)
        treatment = rows.filter(language=case.language).first() or rows.filter(language="en").first()
        if treatment:
            found.append(treatment)
    return found
