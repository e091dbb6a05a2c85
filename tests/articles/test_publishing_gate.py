"""What keeps a text back beyond its empty fields: pictures without words, and links that lead nowhere."""

import pytest
from django.utils import timezone

from articles import editions, jobs, publishing_gate
from articles.models import Article, Edition, GlossaryTerm
from tests import factories
from tests.articles.editing_pages import LIST, save_draft

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
        ("[there](/en/articles/sample-article/editions/99/)", "A link leads to /en/articles/sample-article/editions/99/"),
        ("[there](/en/articles/sample-article/easy/)", "A link leads to /en/articles/sample-article/easy/"),
        ("[there](/en/articles/sample-article/#nowhere)", "A link leads to /en/articles/sample-article/#nowhere"),
        ("[there](/en/topics/nowhere/feed.xml)", "A link leads to /en/topics/nowhere/feed.xml"),
        ("[there](/en/glossary/#word-nowhere)", "A link leads to /en/glossary/#word-nowhere"),
        ("[there](/es/trials/T01/)", "A link leads to /es/trials/T01/"),
        ("[there](#nowhere)", "A link leads to “#nowhere” on this page"),
    ],
)
def test_the_gate_names_it(article, body, said):
    factories.picture()
    factories.trial()
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
        "[ask](/en/quote/#start) [words](/en/glossary/) [stroke](/en/glossary/#word-stroke)",
        "[what was tried](/en/articles/sample-article/#what-was-tried) [feed](/en/topics/stem-cells/feed.xml)",
        "## A place\n\n[there](#a-place) [money](#funding) [first source](#ref-1)",
    ],
)
def test_the_gate_lets_through_what_leads_somewhere(article, body):
    factories.picture()
    factories.topic()
    factories.trial()
    factories.term()
    article.published_edition.save()
    assert needs(article, body) == []


def test_of_a_treatment_that_is_not_proven_the_editor_is_asked_for_its_harms_and_for_what_is_proven(article):
    def asked(body: str, labels: str = "D") -> list[str]:
        edition = save_draft(article, body=body, evidence_labels=labels)
        return [text for text in publishing_gate.worth_a_look(edition) if "label W" in text or "care that is proven" in text]

    assert len(asked("Cells.[R001]{D}")) == 2
    assert len(asked("Cells.[R001]{D} Clots.[R001]{W}")) == 1
    assert asked("Cells.[R001]{D} Clots.[R001]{W} Practice helps.[R001]{A}") == []
    assert asked("Cells.[R001]{D} Clots.[R001]{W} [Practice](article:sample-article) helps.") == []
    assert asked("Practice.[R001]{A}", labels="A") == []


# ── Links that die later ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def leading(article) -> Article:
    """Online, with a link to an article by its address."""
    factories.article("further", title="Further on")
    return factories.article("leading", title="A text that leads on", body="Cells.[R001] [on](/en/articles/further/) {D}")


def dead(staff) -> str:
    jobs.look_for_dead_links()
    page = staff.get(LIST, {"state": "dead"}).content.decode()
    return "A text that leads on" if "A text that leads on" in page.split('id="changelist-form"')[-1] else ""


def test_a_text_online_whose_link_died_is_on_the_desk_until_it_is_mended(as_staff, editor, leading):
    leading.published_edition.save()
    staff, further = as_staff(editor), Article.objects.get(translation_key="further")
    assert (
        dead(staff) == ""
        and "<span>online, a link leads nowhere</span> <strong>0</strong>" in staff.get("/staff/").content.decode()
    )
    editions.take_offline(article=further)
    assert (
        dead(staff) and "<span>online, a link leads nowhere</span> <strong>1</strong>" in staff.get("/staff/").content.decode()
    )
    save_draft(leading, body="Cells.[R001] {D}")
    editions.publish(article=leading, by=None)
    assert "<span>online, a link leads nowhere</span> <strong>0</strong>" in staff.get("/staff/").content.decode()
    assert dead(staff) == ""


def test_a_link_that_lives_again_needs_no_mending(as_staff, editor, leading):
    leading.published_edition.save()
    further = Article.objects.get(translation_key="further")
    further.retired_at, further.retirement_note = timezone.now(), "It has been replaced."
    further.save()
    staff = as_staff(editor)
    assert dead(staff)
    further.retired_at, further.retirement_note = None, ""
    further.save()
    assert dead(staff) == ""


def test_a_link_to_a_text_that_moved_is_alive(as_staff, editor, leading):
    leading.published_edition.save()
    further = Article.objects.get(translation_key="further")
    further.slug = "farther"
    further.save()
    assert dead(as_staff(editor)) == ""


def test_a_link_by_key_to_a_text_that_went_offline_is_dead_too(as_staff, editor, article):
    further = factories.article("further")
    online = factories.article("leading", title="A text that leads on", body="Cells.[R001] [on](article:further) {D}")
    online.published_edition.save()
    editions.take_offline(article=further)
    assert dead(as_staff(editor))


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
