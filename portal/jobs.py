"""Periodic functions. An app registers its own in its `jobs` module; the worker runs what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import outbox
from portal.models import AuditEvent, OutgoingEmail, RateLimit

AUDIT_LIFE = timedelta(days=6 * 365 + 2)
MAIL_LIFE = timedelta(days=90)
Text = str | Promise


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long something is kept: what it is and how long, in words for the privacy page, and the rows whose time is over."""

    order: int  # on the privacy page
    what: Text
    kept: Callable[[], Text] | Text
    due: Callable[[], "QuerySet[Any]"]

    @property
    def how_long(self) -> Text:
        return self.kept() if callable(self.kept) else self.kept


JOBS: dict[str, Job] = {}
RETENTION: dict[str, Retention] = {}  # one table, for the jobs, for `manage.py purge` and for the privacy page


def register(every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorate a function of no arguments. It must bear running twice at once, and being cut in the middle."""

    def add(run: Callable[[], object]) -> Callable[[], object]:
        name = f"{run.__module__}.{run.__name__}"
        JOBS[name] = Job(name, every, run)
        return run

    return add


def keeps(
    every: timedelta, *, order: int, what: Text, kept: Callable[[], Text] | Text, due: Callable[[], "QuerySet[Any]"]
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorate a job that ends the time of something: `due` are the rows that it would take now."""

    def add(run: Callable[[], object]) -> Callable[[], object]:
        RETENTION[f"{run.__module__}.{run.__name__}"] = Retention(order=order, what=what, kept=kept, due=due)
        return register(every)(run)

    return add


@register(timedelta(seconds=2))
def send_mail() -> object:
    return outbox.send_due()


def old_counts() -> QuerySet[RateLimit]:
    return RateLimit.objects.filter(ends_at__lt=timezone.now() - timedelta(days=1))


@keeps(
    timedelta(hours=1),
    order=80,
    what=_("The count of requests by which we notice machines"),
    kept=_("A day, by a scrambled form of the internet address."),
    due=old_counts,
)
def forget_visits() -> object:
    """Counts of rate limits."""
    return old_counts().delete()


@keeps(
    timedelta(hours=1),
    order=85,
    what=_("That your browser is signed in"),
    kept=_("Until you sign out, or 8 hours on your private page; 30 days while you fill in a request."),
    due=lambda: Session.objects.filter(expire_date__lt=timezone.now()),
)
def forget_sessions() -> object:
    """Sessions that have run out."""
    return call_command("clearsessions")


def old_mail() -> QuerySet[OutgoingEmail]:
    """Done with, one way or the other; what still waits for a person or a worker stays."""
    done = (OutgoingEmail.State.SENT, OutgoingEmail.State.FAILED, OutgoingEmail.State.UNCERTAIN)
    return OutgoingEmail.objects.filter(state__in=done, created_at__lt=timezone.now() - MAIL_LIFE)


@keeps(
    timedelta(days=1),
    order=70,
    what=_("That we sent an e-mail, and when"),
    kept=_("90 days after it was sent. Its words are never kept."),
    due=old_mail,
)
def forget_old_mail() -> object:
    """Rows of the outbox that are done."""
    return old_mail().delete()


def old_audit() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(at__lt=timezone.now() - AUDIT_LIFE)


@keeps(
    timedelta(days=1),
    order=60,
    what=_("Who opened a case, and when"),
    kept=_("6 years, without your name: we must be able to show it."),
    due=old_audit,
)
def forget_old_audit() -> object:
    """The audit log is kept six years, as the privacy page says."""
    return AuditEvent.objects.forget_before(timezone.now() - AUDIT_LIFE)
