"""The main job from end to end, through the verbs alone."""

import pytest

from portal.models import OutgoingEmail
from quotes import actions
from quotes.models import Option, QuoteRequest
from quotes.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_request_goes_from_draft_to_accepted(coordinator, clinical_reviewer):
    case = factories.sent_case()
    patient = case.participants.get()
    assert case.status == Status.SUBMITTED
    assert case.due_at
    assert OutgoingEmail.objects.get().kind == "confirmation"

    recommendation = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    assert case.status == Status.RECOMMENDED
    assert OutgoingEmail.objects.filter(kind="news").count() == 1

    option = Option.objects.filter(recommendation=recommendation).earliest("position")
    actions.accept(case=case, by=patient, option=option)
    assert QuoteRequest.objects.get(pk=case.pk).status == Status.ACCEPTED
    kinds = list(case.events.values_list("kind", flat=True))
    assert kinds == [
        "submit",
        "assign",
        "draft_recommendation",
        "request_approval",
        "approve",
        "send_recommendation",
        "accept",
    ]


def test_sending_twice_makes_one_case_and_one_mail():
    draft = factories.draft_case()
    for _ in range(2):
        actions.submit(case=draft, agreed=["health", "authority", "understood"])
    assert QuoteRequest.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1
    assert draft.participants.count() == 1
