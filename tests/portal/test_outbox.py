"""Mail that is neither lost nor doubled: claims, cuts, refusals."""

import smtplib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail

pytestmark = pytest.mark.django_db
State, DeliveryClass = OutgoingEmail.State, OutgoingEmail.DeliveryClass


@pytest.fixture(autouse=True)
def kinds(monkeypatch, settings):
    """One kind of each delivery class; their mail is the template of a lost link."""
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers = []
    Server.opens = []
    monkeypatch.setattr(outbox, "KINDS", {})

    def render(subject_id: UUID) -> outbox.Letter:
        return outbox.Letter(
            to="somebody@example.org", language="en", template="lost_link", context={"reference": "RG-1", "link": "http://x/"}
        )

    for name, delivery_class in (("again", DeliveryClass.RETRY), ("hold", DeliveryClass.HOLD), ("drop", DeliveryClass.DROP)):
        outbox.KINDS[name] = outbox.Kind(name=name, subject_type="x", delivery_class=delivery_class, render=render)


class Server(EmailBackend):
    """A mail server whose next answers a test sets: an exception is raised after the mail was taken when `.left` is true."""

    answers: list[Exception] = []
    opens: list[Exception] = []

    def open(self) -> None:
        if self.opens:
            raise self.opens.pop(0)

    def send_messages(self, messages):
        if self.answers:
            error = self.answers.pop(0)
            if getattr(error, "left", False):
                super().send_messages(messages)
            raise error
        return super().send_messages(messages)


def cut() -> Exception:
    error = smtplib.SMTPServerDisconnected("cut after DATA")
    error.left = True
    return error


def queued(kind: str = "again", key: str = "") -> OutgoingEmail:
    return outbox.queue(kind, uuid4(), dedupe_key=key or uuid4().hex)


def later(**ago: float) -> None:
    """Time passes: what waits becomes due, what is leased runs out."""
    for name in ("next_attempt_at", "lease_until"):
        for row in OutgoingEmail.objects.exclude(**{f"{name}__isnull": True}):
            OutgoingEmail.objects.filter(pk=row.pk).update(**{name: getattr(row, name) - timedelta(**ago)})


def fresh(row: OutgoingEmail) -> OutgoingEmail:
    return OutgoingEmail.objects.get(pk=row.pk)


def test_a_mail_is_sent_once():
    row = queued()
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    assert len(mail.outbox) == 1
    assert fresh(row).state == State.SENT
    assert mail.outbox[0].extra_headers["Message-ID"] == row.message_id


def test_the_same_key_makes_one_row():
    assert queued(key="k").pk == queued(key="k").pk
    assert queued("hold", key="k").pk != queued("again", key="k").pk
    assert OutgoingEmail.objects.count() == 2


def test_an_unknown_kind_is_refused_when_it_is_queued():
    with pytest.raises(outbox.NotRegistered):
        outbox.queue("nonsense", uuid4(), dedupe_key="k")


def test_what_is_rolled_back_is_not_mailed():
    with pytest.raises(RuntimeError), transaction.atomic():
        queued()
        raise RuntimeError
    assert outbox.send_due() == 0


def test_a_delayed_mail_waits():
    outbox.queue("again", uuid4(), dedupe_key="k", delay=timedelta(hours=1))
    assert outbox.send_due() == 0
    later(hours=1)
    assert outbox.send_due() == 1


def test_two_workers_claim_a_row_once():
    row = queued()
    first, second = fresh(row), fresh(row)
    assert outbox.claim(first)
    assert not outbox.claim(second)
    assert fresh(row).attempts == 1


def test_a_worker_that_comes_late_does_not_skip_the_wait_after_a_refusal():
    """Seen as due by two workers; the first is refused and puts it back: it is not due any more for the second."""
    row = queued()
    slow = fresh(row)
    Server.answers = [smtplib.SMTPDataError(451, b"greylisted")]
    outbox.send_due()
    assert fresh(row).state == State.QUEUED
    assert not outbox.claim(slow)


