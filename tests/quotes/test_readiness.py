from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quotes.models import Clinic, LineItem, Option, Recommendation, Treatment
from quotes.readiness import content_digest, content_obstacles, never_reviewed, obstacles
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(draft: Recommendation) -> str:
    return " ".join(obstacles(Recommendation.objects.get(pk=draft.pk), before_approval=True))


def test_a_whole_draft_only_lacks_approval(draft):
    assert obstacles(draft, before_approval=True) == []
    assert obstacles(draft) == ["A clinical reviewer has not approved it."]


def test_an_open_red_flag_stands_in_the_way(draft):
    factories.flag(draft.case)
    assert "1 emergency or red flag is not cleared." in obstacles(draft)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"summary": " "}, "summary"),
        ({"advise_against": True}, "why you advise against"),
        ({"commission": ""}, "how we are paid"),
        ({"valid_until": None}, "date until which"),
        ({"valid_until": timezone.localdate() - timedelta(days=1)}, "date until which"),
    ],
)
def test_what_is_missing_is_said(draft, change, said):
    for name, value in change.items():
        setattr(draft, name, value)
    draft.save()
    assert said in text_of(draft)


def test_there_must_be_two_options_and_one_without_a_procedure(draft):
    draft.options.all().delete()
    factories.add_option(draft)
    assert "at least two options" in text_of(draft)
    assert "without a procedure" in text_of(draft)


def test_the_article_behind_an_option_must_be_readable_and_not_overdue(draft):
    article = draft.options.earliest("position").treatment.article
    article.next_review_on = timezone.localdate() - timedelta(days=1)
    article.save()
    assert "overdue for review" in text_of(draft)
    article.published_edition = None
    article.save()
    assert "no published article" in text_of(draft)


def test_the_catalogue_may_not_have_changed_its_words_since(draft):
    treatment = draft.options.earliest("position").treatment
    treatment.risks = "A risk that was found later."
    treatment.save()
    assert "catalogue has changed" in text_of(draft)
    draft.options.earliest("position").save()
    assert text_of(draft) == ""


def choose_clinic(draft: Recommendation, name: str) -> None:
    option = draft.options.earliest("position")
    option.clinic = factories.clinic(name)
    option.save()


def test_what_is_said_of_a_clinic_must_be_what_the_catalogue_says(draft):
    choose_clinic(draft, "Sample Clinic")
    assert text_of(draft) == ""
    Clinic.objects.update(accreditation="none")
    assert "catalogue has changed" in text_of(draft) and "(the accreditation of the clinic)" in text_of(draft)


def test_staff_are_told_which_part_of_the_catalogue_changed(draft):
    choose_clinic(draft, "Sample Clinic")
    option = draft.options.earliest("position")
    today = timezone.localdate()
    option.treatment.regulatory_statuses.create(country="EU", status="Not approved.", checked_on=today)
    option.clinic.answers.create(question="refund", asked_on=today)
    assert "(the regulatory status by country, the answers of the clinic)" in text_of(draft)
    draft.options.earliest("position").save()
    assert text_of(draft) == ""


def test_more_options_with_answers_and_countries_need_no_more_questions_to_the_database(draft, django_assert_num_queries):
    today = timezone.localdate()

    def add(number: int) -> None:
        option = factories.add_option(draft)
        option.treatment.regulatory_statuses.get_or_create(country="US", status="Not approved.", checked_on=today)
        option.clinic = factories.clinic(f"Sample Clinic {number}")
        option.clinic.answers.create(question="refund", asked_on=today)
        option.save()

    add(1)
    with CaptureQueriesContext(connection) as few:
        content_obstacles(Recommendation.objects.get(pk=draft.pk))
    add(2)
    add(3)
    with django_assert_num_queries(len(few)):
        assert content_obstacles(Recommendation.objects.get(pk=draft.pk)) == []


def test_a_treatment_or_clinic_that_may_not_be_used_any_more_stops_it(draft):
    option = draft.options.earliest("position")
    option.clinic = factories.clinic()
    option.save()
    Clinic.objects.update(is_active=False)
    assert "clinic of" in text_of(draft)
    Treatment.objects.filter(pk=option.treatment_id).update(is_active=False)
    assert "may not be used any more" in text_of(draft)


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: Recommendation.objects.filter(pk=draft.pk).update(currency="USD"),
        lambda draft: Option.objects.filter(recommendation=draft, position=1).update(position=7),
        lambda draft: LineItem.objects.filter(option__recommendation=draft, source="estimate").update(high=160000),
        lambda draft: LineItem.objects.filter(option__recommendation=draft, source="estimate").update(quantity=2),
        lambda draft: factories.add_option(draft),
        lambda draft: choose_clinic(draft, "Another Sample Clinic"),
    ],
)
def test_the_fingerprint_changes_with_everything_the_patient_reads(draft, change):
    choose_clinic(draft, "Sample Clinic")
    before = content_digest(draft)
    assert content_digest(Recommendation.objects.get(pk=draft.pk)) == before
    change(draft)
    assert content_digest(Recommendation.objects.get(pk=draft.pk)) != before


def test_the_approver_is_told_which_articles_nobody_has_reviewed(draft):
    first = draft.options.earliest("position")
    assert never_reviewed(draft) == {str(first.treatment.article.published_edition_id): [first]}
