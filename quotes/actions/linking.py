"""Linking two cases that belong together, and taking a link away. Both timelines say so, neither names the other."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import User
from quotes.actions import core
from quotes.models import CaseLink, Event, QuoteRequest
from quotes.workflow import NotAllowed


@transaction.atomic
def link_case(*, case: QuoteRequest, by: User, other: QuoteRequest, why: str) -> CaseLink:
    """Both have to be this person's to open: a link must tell nobody that the other case exists."""
    core.begin("link_case", case=case, by=by)
    if not why.strip():
        raise NotAllowed(_("Write down why these two cases belong together."))
    if other.pk == case.pk:
        raise NotAllowed(_("This is the same case."))
    hold(other)
    if not QuoteRequest.objects.visible_to(by).filter(pk=other.pk).exists():
        raise NotAllowed(_("No case that you may open has this reference."))
    first, second = sorted((case, other), key=lambda one: one.pk)
    link, is_new = CaseLink.objects.get_or_create(first=first, second=second, defaults={"why": why.strip(), "recorded_by": by})
    if not is_new:
        raise NotAllowed(_("These two cases are linked already."))
    Event.objects.create(case=other, kind="link_case", by_user=by)
    core.finish(case)
    return link


@transaction.atomic
def unlink_case(*, case: QuoteRequest, by: User, link: UUID | None) -> None:
    """From either side, also when a colleague has the other one: a wrong link must not wait for anybody."""
    core.begin("unlink_case", case=case, by=by)
    links = CaseLink.objects.of(case).select_related("first", "second")
    found = next((one for one in links if one.pk == link), None)
    if found is None:
        raise NotAllowed(_("This link is not there any more."))
    other = found.second if found.first_id == case.pk else found.first
    hold(other)
    found.delete()
    Event.objects.create(case=other, kind="unlink_case", by_user=by)
    core.finish(case)


def hold(other: QuoteRequest) -> None:
    """Lock the second case without waiting: two who link the same two cases from both sides would wait for each other."""
    if not QuoteRequest.objects.select_for_update(skip_locked=True).filter(pk=other.pk).exists():
        raise NotAllowed(_("Somebody is saving the other case just now. Try again."))
