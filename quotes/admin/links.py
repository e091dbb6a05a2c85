"""Cases that belong together, on the case screen: those that are linked, and those that may be of the same person."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from quotes import search
from quotes.models import CaseLink, QuoteRequest, SearchKey
from quotes.questions import Text

MOST = 10
REASONS: dict[str, Text] = {
    SearchKey.Kind.EMAIL: _("same e-mail address"),
    SearchKey.Kind.PHONE: _("same phone number"),
    SearchKey.Kind.PATIENT: _("same name and year of birth of the patient"),
    SearchKey.Kind.NAME: _("same name"),
}


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Another case of the link; who may not open it sees what the queue shows of it, and nothing more."""

    case: QuoteRequest
    link: CaseLink


@dataclass(frozen=True, kw_only=True)
class Similar:
    case: QuoteRequest
    reasons: list[Text]


def panel(case: QuoteRequest, *, user: User) -> dict[str, Any]:
    links = {
        link.second_id if link.first_id == case.pk else link.first_id: link
        for link in (CaseLink.objects.of(case).select_related("recorded_by") if getattr(case, "has_link", True) else ())
    }
    reasons = search.similar(case)
    rows = QuoteRequest.objects.listed_for(user).select_related("coordinator").filter(pk__in=links)
    linked = [Linked(case=row, link=links[row.pk]) for row in rows.order_by("-submitted_at")] if links else []
    alike = QuoteRequest.objects.visible_to(user).select_related("coordinator").filter(pk__in=reasons.keys() - links.keys())
    similar = [
        Similar(case=row, reasons=[words for kind, words in REASONS.items() if kind in reasons[row.pk]])
        for row in (alike.order_by("-submitted_at")[:MOST] if reasons else ())
    ]
    return {"linked": linked, "similar": similar}
