"""Addresses that nobody confirmed, and mail that never arrives."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail
from quotes import actions, jobs
from quotes.models import QuoteRequest
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


def sent(*, days: int, **answers) -> QuoteRequest:
    """Sent so many days ago, with an address only, and nobody has typed a code."""
    case = factories.sent_case(**{"phone": ""} | answers)
    QuoteRequest.objects.filter(pk=case.pk).update(submitted_at=timezone.now() - timedelta(days=days))
    return case


def days_pass(case: QuoteRequest, days: int) -> None:
    case.refresh_from_db()
    moved = {"submitted_at": case.submitted_at - timedelta(days=days)}
    if case.reminded_at:
        moved["reminded_at"] = case.reminded_at - timedelta(days=days)
    QuoteRequest.objects.filter(pk=case.pk).update(**moved)


def reminders() -> int:
    return OutgoingEmail.objects.filter(kind="confirm_address").count()


def reminded_twice(case: QuoteRequest) -> QuoteRequest:
    jobs.remind_unconfirmed()
    days_pass(case, 7)
    jobs.remind_unconfirmed()
    assert reminders() == 2
    days_pass(case, 20)
    return case


def test_two_reminders_once_each_however_often_the_job_runs():
    case = sent(days=2)
    assert jobs.remind_unconfirmed() == 0
    for days, wanted in ((1, 1), (6, 1), (1, 2), (30, 2)):
        days_pass(case, days)
        for _run in range(3):
            jobs.remind_unconfirmed()
        assert reminders() == wanted
    assert case.events.filter(kind="remind").count() == 2


def test_after_a_long_stop_of_the_worker_only_one_goes_at_once():
    sent(days=25)
    jobs.remind_unconfirmed()
    jobs.remind_unconfirmed()
    assert reminders() == 1


def test_nobody_is_reminded_who_confirmed_or_has_no_address_or_is_a_machine_or_closed(coordinator):
    confirmed, machine, closed = sent(days=5), sent(days=5), sent(days=5)
    sent(days=5, email="", phone="+34 612 345 678")
    confirmed.participants.update(confirmed_at=timezone.now())
    QuoteRequest.objects.filter(pk=machine.pk).update(is_suspect=True)
    actions.close(case=closed, by=coordinator, reason="spam")
    assert jobs.remind_unconfirmed() == 0


def test_a_family_that_wants_silence_is_not_reminded_and_nothing_says_so(coordinator):
    case = sent(days=5)
    actions.stop_contact(case=case, by=coordinator)
    assert jobs.remind_unconfirmed() == 0
    case.refresh_from_db()
    assert case.reminders_sent == 0 and not case.events.filter(kind="remind").exists()
    actions.resume_contact(case=case, by=coordinator)
    assert jobs.remind_unconfirmed() == 1 and reminders() == 1


def test_a_reminder_on_its_way_is_dropped_when_the_code_was_typed():
    case = sent(days=5)
    jobs.remind_unconfirmed()
    owner = case.participants.get()
    assert outbox.KINDS["confirm_address"].render(owner.pk)
    case.participants.update(confirmed_at=timezone.now())
    assert outbox.KINDS["confirm_address"].render(owner.pk) is None


def test_after_thirty_days_and_both_reminders_it_is_closed_as_no_answer():
    case = reminded_twice(sent(days=4))
    assert jobs.lapse_unconfirmed() == 1
    assert jobs.lapse_unconfirmed() == 0
    case.refresh_from_db()
    assert (case.status, case.closing_reason, case.due_at) == ("closed", "no_answer", None)
    assert case.events.get(kind="lapse").by_user is None


def test_never_before_both_reminders_and_thirty_days():
    sent(days=60)
    assert jobs.lapse_unconfirmed() == 0
    jobs.remind_unconfirmed()
    assert jobs.lapse_unconfirmed() == 0
    case = QuoteRequest.objects.get()
    days_pass(case, 7)
    jobs.remind_unconfirmed()
    assert jobs.lapse_unconfirmed() == 0  # the second reminder gets its time too
    days_pass(case, 3)
    assert jobs.lapse_unconfirmed() == 1


@pytest.mark.parametrize("saved_by", ["phone", "call", "answer", "flag", "code"])
def test_what_people_can_still_settle_is_never_closed(saved_by, coordinator):
    case = sent(days=4, **({"phone": "+34 612 345 678"} if saved_by == "phone" else {}))
    if saved_by == "call":
        factories.call(case=case)
    if saved_by == "flag":
        factories.flag(case)
    reminded_twice(case)
    if saved_by == "answer":
        actions.send_message(case=QuoteRequest.objects.get(), by=coordinator, body="Good morning.")
    if saved_by == "code":
        case.participants.update(confirmed_at=timezone.now())
    assert jobs.lapse_unconfirmed() == 0
    case.refresh_from_db()
    assert case.status == "submitted"


def give_up(case: QuoteRequest, kind: str = "confirmation") -> None:
    row = OutgoingEmail.objects.filter(kind=kind, subject_id=case.participants.get().pk).get()
    row.attempts = 99
    outbox.retry_later(row, "SMTP 550")
    assert OutgoingEmail.objects.get(pk=row.pk).state == "failed"


def test_a_mail_that_is_given_up_becomes_a_task_with_the_phone_number(as_staff, coordinator, case):
    give_up(case)
    client = as_staff(coordinator)
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    html = client.get(screen).content.decode()
    assert "They could not be reached by e-mail." in html
    assert 'href="tel:+34 612 345 678"' in html
    queue = client.get(reverse("admin:quotes_quoterequest_changelist"), {"mail": "failed"})
    assert queue.context["cl"].result_count == 1
    assert "e-mail does not arrive" in queue.content.decode()
    client.post(reverse("admin:quotes_quoterequest_reach_otherwise", args=[case.pk]))
    assert "They could not be reached" not in client.get(screen).content.decode()
    assert [e.kind for e in case.events.all()] == ["submit", "mark_unreachable", "reach_otherwise"]


def came_back(client, case, person):
    return client.post(reverse("admin:quotes_quoterequest_mark_unreachable", args=[case.pk]), {"person": str(person.pk)})


def test_a_mail_that_came_back_to_the_office_is_the_same_task(as_staff, coordinator, case, patient):
    client = as_staff(coordinator)
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    assert "This e-mail came back" in client.get(screen).content.decode()
    assert came_back(client, case, patient).status_code == 302
    html = client.get(screen).content.decode()
    assert "They could not be reached by e-mail." in html and 'href="tel:+34 612 345 678"' in html
    assert "This e-mail came back" not in html and "Carmen Sample noted that an e-mail came back." in html
    queue = client.get(reverse("admin:quotes_quoterequest_changelist"), {"mail": "failed"})
    assert queue.context["cl"].result_count == 1
    assert came_back(client, case, patient).status_code == 409


def test_no_mail_comes_back_from_who_has_no_address_or_another_case(as_staff, coordinator, case, other_patient):
    owner = case.owner
    owner.email = ""
    owner.save()
    client = as_staff(coordinator)
    for person in (owner, other_patient):
        assert came_back(client, case, person).status_code == 409
        person.refresh_from_db()
        assert person.unreachable_at is None
    assert not case.events.filter(kind="mark_unreachable").exists()


def test_the_desk_counts_those_who_could_not_be_reached(as_staff, coordinator, case):
    give_up(case)
    panels = as_staff(coordinator).get(reverse("admin:index")).context["panels"]
    [line] = [line for panel in panels for line in panel.lines if "could not be reached" in str(line.label)]
    assert (line.count, line.urgent) == (1, True)


def test_nothing_to_mark_is_said_and_a_closed_case_is_no_task(coordinator, case):
    with pytest.raises(NotAllowed, match="Nobody of this case"):
        actions.reach_otherwise(case=case, by=coordinator)
    actions.close(case=case, by=coordinator, reason="spam")
    give_up(case)
    assert case.participants.get().unreachable_at is None


def test_the_row_is_marked_even_where_nobody_can_be_told(case, monkeypatch):
    def broken(subject_id):
        raise RuntimeError

    monkeypatch.setitem(outbox.GIVEN_UP, "quotes.participant", broken)
    give_up(case)


def test_an_unconfirmed_address_shows_on_queue_and_screen(as_staff, coordinator, case):
    client = as_staff(coordinator)
    queue = reverse("admin:quotes_quoterequest_changelist")
    assert "address not confirmed" in client.get(queue).content.decode()
    assert client.get(queue, {"mail": "unconfirmed"}).context["cl"].result_count == 1
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    assert "our answer may not arrive" in client.get(screen).content.decode()
    case.participants.update(confirmed_at=timezone.now())
    assert client.get(queue, {"mail": "unconfirmed"}).context["cl"].result_count == 0
    assert "our answer may not arrive" not in client.get(screen).content.decode()
