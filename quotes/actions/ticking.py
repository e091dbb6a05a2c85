"""Ticking a step of the checklist. The tick says who and when: no event, and the case is not changed for those who write on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import User
from portal.roles import CLINICAL_REVIEWER
from quotes.models import ChecklistStep, QuoteRequest
from quotes.workflow import CARING, NotAllowed


@transaction.atomic
def tick_step(*, case: QuoteRequest, by: User, key: str, is_done: bool) -> None:
    """Twice is once: two who tick the same step at one moment leave one tick."""
    case.lock()
    if not by.in_role(*CARING, CLINICAL_REVIEWER):
        raise NotAllowed(_("Your role does not allow this. Ask a colleague who may do it."))
    if not QuoteRequest.objects.visible_to(by).filter(pk=case.pk).exists():
        raise NotAllowed(_("A colleague has this case. Take it over first."))
    if not ChecklistStep.objects.filter(key=key, is_active=True).exists():
        raise NotAllowed(_("This step is not in the checklist any more. Load the page again."))
    audit.record("tick step" if is_done else "untick step", by=by, case_id=case.pk, object=f"quotes.checkliststep {key}")
    if is_done:
        case.ticks.get_or_create(key=key, defaults={"recorded_by": by})
    else:
        case.ticks.filter(key=key).delete()
