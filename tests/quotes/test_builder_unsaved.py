"""Whatever became of the page meanwhile, the answer to a form holds every word that was typed into it."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from portal import roles
from quotes import actions
from quotes.models import Option, QuoteRequest, Sharing
from tests import factories
from tests.quotes.test_second_save import builder_of, opened, page_of

pytestmark = pytest.mark.django_db
COPIED = re.compile(r"<label for=\"(typed-\d+)\">([^<]*)</label>\s*<textarea id=\"\1\" readonly[^>]*>\s*([^<]*)</textarea>")
LINE = {"lines-0-low": "100", "lines-0-likely": "120", "lines-0-high": "150", "lines-0-source": "estimate"}


def to_copy(response) -> dict[str, str]:
    """The texts that stand ready to be copied, by their labels."""
    return {unescape(label): unescape(text) for _id, label, text in COPIED.findall(response.content.decode())}


def test_an_option_typed_while_the_case_began_to_wait_is_given_back(as_staff, coordinator, case, option):
    client = as_staff(coordinator)
    mine = opened(client, page_of(option), title="Practice in Seville", description="Mornings only.", **LINE)
    actions.ask_patient(case=case, by=coordinator, body="When?")
    response = client.post(page_of(option), mine)
    assert response.status_code == 409
    given = to_copy(response)
    assert (given["Title"], given["What it would mean for this person"]) == ("Practice in Seville", "Mornings only.")
    assert "100 · 120 · 150" in given["Line 1"]
    assert "This is not possible now" in response.content.decode()
    assert option.title in response.content.decode()  # what is saved is read as such


def test_words_typed_while_the_case_began_to_wait_are_given_back_and_not_shown_as_saved(as_staff, coordinator, case, draft):
    client = as_staff(coordinator)
    mine = opened(client, builder_of(draft), summary="Mine.", currency="USD")
    actions.ask_patient(case=case, by=coordinator, body="When?")
    for sent in (mine, mine | {"valid_until": "2020-01-01"}):
        response = client.post(builder_of(draft), sent)
        assert response.status_code == 409
        page = response.content.decode()
        assert to_copy(response)["Our recommendation in plain words"] == "Mine."
        assert page.count("Mine.") == 1
        assert "Practise first." in page


@pytest.mark.parametrize("which", ["words", "option"])
def test_what_was_typed_before_a_colleague_took_the_case_over_is_given_back(
    as_staff, coordinator, other_coordinator, case, draft, option, which
):
    client = as_staff(coordinator)
    address, box, label = {
        "words": (builder_of(draft), "summary", "Our recommendation in plain words"),
        "option": (page_of(option), "description", "What it would mean for this person"),
    }[which]
    mine = opened(client, address, **{box: "Mine."})
    actions.take_over(case=case, by=other_coordinator)
    response = client.post(address, mine)
    assert response.status_code == 404
    assert to_copy(response) == {label: "Mine."}
    page = response.content.decode()
    assert "a colleague looks after it now" in page
    assert f'href="{reverse("admin:quotes_quoterequest_change", args=[case.pk])}"' in page


def test_an_option_that_a_colleague_removed_meanwhile_is_given_back(as_staff, coordinator, manager, case, option):
    client = as_staff(coordinator)
    mine = opened(client, page_of(option), title="Practice in Seville", **LINE)
    actions.remove_option(case=case, by=manager, option=Option.objects.get(pk=option.pk))
    response = client.post(page_of(option), mine)
    assert response.status_code == 404
    given = to_copy(response)
    assert given["Title"] == "Practice in Seville"
    assert "100 · 120 · 150" in given["Line 1"]
    assert "removed this option" in response.content.decode()
    assert f'href="{builder_of(option.recommendation)}"' in response.content.decode()


def test_what_was_typed_before_a_role_was_taken_away_is_given_back(as_staff, coordinator, draft):
    client = as_staff(coordinator)
    mine = opened(client, builder_of(draft), summary="Mine.")
    coordinator.groups.set([])
    response = client.post(builder_of(draft), mine)
    assert response.status_code == 403
    assert "Mine." in to_copy(response).values()
    assert "Your role" in response.content.decode()


def test_what_nobody_touched_is_not_given_back(as_staff, coordinator, other_coordinator, case, option):
    client = as_staff(coordinator)
    mine = opened(client, page_of(option), title="")
    actions.take_over(case=case, by=other_coordinator)
    response = client.post(page_of(option), mine)
    assert response.status_code == 404
    assert not to_copy(response)


def test_a_case_that_nobody_may_know_of_is_not_told_apart(as_staff, coordinator):
    """The words come back, and nothing says whether there is such a version."""
    address = reverse("admin:quotes_recommendation_change", args=["7d5fb5d0-6a4c-4f0c-9d1a-3a52bd5e3d5e"])
    response = as_staff(coordinator).post(address, {"summary": "Mine."})
    assert response.status_code == 404
    assert "Mine." in response.content.decode()


def test_a_decision_typed_for_a_version_that_was_returned_meanwhile_is_given_back(as_staff, coordinator, case, draft):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    first, second = (factories.user(role=roles.CLINICAL_REVIEWER, name=name) for name in ("Ria Sample", "Rob Sample"))
    client = as_staff(second)
    seen = client.get(reverse("admin:quotes_recommendation_preview", args=[draft.pk])).context["digest"]
    actions.return_for_changes(case=case, by=first, recommendation=draft, comment="More about pain.")
    address = reverse("admin:quotes_recommendation_approve", args=[draft.pk])
    response = client.post(address, {"digest": seen, "reason": "Asked the cardiologist."})
    assert response.status_code == 409
    assert "Asked the cardiologist." in response.content.decode()


# ── The answer of a clinic ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def away(coordinator, clinical_reviewer) -> Sharing:
    """Papers that are with the clinic."""
    case = factories.accepted_case(coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    made = actions.propose_sharing(case=case, by=coordinator, summary="Age: 60 to 64", language="en", documents=[])
    actions.agree_sharing(case=case, by=case.participants.get(role="owner"), sharing=made, documents=[], language="en")
    actions.share_with_clinic(case=case, by=coordinator, sharing=made)
    return made


def answer_of(sharing: Sharing) -> str:
    return reverse("admin:quotes_quoterequest_sharing_answer", args=[sharing.case_id, sharing.pk])


def said(**other: Any) -> dict[str, Any]:
    return {"outcome": "accepts", "answered_on": "2026-05-04", "text": "They take her in June.", **other}


@pytest.mark.parametrize("sent", [said(), said(outcome="")])
def test_a_clinics_answer_typed_while_the_papers_were_taken_back_is_given_back(as_staff, coordinator, away, sent):
    owner = away.case.participants.get(role="owner")
    actions.withdraw_sharing(case=away.case, by=owner, sharing=Sharing.objects.get(pk=away.pk))
    response = as_staff(coordinator).post(answer_of(away), sent)
    assert "They take her in June." in to_copy(response).values()


def test_a_clinics_answer_typed_before_a_colleague_took_the_case_over_is_given_back(as_staff, coordinator, away):
    QuoteRequest.objects.filter(pk=away.case_id).update(coordinator=factories.user(role=roles.COORDINATOR, name="Otto Sample"))
    response = as_staff(coordinator).post(answer_of(away), said())
    assert response.status_code == 404
    assert "They take her in June." in to_copy(response).values()
