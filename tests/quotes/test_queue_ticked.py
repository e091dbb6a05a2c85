"""Many cases at once: asked first, one event a case, refusals row by row."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from quotes import actions
from quotes.models import Event, QuoteRequest
from quotes.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:quotes_quoterequest_changelist")


def tick(client, action: str, *cases: QuoteRequest, address: str = QUEUE, **more: str):
    """As the list's form does it: the page that asks."""
    return client.post(address, {"action": action, "index": "0", "_selected_action": [str(case.pk) for case in cases], **more})


def press(client, action: str, *cases: QuoteRequest, **more: str):
    """The button of the page that asks."""
    address = reverse(f"admin:quotes_quoterequest_{action}")
    return client.post(address, {"case": [str(case.pk) for case in cases], **more}, follow=True)


@pytest.fixture
def new(db) -> QuoteRequest:
    return factories.sent_case(email="new@example.org")


@pytest.fixture
def colleagues(other_coordinator) -> QuoteRequest:
    case = factories.sent_case(email="theirs@example.org")
    return actions.assign(case=case, by=other_coordinator)


@pytest.mark.parametrize("action", ["assign_many", "close_many", "spam_many"])
def test_it_asks_first_and_lists_what_will_happen(as_staff, coordinator, new, colleagues, action):
    response = tick(as_staff(coordinator), action, new, colleagues)
    page = response.content.decode()
    assert response.status_code == 200
    assert new.reference in page and colleagues.reference in page
    assert "in review, <bdi>Otto Sample</bdi>" in page
    assert QuoteRequest.objects.get(pk=new.pk).status == Status.SUBMITTED


def test_what_cannot_be_closed_is_said_before(as_staff, coordinator, new, colleagues):
    response = tick(as_staff(coordinator), "close_many", new, colleagues)
    rows = {row["case"]: row for row in response.context["rows"]}
    assert not rows[new]["is_refused"]
    assert rows[colleagues]["text"] == "A colleague has this case. Take it over first."
    assert f'name="case" value="{colleagues.pk}"' not in response.content.decode()


def test_where_nothing_can_be_done_there_is_no_button(as_staff, coordinator, colleagues):
    page = tick(as_staff(coordinator), "spam_many", colleagues).content.decode()
    assert "None of these cases can be changed this way." in page
    assert "Yes, close them" not in page


def test_cases_are_given_to_a_colleague_one_event_each(as_staff, coordinator, other_coordinator):
    cases = [factories.sent_case(email=f"{number}@example.org") for number in range(3)]
    response = press(as_staff(coordinator), "assign_many", *cases, choice=str(other_coordinator.pk))
    assert "3 cases have their person now." in response.content.decode()
    for case in QuoteRequest.objects.all():
        assert (case.coordinator, case.status) == (other_coordinator, Status.IN_REVIEW)
        assert Event.objects.filter(case=case, kind="assign", by_user=coordinator).count() == 1


def test_choosing_oneself_takes_new_ones_and_takes_over_others(as_staff, coordinator, new, colleagues):
    response = press(as_staff(coordinator), "assign_many", new, colleagues, choice=str(coordinator.pk))
    assert "2 cases have their person now." in response.content.decode()
    assert QuoteRequest.objects.filter(coordinator=coordinator, status=Status.IN_REVIEW).count() == 2


def test_a_refused_row_stops_no_other(as_staff, coordinator, manager, new, colleagues):
    response = press(as_staff(coordinator), "assign_many", colleagues, new, choice=str(manager.pk))
    page = response.content.decode()
    assert f"{colleagues.reference}: " in page
    assert "1 case has its person now." in page
    assert QuoteRequest.objects.get(pk=new.pk).coordinator == manager
    assert not Event.objects.filter(case=colleagues, by_user=coordinator).exists()


def test_what_the_page_says_of_a_colleagues_case_is_what_pressing_says(as_staff, coordinator, manager, colleagues):
    client = as_staff(coordinator)
    expected = str(tick(client, "assign_many", colleagues).context["rows"][0]["text"])
    assert expected == "Can become yours, if you choose yourself. Only a manager gives it to somebody else."
    page = press(client, "assign_many", colleagues, choice=str(manager.pk)).content.decode()
    assert f"{colleagues.reference}: Only a manager gives it to somebody else." in page


@pytest.mark.parametrize("to", ["coordinator", "other_coordinator"])
def test_ones_own_case_that_nobody_has_begun_is_taken_or_given_on(as_staff, request, coordinator, new, to):
    QuoteRequest.objects.filter(pk=new.pk).update(coordinator=coordinator)  # as automatic assignment leaves it
    client, to = as_staff(coordinator), request.getfixturevalue(to)
    row = tick(client, "assign_many", new).context["rows"][0]
    assert (row["text"], row["is_refused"]) == ("Is given to the person you choose, and is in review then.", False)
    press(client, "assign_many", new, choice=str(to.pk))
    new.refresh_from_db()
    assert (new.coordinator, new.status) == (to, Status.IN_REVIEW)


