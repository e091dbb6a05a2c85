"""What keeps a text back beyond its empty fields: pictures without words, and links that lead nowhere."""

import pytest
from django.utils import timezone

from articles import editions, publishing_gate
from articles.models import Article, Edition, GlossaryTerm
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article()
    Edition.objects.get().save()
    return made


def needs(article: Article, body: str) -> list[str]:
    edition = save_draft(article, body=f"Cells.[R001]\n\n{body}")
    return publishing_gate.missing(article, edition)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("![A hand](picture:nowhere)", "There is no picture “nowhere”"),
        ("![](picture:sample-picture)", "Say in words what the picture “sample-picture” shows"),
        ("In a line ![A hand](picture:sample-picture) of words.", "does not stand on a line of its own"),
        ("[there](article:nowhere)", "the article “nowhere”, which is not there in this language"),
        ("[there](/en/articles/nowhere/)", "A link leads to /en/articles/nowhere/"),
        ("[there](/en/topics/nowhere/)", "A link leads to /en/topics/nowhere/"),
        ("[there](/en/people/nowhere/)", "A link leads to /en/people/nowhere/"),
        ("[there](/en/trials/T99/)", "A link leads to /en/trials/T99/"),
        ("[there](/nowhere/at/all)", "A link leads to /nowhere/at/all"),
        ("[there](#nowhere)", "A link leads to “#nowhere” on this page"),
    ],
)
def test_the_gate_names_it(article, body, said):
    factories.picture()
    found = needs(article, body)
    assert any(said in text for text in found), found
    with pytest.raises(editions.NotReady):
        editions.publish(article=article, by=None)


@pytest.mark.parametrize(
    "body",
    [
        "![A hand](picture:sample-picture)",
        "[there](article:sample-article)",
        "[there](/en/articles/sample-article/)",
        "[there](/en/articles/sample-article/?from=here#funding)",
        "[there](/en/topics/stem-cells/) [who](/en/people/editorial-team/) [a trial](/en/trials/T01/)",
        "[ask](/en/quote/) [words](/en/glossary/)",
        "## A place\n\n[there](#a-place) [money](#funding) [first source](#ref-1)",
    ],
)
def test_the_gate_lets_through_what_leads_somewhere(article, body):
    factories.picture()
    factories.topic()
    factories.trial()
    assert needs(article, body) == []


def test_an_article_that_is_offline_is_a_dead_link_and_one_that_is_not_online_yet_is_only_said(article):
    offline = factories.article("offline")
    Article.objects.filter(pk=offline.pk).update(retired_at=timezone.now())
    factories.article("draft", published=False)
    edition = save_draft(article, body="Cells.[R001] [one](article:offline) [two](article:draft)")
    assert [text for text in publishing_gate.missing(article, edition) if "offline" in text]
    assert not [text for text in publishing_gate.missing(article, edition) if "draft" in text]
    assert any("“draft” is not online yet" in text for text in publishing_gate.worth_a_look(edition))


def test_a_word_that_leaves_the_glossary_is_found_when_the_text_goes_online(article):
    factories.term("stroke")
    save_draft(article, body="A [stroke](term:stroke).[R001]")
    GlossaryTerm.objects.all().delete()
    with pytest.raises(editions.NotReady, match="glossary has no word"):
        editions.publish(article=article, by=None)


@pytest.mark.parametrize(
    ("language", "easy", "hard", "measure"),
    [
        (
            "en",
            "People try. It is slow.",
            "Extraordinarily complicated neurorehabilitation methodologies " * 9 + ".",
            "Flesch-Kincaid",
        ),
        (
            "es",
            "La luz es de él. Es la paz.",
            "Extraordinariamente complicadísimas neurorrehabilitaciones " * 9 + ".",
            "Fernández",
        ),
        ("ar", "هذا نص قصير. وهو سهل.", "كلمة " * 40 + ".", "words in a sentence"),
    ],
)
def test_how_easy_a_text_is_to_read_is_said_by_the_measure_of_its_language(language, easy, hard, measure):
    factories.reference("R001")
    article = factories.article(language=language)
    for body, is_hard in ((easy, False), (hard, True)):
        edition = save_draft(article, body=body)
        edition.article = article
        assert measure in publishing_gate.reading_words(edition)
        assert any("harder to read" in text for text in publishing_gate.worth_a_look(edition)) is is_hard


def test_the_editing_page_shows_the_figure_and_what_is_worth_a_look(as_staff, editor, article):
    save_draft(
        article, body="Cells.[R001] [two](article:sample-article)\n\n" + "Extraordinarily complicated methodologies " * 12
    )
    page = as_staff(editor).get(f"/staff/articles/article/{article.pk}/change/").content.decode()
    assert "School grade" in page and "harder to read than we want" in page
