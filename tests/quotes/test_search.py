import pytest

from quotes.models import QuoteRequest
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


def test_arabic_forms_of_one_letter_are_the_same():
    case = factories.sent_case(filler_name="فاطمة أحمد", email="f@example.org")
    assert found("فاطمه احمد") == [case]