def test_a_manager_gives_a_colleagues_case_to_another_and_not_to_who_has_it(
    as_staff, manager, coordinator, other_coordinator, colleagues
):
    client = as_staff(manager)
    assert tick(client, "assign_many", colleagues).context["rows"][0]["text"] == "Is given to the person you choose."
    page = press(client, "assign_many", colleagues, choice=str(other_coordinator.pk)).content.decode()
    assert f"{colleagues.reference}: This colleague has the case already." in page
    press(client, "assign_many", colleagues, choice=str(coordinator.pk))
    assert QuoteRequest.objects.get(pk=colleagues.pk).coordinator == coordinator
    assert Event.objects.filter(case=colleagues, kind="hand_over", by_user=manager).count() == 1


@pytest.mark.parametrize("chosen", ["", "nobody", "spam"])
def test_without_a_choice_nothing_happens_and_the_page_says_so(as_staff, coordinator, new, clinical_reviewer, chosen):
    client = as_staff(coordinator)
    for action in ("assign_many", "close_many"):
        response = press(client, action, new, choice=chosen)
        assert "Choose w" in response.context["problem"]
        assert "<title>Error: " in response.content.decode()
    press(client, "assign_many", new, choice=str(clinical_reviewer.pk))
    assert Event.objects.filter(case=new, by_user=coordinator).count() == 0


def test_cases_are_closed_with_the_reason(as_staff, coordinator, new):
    press(as_staff(coordinator), "close_many", new, choice="no_answer")
    closed = QuoteRequest.objects.get(pk=new.pk)
    assert (closed.status, closed.closing_reason) == (Status.CLOSED, "no_answer")


def test_spam_is_closed_without_a_choice_and_a_colleagues_case_is_not(as_staff, coordinator, new, colleagues):
    page = press(as_staff(coordinator), "spam_many", new, colleagues).content.decode()
    assert "1 case is closed as spam." in page
    assert f"{colleagues.reference}: A colleague has this case. Take it over first." in page
    assert QuoteRequest.objects.get(pk=new.pk).closing_reason == "spam"
    assert QuoteRequest.objects.get(pk=colleagues.pk).status == Status.IN_REVIEW


def test_one_returns_to_the_list_one_came_from_and_nowhere_else(as_staff, coordinator, new):
    client = as_staff(coordinator)
    asked = tick(client, "spam_many", new, address=f"{QUEUE}?coordinator=nobody")
    assert asked.context["back"] == "coordinator=nobody"
    response = press(client, "spam_many", new, back="coordinator=nobody")
    assert response.redirect_chain == [(f"{QUEUE}?coordinator=nobody", 302)]
    away = press(client, "spam_many", new, back="//elsewhere.example/")
    assert away.redirect_chain[0][0].startswith(f"{QUEUE}?")


def test_all_means_those_that_were_ticked(as_staff, coordinator, new, colleagues):
    response = tick(as_staff(coordinator), "spam_many", new, select_across="1")
    assert [row["case"] for row in response.context["rows"]] == [new]
    assert "across all pages" not in as_staff(coordinator).get(QUEUE).content.decode()


def test_keys_that_are_none_are_nothing(as_staff, coordinator, new):
    client = as_staff(coordinator)
    broken = {"action": "spam_many", "index": "0", "_selected_action": ["no-key", "1"]}
    assert client.post(QUEUE, broken).status_code == 302
    assert client.post(reverse("admin:quotes_quoterequest_spam_many"), {"case": ["no-key"]}).status_code == 302


def test_the_page_that_asks_costs_as_many_queries_for_two_as_for_ten(as_staff, coordinator, django_assert_max_num_queries):
    cases = [factories.sent_case(email=f"{number}@example.org") for number in range(10)]
    client = as_staff(coordinator)
    with django_assert_max_num_queries(20) as two:
        tick(client, "assign_many", *cases[:2])
    cache.clear()  # neither look may live on what the other left behind
    with django_assert_max_num_queries(20) as ten:
        tick(client, "assign_many", *cases)
    assert len(two) == len(ten)


@pytest.mark.parametrize("role", ["clinical_reviewer", "editor", "auditor"])
def test_who_may_not_change_many_cases_cannot(as_staff, request, role, new):
    client = as_staff(request.getfixturevalue(role))
    assert "assign_many" not in client.get(QUEUE).content.decode()
    assert press(client, "spam_many", new).status_code == 403
    assert client.get(reverse("admin:quotes_quoterequest_spam_many")).status_code in (403, 405)
    assert QuoteRequest.objects.get(pk=new.pk).status == Status.SUBMITTED


def test_nothing_is_changed_by_a_get(as_staff, coordinator, new):
    assert as_staff(coordinator).get(reverse("admin:quotes_quoterequest_spam_many"), {"case": str(new.pk)}).status_code == 405
