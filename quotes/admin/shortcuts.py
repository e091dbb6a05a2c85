"""Getting around by keyboard: one letter each, listed under "?" and by a button, and the cases before and after this one.

Plain letters, because a modifier would take keys from browsers and screen readers. A voice program or a slip can press a plain
letter too (WCAG 2.1.4): none works while something is typed, and the list has a switch that this browser remembers.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.admin_site import member
from quotes import queries
from quotes.admin.filters import cases_of
from quotes.admin.paging import further
from quotes.models import QuoteRequest, Recommendation
from quotes.questions import Text
from quotes.workflow import CARING

QUEUE = "admin:quotes_quoterequest_changelist"
MINE, TO_JUDGE = {"coordinator": "me"}, {"flags": "red"}  # whose queue is walked through: see filters.py
ENDS: dict[str, Text] = {
    "next": _("That was the last case of your queue."),
    "previous": _("That was the first case of your queue."),
}


def panel(
    case: QuoteRequest, *, verbs: Any = (), recommendation: Recommendation | None = None, has_checklist: bool = False
) -> dict[str, Any]:
    """Key, what it does, and the link that it follows; only what is there for this person now. The page names the letters."""
    queue = reverse(QUEUE)
    following, before = (reverse(f"admin:quotes_quoterequest_{name}", args=[case.pk]) for name in ENDS)
    newest = reverse("admin:quotes_recommendation_change", args=[recommendation.pk]) if recommendation else ""
    rows: tuple[tuple[str, Text, str], ...] = (
        ("r", _("Write to the family"), "#message-text" if "send_message" in verbs else ""),
        ("n", _("Write a note"), "#note-text" if "add_note" in verbs else ""),
        ("o", _("Open the recommendation"), newest),
        ("l", _("The checklist"), "#checklist" if has_checklist else ""),
        ("j", _("The next case of my queue"), following),
        ("k", _("The case before it"), before),
        ("s", _("Look for a case"), f"{queue}#searchbar"),
        ("q", _("The queue"), queue),
        ("d", _("The desk"), reverse("admin:index")),
    )
    return {"shortcuts": [row for row in rows if row[2]], "next_url": following, "previous_url": before}


def urls(site: admin.AdminSite) -> list[URLPattern]:
    return [
        path(f"<uuid:object_id>/{name}/", site.admin_view(neighbour), {"name": name}, name=f"quotes_quoterequest_{name}")
        for name in ENDS
    ]


@require_GET
def neighbour(request: HttpRequest, object_id: UUID, name: str) -> HttpResponseRedirect:
    """On to the case behind or before this one in one's own queue, in the queue's order; this one need not be in it."""
    user = member(request)
    order = list(queries.URGENT_FIRST)
    place = QuoteRequest.objects.listed_for(user).filter(pk=object_id).values_list(*order).first()
    if place is None:
        raise Http404
    backwards, mine = name == "previous", MINE if user.in_role(*CARING) else TO_JUDGE
    cases = cases_of(request, mine).filter(further(order, list(place), down=backwards))
    found = cases.order_by(*(f"-{column}" for column in order) if backwards else order).values_list("pk", flat=True).first()
    if found is None:
        messages.info(request, str(ENDS[name]))
        return HttpResponseRedirect(f"{reverse(QUEUE)}?{urlencode(mine)}")
    return HttpResponseRedirect(reverse("admin:quotes_quoterequest_change", args=[found]))
