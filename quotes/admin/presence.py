"""Who else is at work on a case: colleagues who opened it in the last minutes, and who is writing. Never shown to families.

Nothing is recorded for this. It is read from the audit log, and from the drafts that are kept while somebody writes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.admin_site import member
from portal.models import AuditEvent, User
from quotes.models import QuoteRequest, TextDraft
from quotes.questions import Text

WRITING = timedelta(minutes=2)  # since the last word that was kept: whoever writes on has it kept every few seconds
WRITES: dict[str, Text] = {
    TextDraft.Box.REPLY: _("%(name)s is writing a reply to the family."),
    TextDraft.Box.NOTE: _("%(name)s is writing a note."),
}
# what the audit log calls it → in the last minute, and before
LOOKS: dict[str, tuple[Text, Text]] = {
    "view case": (_("%(name)s opened this case just now."), _("%(name)s opened this case %(time)s ago.")),
    "look in": (_("%(name)s looked into this case just now."), _("%(name)s looked into this case %(time)s ago.")),
    "view recommendation": (
        _("%(name)s opened the recommendation just now."),
        _("%(name)s opened the recommendation %(time)s ago."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """`key` stays while they do the same, whatever the clock says: the script speaks up only when it changes."""

    key: str
    text: str
    is_writing: bool


def colleagues(case_id: UUID, *, user: User) -> list[Colleague]:
    """One line a person, those who write first. A look is forgotten when the sign-in would have ended without another."""
    now, found = timezone.now(), dict[Any, Colleague]()
    since = now - timedelta(seconds=settings.STAFF_IDLE_SECONDS)
    drafts = TextDraft.objects.filter(case=case_id, kept_at__gte=now - WRITING).exclude(user=user)
    looks = AuditEvent.objects.filter(case_id=case_id, action__in=LOOKS, at__gte=since).exclude(actor=user).order_by()
    rows = drafts.values_list("user", "user__name", "box", "kept_at").union(
        looks.values_list("actor", "actor__name", "action", "at"), all=True
    )
    for person, name, what, at in sorted(rows, key=lambda row: (row[2] in WRITES, row[3]), reverse=True):
        just_now, ago = LOOKS[what] if what in LOOKS else (WRITES[what], WRITES[what])
        text = (just_now if now - at < timedelta(minutes=1) else ago) % {"name": name, "time": timesince(at, now, depth=1)}
        found.setdefault(person, Colleague(key=f"{person} {what}", text=text, is_writing=what in WRITES))
    return list(found.values())


def panel(case: QuoteRequest, *, user: User) -> dict[str, Any]:
    return {"colleagues": colleagues(case.pk, user=user), "here_url": reverse("admin:quotes_quoterequest_here", args=[case.pk])}


@require_GET
def here(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The same lines alone, for the script that asks while the page is looked at. Says nothing of the case: no audit event."""
    user = member(request)
    if not QuoteRequest.objects.listed_for(user).filter(pk=object_id, health_withdrawn_at__isnull=True).exists():
        raise Http404
    return render(request, "admin/quotes/quoterequest/_here.html", {"colleagues": colleagues(object_id, user=user)})
