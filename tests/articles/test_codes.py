"""Short codes: found by words, ready to be put into a text."""

import pytest

from articles import codes, markup
from articles.models import Edition, Reference
from tests import factories

pytestmark = pytest.mark.django_db
CODES = "/staff/articles/article/codes/"


@pytest.fixture
def shelf():
    factories.reference("R001", authors="Núñez A", title="Mirrors after stroke", journal="The Journal", year=2019)
    factories.reference("R002", title="Not looked at yet", certainty=Reference.Certainty.CHECK)
    factories.trial("T01", name="SAMPLE (2024)")
    factories.term("plasticity", definition="The brain finds new ways.")
    factories.term("plasticity", language="es", term="Plasticidad", definition="El cerebro aprende.")
    factories.article("on-mirrors", title="On mirrors")
    factories.article("a-draft", title="A draft", published=False)
    factories.picture("ball", alt="A hand squeezes a ball.")
    Edition.objects.first().save()


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("reference", "mirrors 2019", "[R001]"),
        ("reference", "r001", "[R001]"),
        ("trial", "sample", "::: trial T01\n:::"),
        ("term", "new ways", "[Plasticity](term:plasticity)"),
        ("article", "mirrors", "[On mirrors](article:on-mirrors)"),
        ("picture", "squeezes", "![A hand squeezes a ball.](picture:ball)"),
        ("drawing", "signs stroke", "![Six pictures: the signs of a stroke, and what to do](drawing:be-fast)"),
        ("label", "research", "{D}"),
    ],
)
def test_each_kind_is_found_by_its_words_and_makes_a_text_without_a_problem(shelf, kind, words, expected):
    (code,) = codes.find(kind, words=words, language="en")
    assert code.whole == expected
    article = factories.article("probe", body=f"Cells.[R001]\n\n{code.whole}\n")
    assert Edition.objects.get(article=article).rendered["problems"] == []


def test_every_kind_has_a_name_and_a_finder():
    assert set(codes.KINDS) == set(codes.FINDERS)


def test_drafts_and_other_languages_are_not_offered(shelf):
    assert codes.find("article", words="draft", language="en") == []
    assert [code.words for code in codes.find("term", words="", language="es")] == ["Plasticidad"]
    assert codes.find("trial", words="", language="es") == []


def test_a_picture_is_offered_to_another_language_without_words_that_nobody_there_reads(shelf):
    (code,) = codes.find("picture", words="", language="es")
    assert code.whole == "![](picture:ball)" and "write one in yours" in str(code.warning)


def test_a_source_that_is_not_checked_says_so(shelf):
    (code,) = codes.find("reference", words="looked at", language="en")
    assert "cannot go online" in str(code.warning)


@pytest.mark.parametrize("words", ["%", "_", "'\"<script>", "x " * 500, "\0", "²"])
def test_odd_words_get_a_page(shelf, as_staff, editor, words):
    for kind in codes.KINDS:
        answer = as_staff(editor).get(CODES, {"kind": kind, "q": words, "language": "ar"})
        assert answer.status_code == 200 and "<script>" not in answer.content.decode().replace("<script src", "")


def test_the_page_lists_what_a_script_and_a_person_need(shelf, as_staff, editor):
    page = as_staff(editor).get(CODES, {"kind": "term", "q": "plasticity"}).content.decode()
    assert 'data-code="[%s](term:plasticity)" data-words="Plasticity"' in page
    assert "[Plasticity](term:plasticity)</pre>" in page
    assert markup.term_keys("[Plasticity](term:plasticity)") == {"plasticity"}
