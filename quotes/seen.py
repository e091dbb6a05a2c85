"""Who opened a case and its files, and when: the audit log in plain words, for the family."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import AuditEvent
from portal.roles import LABELS
from quotes.models import QuoteRequest
from quotes.questions import Text

WORDS: dict[str, Text] = {
    "view case": gettext_lazy("opened your case."),
    "look in": gettext_lazy("opened your case once, for a colleague."),
    "view case header": gettext_lazy("saw the number and the status of your case, no answers."),
    "view file": gettext_lazy("looked at one of your files."),
    "download file": gettext_lazy("downloaded one of your files."),
    "view recommendation": gettext_lazy("opened your recommendation."),
    "view call": gettext_lazy("opened the call that you asked for."),
    "open for a caller": gettext_lazy("opened your request to write it with you."),
    "export case": gettext_lazy("downloaded a copy of everything."),
}
KINDS: dict[str, Text] = {  # of looks that another screen adds: by its first word
    "view": gettext_lazy("opened a part of your case."),
    "download": gettext_lazy("downloaded something of your case."),
    "print": gettext_lazy("printed something of your case."),
    "export": gettext_lazy("took a copy of something of your case."),
    "look": gettext_lazy("looked into your case."),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    at: datetime
    who: str
    role: str
    what: Text
    is_office: bool


def looks(case: QuoteRequest) -> QuerySet[AuditEvent]:
    """The rows of the audit log that are a look, a copy or a print of this case; newest first."""
    kinds = Q(action__in=WORDS)
    for first in KINDS:
        kinds |= Q(action__startswith=f"{first} ")
    return AuditEvent.objects.filter(kinds, case_id=case.pk).select_related("actor")


def look_of(event: AuditEvent) -> Look:
    """By first name and role at that time; the role says why they may."""
    roles = [str(LABELS.get(role, role)) for role in event.role.split(",") if role]
    return Look(
        at=event.at,
        who=event.actor.first_name if event.actor else _("Your side"),
        role=", ".join(roles),
        what=WORDS.get(event.action) or KINDS[event.action.split()[0]],
        is_office=event.actor is not None,
    )
