from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from quotes import actions
from quotes.actions import intake
from quotes.models import QuoteRequest, SearchKey
from quotes.search import find
from tests import factories

pytestmark = pytest.mark.django_db


def found(text: str) -> list[QuoteRequest]:
    return list(find(QuoteRequest.objects.all(), text))


@pytest.mark.parametrize(
    "text",
    [
        "maria@example.org",
        " MARIA@example.org ",
        "maria",
        "María",
        "sample maria",
        "612 345 678",
        "+34612345678",
        "0034 612-345-678",
    ],
)
def test_a_case_is_found_by_what_staff_hear_on_the_phone(case, text):
    factories.sent_case(email="x@example.org", filler_name="Other Person", phone="+34 699 999 999")
    assert found(text) == [case]


def test_a_reference_is_found_with_small_letters_and_without_hyphens(case):
    assert found(case.reference.lower().replace("-", "")) == [case]
    assert found(case.reference.replace("-", " ")) == [case]


def test_a_reference_with_a_letter_heard_wrong_is_found(case):
    QuoteRequest.objects.filter(pk=case.pk).update(reference="RG-0101-ABCD")
    assert found("RG-OIOL-ABCD")[0].pk == case.pk


def test_every_word_of_a_name_must_match(case):
    assert found("María Nobody") == []
    assert found("mari") == []
    assert found("") == []
    assert found("%") == []


FOR_A_MOTHER = {"filler_role": "family", "patient_knows": "yes", "filler_name": "Dolores Sample", "patient_name": "Amparo Ruiz"}


def test_a_case_is_found_by_the_patient_whom_somebody_else_asks_for():
    case = factories.sent_case(**FOR_A_MOTHER)
    assert found("ruiz amparo") == found("Dolores") == [case]


def test_after_a_correction_only_the_name_that_is_right_finds_it():
    case = factories.sent_case(**FOR_A_MOTHER | {"patient_name": "Amparo Sample"})
    actions.correct_answers(case=case, by=case.owner, answers={"patient_name": "Consuelo Ruiz"})
    assert found("Consuelo Ruiz") == found("Dolores Sample") == [case]
    assert found("Amparo") == []


def test_cases_from_before_are_found_by_their_patient_after_the_migration():
    migration = import_module("quotes.migrations.0011_patients_name")
    damaged, case, draft = factories.sent_case(), factories.sent_case(**FOR_A_MOTHER), factories.draft_case(**FOR_A_MOTHER)
    as_they_are = {*SearchKey.objects.filter(case=case).values_list("kind", "digest")}
    SearchKey.objects.all().delete()
    intake.index(case, case.owner)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE quotes_quoterequest SET answers = 'v1.k1.AAAA' WHERE reference = %s", [damaged.reference])
    for _run in range(2):
        migration.index_patients(apps, None)
    assert {*SearchKey.objects.filter(case=case).values_list("kind", "digest")} == as_they_are
    assert not SearchKey.objects.filter(case=draft).exists()


def test_arabic_forms_of_one_letter_are_the_same():
    case = factories.sent_case(filler_name="فاطمة أحمد", email="f@example.org")
    assert found("فاطمه احمد") == [case]
