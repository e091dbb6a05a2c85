"""The audit log: written with what it records, never changed, with names of fields and no values."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal import audit, jobs
from portal.logs import request_id
from portal.models import AppendOnly, AuditEvent

pytestmark = pytest.mark.django_db


def test_an_event_says_who_in_which_role_did_what(coordinator):
    case_id = uuid.uuid4()
    token = request_id.set("abc")
    try:
        event = audit.record("view case", by=coordinator, case_id=case_id, object="quotes.quoterequest 1", fields=["a", "b"])
    finally:
        request_id.reset(token)
    event.refresh_from_db()
    assert (event.actor, event.role, event.case_id, event.fields) == (coordinator, "coordinator", case_id, "a, b")
    assert (event.outcome, event.request_id) == ("ok", "abc")


def test_somebody_with_every_role_still_fits(coordinator):
    coordinator.groups.set(coordinator.groups.model.objects.all())
    assert audit.record("view", by=coordinator, object="x" * 500, fields=["field"] * 500).pk


def test_an_event_cannot_be_changed_or_deleted():
    event = audit.record("view", by=None)
    event.action = "nothing"
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(action="nothing"),
        lambda: AuditEvent.objects.bulk_update([event], ["action"]),
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            attempt()
    assert AuditEvent.objects.get().action == "view"


def test_the_database_refuses_too_unless_the_purge_says_so():
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    audit.record("view", by=None)
    for sql in ("UPDATE portal_auditevent SET action = 'x'", "DELETE FROM portal_auditevent"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL regain.purge = 'on'")
        cursor.execute("DELETE FROM portal_auditevent")
    assert AuditEvent.objects.count() == 0


def test_an_event_goes_when_what_it_records_goes(coordinator):
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("view", by=coordinator)
        raise RuntimeError
    assert AuditEvent.objects.count() == 0


def test_rows_leave_after_six_years_and_not_before():
    old = audit.record("view", by=None)
    young = audit.record("view", by=None)
    with time_machine.travel(timezone.now() + timedelta(days=6 * 365 + 3), tick=False):
        fresh = audit.record("view", by=None)
        jobs.forget_old_audit()
    assert list(AuditEvent.objects.all()) == [fresh]
    assert old.pk != young.pk
