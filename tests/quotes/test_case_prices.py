"""Costs as the family reads them: compared, in two currencies, with what the clinic said; and what happens when they run out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portal.models import OutgoingEmail
from quotes import actions, jobs
from quotes.clinic_questions import ASKS
from quotes.models import ClinicAnswer, Recommendation, RegulatoryStatus
from quotes.views.cost_chart import bar
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/recommendation/"


@pytest.fixture
def sent(case, coordinator, clinical_reviewer) -> Recommendation:
    """With dollars beside the euros, a clinic that answered one question of two, and the rules of two countries."""
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    draft.second_currency, draft.rate, draft.rate_as_of = "USD", Decimal("1.25"), date(2026, 11, 20)
    draft.rate_source = "Sample bank"
    draft.save()
    option, clinic = draft.options.get(position=1), factories.clinic()
    first, second = list(ASKS)[:2]
    said = {"answered_on": date(2026, 10, 9), "answer": "Yes, since 2015."}
    ClinicAnswer.objects.create(clinic=clinic, question=first, asked_on=date(2026, 10, 1), **said)
    ClinicAnswer.objects.create(clinic=clinic, question=second, asked_on=date(2026, 10, 1))
    for country, status in (("US", "Not approved there."), ("ES", "Allowed there.")):
        RegulatoryStatus.objects.create(treatment=option.treatment, country=country, status=status, checked_on=date(2026, 9, 1))
    option.clinic = clinic
    option.save()
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    return actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def ends_in(days: int) -> None:
    Recommendation.objects.update(
        valid_until=timezone.localdate() + timedelta(days=days), sent_at=timezone.now() - timedelta(days=30)
    )


def page(client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_costs_stand_in_both_currencies_with_the_rate_its_day_and_source(as_participant, patient, sent):
    text = page(as_participant(patient))
    assert "€1,200" in text
    assert "$1,500" in text  # 1,200 at 1.25
    assert "1 EUR = 1.25 USD on 20 November 2026 (source: Sample bank)" in text


def test_the_options_are_compared_on_one_scale(as_participant, patient, sent):
    text = page(as_participant(patient))
    assert "share one scale" in text
    assert text.count("glance__range") == 2  # the priced option, and the key


def test_a_cost_that_is_certain_can_still_be_seen_and_arabic_is_mirrored():
    point = bar(low=50, likely=50, high=50, top=100, rtl=False)
    assert point is not None
    assert point.width == "1.50%"
    left, right = (bar(low=0, likely=25, high=50, top=100, rtl=rtl) for rtl in (False, True))
    assert left is not None
    assert right is not None
    assert (left.x, left.likely) == ("2.00%", "26.00%")
    assert (right.x, right.likely) == ("50.00%", "74.00%")
    assert bar(low=0, likely=0, high=0, top=0, rtl=False) is None


def test_what_the_clinic_said_and_what_it_did_not(as_participant, patient, sent):
    text = page(as_participant(patient))
    assert "Yes, since 2015." in text
    assert "we saw no proof" in text
    assert "Asked on 1 October 2026, no answer." in text
    assert "1 question has no answer" in text


def test_the_rules_of_the_clinics_country_come_first(as_participant, patient, sent):
    text = page(as_participant(patient))
    assert text.index("Allowed there.") < text.index("Not approved there.")
    assert "where the clinic is" in text


def test_a_line_can_be_asked_about(as_participant, patient, sent):
    line = sent.options.get(position=1).line_items.order_by("position").first()
    client = as_participant(patient)
    address = f"/en/case/messages/?line={line.pk}"
    assert address in page(client)
    assert f"the cost “{line.label}”:" in page(client, address)


def test_nobody_asks_about_a_line_of_another_case_or_a_draft(as_participant, other_patient, patient, sent, coordinator):
    line = sent.options.get(position=1).line_items.first()
    assert as_participant(other_patient).get(f"/en/case/messages/?line={line.pk}").status_code == 404
    draft = actions.revise(case=sent.case, by=coordinator, reason="New")
    unsent = draft.options.get(position=1).line_items.first()
    assert as_participant(patient).get(f"/en/case/messages/?line={unsent.pk}").status_code == 404
    assert as_participant(patient).get("/en/case/messages/?line=x").status_code == 404


def test_a_week_before_the_end_the_family_is_told_once(as_participant, patient, sent):
    mails = OutgoingEmail.objects.filter(kind="news")
    ends_in(8)
    jobs.announce_expiries()
    before = mails.count()
    ends_in(6)
    jobs.announce_expiries()
    jobs.announce_expiries()
    assert mails.count() == before + 1
    assert "We told you that the prices" in page(as_participant(patient), "/en/case/")
    assert "You need not hurry." in page(as_participant(patient))


def test_prices_that_were_short_from_the_start_are_not_announced(sent):
    Recommendation.objects.update(valid_until=timezone.localdate() + timedelta(days=3), sent_at=timezone.now())
    assert jobs.announce_expiries() == 0


@pytest.mark.parametrize("days", [5, -1])
def test_new_prices_are_one_button(as_participant, patient, sent, days):
    ends_in(days)
    client = as_participant(patient)
    assert "Ask for new prices" in page(client)
    assert client.post(f"{URL}new-prices/").url == "/en/case/"
    sent.case.refresh_from_db()
    assert sent.case.status == Status.IN_REVIEW
    assert sent.case.due_at
    assert "You asked for new prices." in page(client, "/en/case/")


def test_prices_that_hold_are_not_asked_for_again(as_participant, patient, sent):
    assert "Ask for new prices" not in page(as_participant(patient))
    as_participant(patient).post(f"{URL}new-prices/")
    sent.case.refresh_from_db()
    assert sent.case.status == Status.RECOMMENDED
    with pytest.raises(NotAllowed):
        actions.ask_for_requote(case=sent.case, by=patient)


def test_after_the_end_the_page_says_that_we_are_at_it(as_participant, patient, sent):
    ends_in(-1)
    jobs.expire_recommendations()
    assert "We are asking for new ones" in page(as_participant(patient))


def test_number_of_queries(as_participant, patient, sent, django_assert_num_queries):
    client = as_participant(patient)
    client.get(URL)
    # session, participant with case, versions, options with treatment, article, edition and clinic, lines
    with django_assert_num_queries(5):
        client.get(URL)
