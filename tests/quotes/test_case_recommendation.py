"""What the family reads: only what was sent, with everything that belongs beside a price."""

import html
from datetime import date, timedelta

import pytest
from django.utils import timezone

from quotes import actions, rules
from quotes.models import LineItem, Recommendation
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/recommendation/"


@pytest.fixture
def sent(case, coordinator, clinical_reviewer) -> Recommendation:
    return factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)


def send(draft: Recommendation, coordinator, clinical_reviewer, *, reason: str = "") -> Recommendation:
    case = draft.case
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason=reason)
    return actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def page(client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_before_there_is_one_the_page_says_so(as_participant, patient):
    assert "There is no recommendation yet" in page(as_participant(patient))


def test_a_draft_is_not_shown(as_participant, patient, coordinator):
    draft = factories.ready_recommendation(patient.case, coordinator=coordinator)
    client = as_participant(patient)
    assert draft.summary not in page(client)
    assert client.get(f"{URL}1/").status_code == 404
    option = draft.options.first()
    assert client.get(f"{URL}accept/{option.pk}/").status_code == 404
    assert client.post(f"{URL}accept/{option.pk}/").status_code == 404
    assert client.get(f"{URL}decline/").status_code == 404
    assert client.get(f"{URL}change/").status_code == 404


def test_everything_that_belongs_beside_a_price(as_participant, patient, sent):
    text = page(as_participant(patient))
    for words in (
        "Practise first. Here is where and what it costs.",
        "Option 1", "Option 2",
        "Proven, part of normal care", "Recommended in national guidelines",
        "What can go wrong.", "Where it stands.", "We checked this on 1 February 2026.",
        "A sample article", "/en/articles/sample-rehabilitation/", "not yet medically reviewed",
        "€1,000 to €1,500", "most likely €1,200", "Our estimate.",
        "Included in the price.", "Not included: you pay this yourself.", "May be added.",
        "They are not in this sum", "How we are paid", "The prices are valid until",
    ):  # fmt: skip
        assert words in text, words


def test_a_quoted_price_shows_its_date_and_quantity(as_participant, patient, coordinator, clinical_reviewer):
    draft = factories.ready_recommendation(patient.case, coordinator=coordinator)
    option = draft.options.get(position=1)
    LineItem.objects.create(
        option=option, position=90, group="medical", label="Nights", quantity=3, low=10000, likely=10000, high=10000,
        source="quoted", quoted_on=date(2026, 11, 2),
    )  # fmt: skip
    send(draft, coordinator, clinical_reviewer)
    text = page(as_participant(patient))
    assert "Quoted by the clinic on 2 November 2026." in text
    assert "× 3" in text
    assert "€300" in text


def test_an_unapproved_option_says_so(as_participant, patient, coordinator, clinical_reviewer):
    draft = factories.ready_recommendation(patient.case, coordinator=coordinator)
    factories.add_option(draft)
    send(draft, coordinator, clinical_reviewer, reason="Asked for by the family")
    text = page(as_participant(patient))
    assert "offered outside a registered trial" in text
    assert "Warning: harm reported" in text
    assert "Asked for by the family" not in text  # the approver's reason is the office's own


def test_a_good_no_has_its_reasons(as_participant, patient, coordinator, clinical_reviewer):
    draft = factories.ready_recommendation(patient.case, coordinator=coordinator)
    draft.advise_against, draft.against_reasons = True, "Blood thinners make it dangerous."
    draft.alternatives, draft.could_change, draft.elsewhere = "Practice.", "Other medicine.", "Your stroke team."
    draft.save()
    send(draft, coordinator, clinical_reviewer)
    text = page(as_participant(patient))
    assert "We advise against a procedure" in text
    for said in ("Blood thinners make it dangerous.", "Practice.", "Other medicine.", "Your stroke team."):
        assert said in text


def test_a_warning_of_the_answers_is_told(as_participant, patient, coordinator, clinical_reviewer):
    draft = factories.ready_recommendation(patient.case, coordinator=coordinator)
    factories.flag(draft.case, level="A", rule_id="cancer-past")
    draft.carried_flags = ["cancer-past"]
    draft.save()
    send(draft, coordinator, clinical_reviewer)
    text = page(as_participant(patient))
    assert "What to keep in mind" in text and str(rules.BY_ID["cancer-past"].reason) in html.unescape(text)


def test_the_first_reading_is_noted_once(as_participant, patient, sent):
    client = as_participant(patient)
    client.get(URL)
    sent.refresh_from_db()
    first = sent.first_read_at
    assert first
    client.get(URL)
    sent.refresh_from_db()
    assert sent.first_read_at == first


def test_a_new_version_says_what_changed_and_the_old_one_stays_readable(
    as_participant, patient, sent, coordinator, clinical_reviewer
):
    draft = actions.revise(case=sent.case, by=coordinator, reason="The clinic lowered its price.")
    client = as_participant(patient)
    text = page(client)
    assert "The clinic lowered its price." not in text  # not sent yet
    assert "We are looking at this again" in text
    assert client.get(f"{URL}2/").status_code == 404
    draft.summary = "The second text"
    draft.save()
    send(draft, coordinator, clinical_reviewer)
    text = page(client)
    assert "The clinic lowered its price." in text
    assert "The second text" in text
    old = page(client, f"{URL}1/")
    assert "This is an older version." in old
    assert "Practise first." in old
    assert "Choose this option" not in old


def test_prices_out_of_date_cannot_be_chosen(as_participant, patient, sent):
    Recommendation.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    text = page(as_participant(patient))
    assert "The prices are out of date." in text
    assert "Choose this option" not in text


def test_a_retired_article_is_not_linked(as_participant, patient, sent):
    article = sent.options.get(position=1).treatment.article
    article.retired_at = timezone.now()
    article.save()
    assert "/en/articles/sample-rehabilitation/" not in page(as_participant(patient))


def test_the_article_is_linked_in_its_own_language(as_participant, patient, sent):
    assert "/en/articles/sample-rehabilitation/" in page(as_participant(patient), "/es/case/recommendation/")


def test_a_reader_sees_it_without_buttons(as_participant, case, sent):
    text = page(as_participant(factories.participant(case=case, role="reader")))
    assert "Practise first." in text
    assert "Choose this option" not in text
    assert "/decline/" not in text


def test_another_family_finds_nothing(as_participant, other_patient, sent):
    client = as_participant(other_patient)
    assert "Practise first." not in page(client)
    option = sent.options.first()
    for method in (client.get, client.post):
        assert method(f"{URL}1/").status_code in (404, 405)
        assert method(f"{URL}accept/{option.pk}/").status_code == 404
        assert method(f"{URL}decline/").status_code == 404
        assert method(f"{URL}change/", {"text": "x"}).status_code == 404


def test_number_of_queries(as_participant, patient, sent, django_assert_num_queries):
    client = as_participant(patient)
    client.get(URL)
    # session, participant with case, versions, options with treatment, article, edition and clinic, lines
    with django_assert_num_queries(5):
        client.get(URL)


def test_wrong_method(as_participant, patient, sent):
    assert as_participant(patient).post(URL).status_code == 405