def test_a_row_claimed_by_another_worker_is_left_alone():
    row = queued()
    outbox.claim(fresh(row))
    assert outbox.send_due() == 0
    assert not mail.outbox


def test_nothing_rendered_is_kept():
    row = queued()
    outbox.send_due()
    values = " ".join(str(value) for value in OutgoingEmail.objects.values().get(pk=row.pk).values())
    for word in ("somebody@example.org", "RG-1", "http://x/", mail.outbox[0].subject):
        assert word not in values


def test_when_there_is_nothing_to_say_nothing_is_sent():
    outbox.KINDS["gone"] = outbox.Kind(
        name="gone", subject_type="x", delivery_class=DeliveryClass.RETRY, render=lambda subject_id: None
    )
    row = queued("gone")
    outbox.send_due()
    assert not mail.outbox
    assert (fresh(row).state, fresh(row).last_error) == (State.SENT, "nothing to send")


@pytest.mark.parametrize(
    "refusal",
    [
        smtplib.SMTPDataError(451, b"greylisted"),
        smtplib.SMTPSenderRefused(421, b"busy", "a@b"),
        smtplib.SMTPRecipientsRefused({"somebody@example.org": (550, b"unknown")}),
        smtplib.SMTPNotSupportedError("SMTPUTF8"),
    ],
)
def test_a_certain_refusal_is_tried_again_later(refusal):
    row = queued()
    Server.answers = [refusal]
    outbox.send_due()
    state = fresh(row)
    assert state.state == State.QUEUED
    assert state.next_attempt_at > timezone.now() + timedelta(seconds=8)
    assert outbox.send_due() == 0
    later(seconds=11)
    outbox.send_due()
    assert len(mail.outbox) == 1
    assert fresh(row).state == State.SENT


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPAuthenticationError(535, b"no")])
def test_without_a_connection_nothing_has_left(error):
    row = queued("drop")
    Server.opens = [error]
    outbox.send_due()
    assert fresh(row).state == State.QUEUED


def test_the_last_error_says_no_address():
    row = queued()
    Server.answers = [smtplib.SMTPRecipientsRefused({"somebody@example.org": (550, b"somebody@example.org unknown")})]
    outbox.send_due()
    assert "somebody" not in fresh(row).last_error


def test_waits_grow_for_about_48_hours_then_it_failed():
    row = queued()
    waits = []
    while fresh(row).state == State.QUEUED:
        Server.answers = [smtplib.SMTPDataError(451, b"later")]
        before = timezone.now()
        outbox.send_due()
        if fresh(row).state == State.QUEUED:
            waits.append(round((fresh(row).next_attempt_at - before).total_seconds()))
            later(seconds=waits[-1] + 1)
    assert [wait // 5 * 5 for wait in waits] == list(outbox.BACK_OFF)  # whatever the machine took
    assert 40 * 3600 < sum(waits) < 50 * 3600
    assert fresh(row).state == State.FAILED


def test_a_code_is_tried_a_few_times_only():
    row = queued("drop")
    for _ in range(4):
        Server.answers = [smtplib.SMTPDataError(451, b"later")]
        outbox.send_due()
        later(hours=1)
    assert fresh(row).state == State.FAILED
    assert fresh(row).attempts == 4


def test_class_a_after_a_cut_goes_once_more_with_the_same_message_id():
    row = queued("again")
    Server.answers = [cut()]
    outbox.send_due()
    assert fresh(row).state == State.QUEUED
    later(minutes=29)
    assert outbox.send_due() == 0
    later(minutes=2)
    assert outbox.send_due() == 1
    assert fresh(row).state == State.SENT
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [row.message_id] * 2


def test_class_a_is_not_repeated_a_second_time():
    row = queued("again")
    for _ in range(3):
        Server.answers = [cut()]
        outbox.send_due()
        later(hours=1)
    assert fresh(row).state == State.UNCERTAIN
    assert len(mail.outbox) == 2


def test_a_refusal_between_two_cuts_does_not_make_a_third_sending():
    row = queued("again")
    for answer in (cut(), smtplib.SMTPDataError(451, b"later"), cut()):
        Server.answers = [answer]
        outbox.send_due()
        later(hours=1)
    assert outbox.send_due() == 0
    assert fresh(row).state == State.UNCERTAIN
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("kind", ["hold", "drop"])
def test_class_b_waits_for_a_person_and_class_c_is_never_repeated(kind):
    row = queued(kind)
    Server.answers = [cut()]
    outbox.send_due()
    assert fresh(row).state == State.UNCERTAIN
    later(days=2)
    assert outbox.send_due() == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("kind", "state"), [("again", State.SENT), ("hold", State.UNCERTAIN), ("drop", State.UNCERTAIN)])
