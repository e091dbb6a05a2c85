from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import desk
from quotes import actions
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def lines(response) -> dict[str, tuple[int, str]]:
    return {
        f"{panel.title}: {line.label}": (line.count, line.url) for panel in response.context["panels"] for line in panel.lines
    }


@pytest.fixture
def some_work(coordinator, other_coordinator):
    mine, new, asked = (factories.sent_case(email=f"{n}@example.org") for n in range(3))
    actions.assign(case=mine, by=coordinator)
    actions.assign(case=asked, by=other_coordinator)
    actions.ask_patient(case=asked, by=other_coordinator, body="A question")
    QuoteRequest.objects.filter(pk=mine.pk).update(due_at=timezone.now() - timedelta(hours=1))
    factories.flag(new)
    draft = factories.ready_recommendation(mine, coordinator=coordinator)
    actions.request_approval(case=mine, by=coordinator, recommendation=draft)


def test_every_count_is_a_link_to_exactly_so_many_rows(as_staff, coordinator, clinical_reviewer, some_work):
    for person in (coordinator, clinical_reviewer):
        client = as_staff(person)
        found = lines(client.get(reverse("admin:index")))
        mine = {name: entry for name, entry in found.items() if "quotes/" in entry[1]}
        assert mine
        for name, (count, url) in mine.items():
            assert client.get(url).context["cl"].result_count == count, name


def test_a_coordinator_sees_what_waits(as_staff, coordinator, some_work):
    found = {name: count for name, (count, _url) in lines(as_staff(coordinator).get(reverse("admin:index"))).items()}
    assert found["My day: overdue"] == 1
    assert found["My day: due by today"] == 1
    assert found["New and unassigned: nobody has taken them"] == 1
    assert found["The whole office: waiting for the patient"] == 1
    assert "For the clinical reviewer: recommendations to approve" not in found


def test_a_reviewer_sees_what_to_clear_and_approve(as_staff, clinical_reviewer, some_work):
    found = {name: count for name, (count, _url) in lines(as_staff(clinical_reviewer).get(reverse("admin:index"))).items()}
    assert found["For the clinical reviewer: cases with a red flag to clear"] == 1
    assert found["For the clinical reviewer: recommendations to approve"] == 1


def test_an_editor_has_no_case_panels(as_staff, editor, some_work):
    assert not [name for name in lines(as_staff(editor).get(reverse("admin:index"))) if "case" in name.lower()]


def test_the_panels_of_cases_cost_few_queries(rf, manager, some_work, django_assert_max_num_queries):
    request = rf.get("/staff/")
    request.user = manager
    mine = [make for _order, make in desk.PANELS if make.__module__ == "quotes.admin.desk"]
    with django_assert_max_num_queries(14):
        assert len([made for make in mine if (made := make(request))]) == 6
