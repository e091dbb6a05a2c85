from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import session_clock
from portal.models import AuditEvent
from quotes import actions
from quotes.models import QuoteRequest, TextDraft
from tests import factories

pytestmark = pytest.mark.django_db


def screen(case):
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def here(client, case, **headers):
    return client.get(reverse("admin:quotes_quoterequest_here", args=[case.pk]), headers=headers)


def look(case, user, *, minutes, action="view case"):
    """As if they had opened it then."""
    AuditEvent.objects.create(action=action, actor=user, case_id=case.pk, at=timezone.now() - timedelta(minutes=minutes))


@pytest.fixture
def taken(case, coordinator):
    actions.assign(case=case, by=coordinator)
    return case


def test_a_colleague_who_opened_the_case_is_named(as_staff, coordinator, manager, taken):
    look(taken, manager, minutes=3)
    page = as_staff(coordinator).get(screen(taken)).content.decode()
    assert "Mona Sample opened this case 3\xa0minutes ago." in page


def test_the_newest_look_of_each_counts_and_ones_own_do_not(as_staff, coordinator, manager, clinical_reviewer, taken):
    look(taken, manager, minutes=9)
    look(taken, manager, minutes=2, action="view recommendation")
    look(taken, clinical_reviewer, minutes=0, action="look in")
    client = as_staff(coordinator)
    client.get(screen(taken))
    page = here(client, taken).content.decode()
    assert page.count("data-here-key") == 2
    assert "Mona Sample opened the recommendation 2\xa0minutes ago." in page
    assert "Rana Sample looked into this case just now." in page
    assert "Carmen" not in page


def test_a_look_is_forgotten_when_the_sign_in_would_have_ended(as_staff, coordinator, manager, taken, settings):
    look(taken, manager, minutes=settings.STAFF_IDLE_SECONDS // 60 + 1)
    assert "data-here-key" not in here(as_staff(coordinator), taken).content.decode()


def test_a_look_at_another_case_is_no_look_at_this_one(as_staff, coordinator, manager, taken):
    as_staff(manager).get(screen(factories.sent_case(email="other@example.org")))
    assert "data-here-key" not in here(as_staff(coordinator), taken).content.decode()


@pytest.mark.parametrize(("box", "words"), [("reply", "is writing a reply to the family."), ("note", "is writing a note.")])
def test_who_writes_is_named_and_not_what(as_staff, coordinator, manager, taken, box, words):
    client = as_staff(manager)
    client.get(screen(taken))
    client.post(reverse("admin:quotes_quoterequest_draft", args=[taken.pk]), {"box": box, "text": "Between us"})
    page = as_staff(coordinator).get(screen(taken)).content.decode()
    assert f"Mona Sample {words}" in page
    assert "Mona Sample opened" not in page
    assert "Between us" not in page


def test_a_draft_that_nobody_goes_on_with_is_nobody_writing(as_staff, coordinator, manager, taken):
    long_ago = timezone.now() - timedelta(minutes=3)
    draft = TextDraft.objects.create(case=taken, user=manager, box="note", body="x", begun_at=long_ago, kept_at=long_ago)
    client = as_staff(coordinator)
    assert "is writing" not in here(client, taken).content.decode()
    as_staff(manager).post(reverse("admin:quotes_quoterequest_draft", args=[taken.pk]), {"box": "note", "text": "x and y"})
    assert "is writing" in here(client, taken).content.decode()
    draft.refresh_from_db()
    assert draft.begun_at == long_ago


def test_before_taking_over_one_reads_who_is_at_work(as_staff, other_coordinator, coordinator, taken):
    as_staff(coordinator).get(screen(taken))
    assert "Carmen Sample opened this case just now." in as_staff(other_coordinator).get(screen(taken)).content.decode()


def test_asking_is_no_activity_no_look_and_kept_by_nobody(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    client.get(screen(taken))
    looks = AuditEvent.objects.filter(case_id=taken.pk).count()
    session = client.session
    before = {key: session[key] - 60 for key in session_clock.keys("staff")}
    session.update(before)
    session.save()
    answer = here(client, taken, **{"X-Background": "1"})
    assert {key: client.session[key] for key in before} == before
    assert AuditEvent.objects.filter(case_id=taken.pk).count() == looks
    assert "no-store" in answer["Cache-Control"]


def test_it_is_one_small_list_for_few_queries(
    as_staff, coordinator, manager, clinical_reviewer, taken, django_assert_max_num_queries
):
    for person in (manager, clinical_reviewer):
        look(taken, person, minutes=1)
    client = as_staff(coordinator)
    here(client, taken)
    with django_assert_max_num_queries(7):
        answer = here(client, taken)
    assert answer.content.decode().strip().startswith("<ul")


def test_who_has_no_cases_and_what_is_no_case_get_nothing(as_staff, editor, manager, taken):
    assert here(as_staff(editor), taken).status_code == 403
    assert here(as_staff(manager), factories.draft_case()).status_code == 404
    QuoteRequest.objects.filter(pk=taken.pk).update(status="closed", closing_reason="withdrawn", closed_at=timezone.now())
    QuoteRequest.objects.filter(pk=taken.pk).update(health_withdrawn_at=timezone.now())
    assert here(as_staff(manager), taken).status_code == 404
    assert as_staff(manager).post(reverse("admin:quotes_quoterequest_here", args=[taken.pk])).status_code == 405


def test_the_family_reads_nothing_of_it(as_staff, manager, patient, case):
    as_staff(manager).get(screen(case))
    page = factories.case_client(patient).get(reverse("quotes:case")).content.decode()
    assert "Mona" not in page