def test_a_worker_that_was_killed_leaves_an_uncertain_row(kind, state):
    row = queued(kind)
    assert outbox.claim(fresh(row))  # and then the machine stops
    later(minutes=4)
    assert outbox.send_due() == 0
    assert fresh(row).state == State.SENDING
    later(minutes=2)
    assert outbox.send_due() == 0
    later(minutes=31)
    outbox.send_due()
    assert fresh(row).state == state
    assert len(mail.outbox) == (1 if state == State.SENT else 0)


def test_a_mail_that_cannot_be_written_harms_no_other():
    def broken(subject_id: UUID) -> outbox.Letter:
        raise ValueError("a bug in a template")

    outbox.KINDS["broken"] = outbox.Kind(name="broken", subject_type="x", delivery_class=DeliveryClass.RETRY, render=broken)
    bad, good = queued("broken"), queued()
    outbox.send_due()
    assert (fresh(bad).state, fresh(bad).last_error) == (State.QUEUED, "render")
    assert fresh(good).state == State.SENT


def test_an_address_that_cannot_stand_in_a_header_has_certainly_not_left():
    def injected(subject_id: UUID) -> outbox.Letter:
        return outbox.Letter(to="a@example.org\nBcc: b@example.org", language="en", template="lost_link", context={})

    outbox.KINDS["injected"] = outbox.Kind(
        name="injected", subject_type="x", delivery_class=DeliveryClass.RETRY, render=injected
    )
    row = queued("injected")
    outbox.send_due()
    assert fresh(row).state == State.QUEUED
    assert not mail.outbox


def test_a_kind_that_is_gone_from_the_code_harms_no_other():
    row = queued()
    OutgoingEmail.objects.filter(pk=row.pk).update(kind="removed")
    good = queued()
    outbox.send_due()
    assert fresh(row).state == State.QUEUED
    assert fresh(good).state == State.SENT


def test_what_happens_while_rendering_is_committed_before_the_mail_leaves():
    """A code is minted while its mail is rendered: a failing render leaves nothing of it."""

    def half(subject_id: UUID) -> outbox.Letter:
        queued("hold", key="made while rendering")
        raise ValueError

    outbox.KINDS["half"] = outbox.Kind(name="half", subject_type="x", delivery_class=DeliveryClass.RETRY, render=half)
    queued("half")
    outbox.send_due()
    assert not OutgoingEmail.objects.filter(dedupe_key__contains="made while rendering").exists()


def test_a_round_ends_in_time_for_the_other_jobs(monkeypatch):
    for _ in range(3):
        queued()
    monkeypatch.setattr(outbox, "ROUND", -1)
    assert outbox.send_due() == 0
    monkeypatch.setattr(outbox, "ROUND", 20)
    assert outbox.send_due() == 3


def test_the_oldest_goes_first():
    rows = [queued() for _ in range(3)]
    outbox.send_due()
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [row.message_id for row in rows]


def test_a_row_that_was_erased_meanwhile_stops_nothing():
    row = queued()
    OutgoingEmail.objects.all().delete()
    assert not outbox.claim(row)
