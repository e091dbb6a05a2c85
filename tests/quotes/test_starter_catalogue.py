"""The starter catalogue: what comes with the program, and what is left to the people of the office."""

from datetime import date

import pytest

from articles.models import Article
from portal.models import AuditEvent
from quotes import catalogue, rules
from quotes.models import ChecklistStep, LineItem, RegulatoryStatus, Treatment, UsualLine
from tests import factories

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "es", "ar")


def load() -> list[str]:
    said: list[str] = []
    catalogue.load(say=said.append)
    return said


def test_the_catalogue_says_the_same_in_every_language_and_is_loaded_once():
    first = load()
    in_each = [
        {
            *Treatment.objects.filter(language=language).values_list("translation_key", "kind", "evidence_labels"),
            *RegulatoryStatus.objects.filter(treatment__language=language).values_list("country", "source", "checked_on"),
            *UsualLine.objects.filter(language=language).values_list("kind", "key", "position", "group", "inclusion"),
            *ChecklistStep.objects.filter(language=language).values_list("key", "case_type", "position"),
        }
        for language in LANGUAGES
    ]
    assert in_each[0] == in_each[1] == in_each[2]
    assert Treatment.objects.filter(language="en").count() == 4
    loaded = (Treatment, RegulatoryStatus, UsualLine, ChecklistStep)
    assert len(first) == sum(model.objects.count() for model in loaded)
    assert load() == []


def test_an_article_that_comes_later_is_linked_and_in_its_language():
    load()
    assert not Treatment.objects.filter(article__isnull=False).exists()
    for language in ("en", "ar"):
        factories.article("do-stem-cells-work", language=language)
    load()
    trials = Treatment.objects.filter(kind="trial").select_related("article")
    assert {treatment.language: treatment.article.language for treatment in trials} == {"en": "en", "es": "en", "ar": "ar"}
    assert Article.objects.count() == 2


def test_a_row_edited_in_the_admin_is_left_alone(as_staff, manager):
    load()
    mine = Treatment.objects.get(kind="waiting", language="en")
    mine.summary = "The office's own words."
    mine.save()
    AuditEvent.objects.create(action="change", actor=manager, object=f"quotes.treatment {mine.pk}")
    Treatment.objects.filter(kind="trial", language="en").update(summary="An older starter text.")
    load()
    mine.refresh_from_db()
    assert mine.summary == "The office's own words."
    assert Treatment.objects.get(kind="trial", language="en").summary.startswith("Taking part in research.")


def test_rows_of_the_admin_are_left_alone_and_the_others_follow_the_files(manager):
    load()
    line = UsualLine.objects.get(kind="waiting", language="en")
    UsualLine.objects.update(label="An older text")
    AuditEvent.objects.create(action="change", actor=manager, object=f"quotes.usualline {line.pk}")
    mine = Treatment.objects.get(kind="trial", language="en")
    AuditEvent.objects.create(action="change", actor=manager, object=f"quotes.treatment {mine.pk}")
    RegulatoryStatus.objects.update(status="An older text")
    load()
    assert [row.pk for row in UsualLine.objects.filter(label="An older text")] == [line.pk]
    assert {row.treatment_id for row in RegulatoryStatus.objects.filter(status="An older text")} == {mine.pk}


def test_rows_that_staff_added_stay_beside_the_starter_rows():
    UsualLine.objects.create(kind="trial", language="en", group="people", label="Our own row", inclusion="excluded")
    load()
    assert UsualLine.objects.filter(label="Our own row").count() == 1


def test_every_draft_starts_with_the_rows_people_forget():
    load()
    kinds = {kind: set(UsualLine.objects.filter(kind=kind).values_list("key", flat=True)) for kind in Treatment.Kind.values}
    forgotten = {
        "interpreter",
        "companion",
        "extra-nights",
        "insurance",
        "medicine",
        "check-up-at-home",
        "unexpected",
        "our-commission",
    }
    assert forgotten <= kinds["procedure"] and forgotten <= kinds["rehabilitation"]
    assert kinds["trial"] and kinds["waiting"]
    for line in UsualLine.objects.all():
        assert line.group in LineItem.Group.values and line.inclusion in LineItem.Inclusion.values, line


def test_every_treatment_names_safety_rules_that_exist_and_no_file_names_a_treatment_that_does_not():
    load()
    named = {row["key"] for row in catalogue.regulatory_rows()} | set(catalogue.read("safety_rules.toml"))
    assert named == set(Treatment.objects.values_list("translation_key", flat=True))
    for treatment in Treatment.objects.all():
        chosen = treatment.contra_indicating_rules
        assert ("new-signs" in chosen) == (treatment.kind in ("procedure", "trial")), treatment
        assert chosen == [rule for rule in rules.BY_ID if rule in chosen], treatment  # each once, in their order


def test_what_a_country_says_names_its_source_and_its_day():
    load()
    for status in RegulatoryStatus.objects.all():
        assert status.source.startswith("https://") and status.checked_on <= date(2026, 2, 28)
    assert "EU" in {row["country"] for row in Treatment.objects.get(kind="procedure", language="ar").regulatory_rows}
