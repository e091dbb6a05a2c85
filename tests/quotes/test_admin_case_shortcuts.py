from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quotes import actions
from quotes.models import QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


def screen(case):
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def keys(response):
    return {key: url for key, _label, url in response.context["shortcuts"]}


def step(client, case, name):
    return client.get(reverse(f"admin:quotes_quoterequest_{name}", args=[case.pk]))


@pytest.fixture
def queue(coordinator):
    """Three cases of the coordinator's, the one that is due first in front."""
    cases = [factories.sent_case(email=f"{number}@example.org") for number in range(3)]
    for number, case in enumerate(cases):
        due = timezone.now() + timedelta(hours=number + 1)
        QuoteRequest.objects.filter(pk=case.pk).update(coordinator=coordinator, status="in_review", due_at=due)
    return cases


def test_every_letter_follows_a_link_to_what_is_there(as_staff, coordinator, case):
    factories.ready_recommendation(case, coordinator=coordinator)
    response = as_staff(coordinator).get(screen(case))
    page = response.content.decode()
    assert [*keys(response)] == ["r", "n", "o", "j", "k", "s", "q", "d"]
    assert keys(response)["o"] == reverse("admin:quotes_recommendation_change", args=[case.recommendations.get().pk])
    for url in keys(response).values():
        assert (
            f'id="{url[1:]}"' in page
            if url.startswith("#")
            else as_staff(coordinator).get(url.split("#")[0]).status_code in (200, 302)
        )


def test_what_somebody_cannot_do_has_no_letter(as_staff, coordinator, clinical_reviewer, case):
    assert {"r", "o"}.isdisjoint(keys(as_staff(clinical_reviewer).get(screen(case))))
    actions.assign(case=case, by=coordinator)
    other = factories.user(role="coordinator", name="Olga Sample")
    assert [*keys(as_staff(other).get(screen(case)))] == ["j", "k", "s", "q", "d"]


def test_next_and_previous_walk_through_ones_own_queue(as_staff, coordinator, queue, case):
    client = as_staff(coordinator)
    assert step(client, queue[0], "next").url == screen(queue[1])
    assert step(client, queue[1], "next").url == screen(queue[2])
    assert step(client, queue[2], "previous").url == screen(queue[1])


def test_at_either_end_stands_the_queue_and_says_so(as_staff, coordinator, queue):
    client = as_staff(coordinator)
    for case, name, words in (
        (queue[2], "next", "the last case of your queue"),
        (queue[0], "previous", "the first case of your queue"),
    ):
        answer = step(client, case, name)
        assert answer.url == reverse("admin:quotes_quoterequest_changelist") + "?coordinator=me"
        assert words in client.get(answer.url).content.decode()


def test_from_a_case_that_is_not_ones_own_the_walk_goes_on_behind_its_place(as_staff, coordinator, queue, case):
    QuoteRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(minutes=90))
    client = as_staff(coordinator)
    assert step(client, case, "next").url == screen(queue[1])
    assert step(client, case, "previous").url == screen(queue[0])


def test_the_reviewers_queue_is_what_waits_for_the_reviewer(as_staff, clinical_reviewer, queue):
    flagged = factories.sent_case(cancer="recent", email="red@example.org")
    assert step(as_staff(clinical_reviewer), flagged, "next").url.endswith("?flags=red")
    assert step(as_staff(clinical_reviewer), queue[0], "next").url == screen(flagged)


def test_nobody_steps_from_what_they_cannot_see(as_staff, coordinator, editor, case):
    assert step(as_staff(editor), case, "next").status_code == 403
    assert step(as_staff(coordinator), factories.draft_case(), "next").status_code == 404
    assert as_staff(coordinator).post(reverse("admin:quotes_quoterequest_next", args=[case.pk])).status_code == 405


def test_without_scripts_the_button_is_not_shown(as_staff, coordinator, case):
    page = as_staff(coordinator).get(screen(case)).content.decode()
    assert "data-shortcuts-open hidden>" in page
