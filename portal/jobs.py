"""Periodic functions. An app registers its own in its `jobs` module; the worker runs what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from portal import outbox
from portal.models import AuditEvent, RateLimit

AUDIT_LIFE = timedelta(days=6 * 365 + 2)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], object]


JOBS: dict[str, Job] = {}


def register(every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorate a function of no arguments. It must bear running twice at once, and being cut in the middle."""

    def add(run: Callable[[], object]) -> Callable[[], object]:
        name = f"{run.__module__}.{run.__name__}"
        JOBS[name] = Job(name, every, run)
        return run

    return add


@register(timedelta(seconds=2))
def send_mail() -> object:
    return outbox.send_due()


@register(timedelta(hours=1))
def forget_visits() -> object:
    """Counts of rate limits and sessions that have run out."""
    call_command("clearsessions")
    return RateLimit.objects.filter(ends_at__lt=timezone.now() - timedelta(days=1)).delete()


@register(timedelta(days=1))
def forget_old_audit() -> object:
    """The audit log is kept six years, as the privacy page says."""
    return AuditEvent.objects.forget_before(timezone.now() - AUDIT_LIFE)
