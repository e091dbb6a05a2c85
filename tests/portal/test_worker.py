"""The worker runs every job, survives a failing one, says that it lives, and stops when told."""

import signal
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from portal import jobs
from portal.jobs import Job
from portal.management.commands import worker
from portal.models import Heartbeat, RateLimit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signals():
    """The command installs handlers; the test process gets its own back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def only(monkeypatch):
    """These jobs and no others."""

    def install(**functions) -> list[str]:
        ran: list[str] = []

        def recorded(name, function):
            def run() -> None:
                ran.append(name)
                function()

            return run

        made = {name: Job(name, timedelta(0), recorded(name, function)) for name, function in functions.items()}
        monkeypatch.setattr(worker, "JOBS", made)
        monkeypatch.setattr(worker, "close_old_connections", lambda: None)
        return ran

    return install


def nothing() -> None:
    pass


def test_once_runs_every_job_once(only):
    ran = only(first=nothing, second=nothing)
    call_command("worker", once=True)
    assert ran == ["first", "second"]
    assert timezone.now() - Heartbeat.objects.get(name="worker").at < timedelta(seconds=5)


def test_a_failing_job_does_not_stop_the_others(only):
    def fails() -> None:
        raise RuntimeError("a bug")

    ran = only(first=fails, second=nothing)
    call_command("worker", once=True)
    assert ran == ["first", "second"]


def test_sigterm_stops_after_the_current_job(only):
    def told_to_stop() -> None:
        signal.raise_signal(signal.SIGTERM)

    ran = only(first=told_to_stop, second=nothing)
    call_command("worker")
    assert ran == ["first"]


def test_the_mail_job_is_there():
    assert "portal.jobs.send_mail" in jobs.JOBS


def test_visits_are_forgotten():
    old = timezone.now() - timedelta(days=2)
    RateLimit.objects.create(bucket="old", ends_at=old)
    RateLimit.objects.create(bucket="young", ends_at=timezone.now())
    session = SessionStore()
    session.create()
    Session.objects.update(expire_date=old)
    jobs.forget_visits()
    jobs.forget_sessions()
    assert [row.bucket for row in RateLimit.objects.all()] == ["young"]
    assert not Session.objects.exists()
