"""The glossary, trials, easy reading and the start page: complete, the same for everybody, and cheap."""

import pytest

from articles import editions
from articles.models import Article, ClinicalTrial, Edition, GlossaryTerm, TrialSummary
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    factories.term("stroke")
    factories.trial("T01")
    made = factories.article(body="## What was tried\n\nAfter a [stroke](term:stroke), cells.[R001]{D}\n\n::: trial T01\n:::")
    made.topics.add(factories.topic())
    factories.easy(made)
    return made


def page(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


PAGES = ["/en/", "/en/glossary/", "/en/trials/", "/en/trials/T01/", "/en/articles/sample-article/easy/"]


@pytest.mark.parametrize("url", PAGES)
def test_the_pages_are_the_same_for_everybody(client, article, url, as_staff, editor):
    stranger = client.get(url)
    assert stranger.status_code == 200 and not stranger.cookies and "Cookie" not in stranger.get("Vary", "")
    assert 'method="post"' not in stranger.content.decode() and stranger["Cache-Control"] == "no-cache"
    assert as_staff(editor).get(url).content == stranger.content
    assert client.post(url).status_code == 405


@pytest.mark.parametrize(
    ("url", "most"),
    [("/en/", 2), ("/en/glossary/", 1), ("/en/trials/", 1), ("/en/trials/T01/", 4), ("/en/articles/sample-article/easy/", 2)],
)
def test_the_pages_take_few_queries_however_much_there_is(client, article, url, most, django_assert_max_num_queries):
    for number in range(2, 12):
        factories.trial(f"T{number:02}")
        factories.term(f"word-{number}")
        other = factories.article(f"article-{number}")
        other.topics.add(factories.topic())
        factories.easy(other)
    with django_assert_max_num_queries(most):
        page(client, url)


def test_the_glossary_groups_words_by_letter_and_gives_each_an_address(client):
    factories.term("stroke", also="brain attack")
    factories.term("aphasia")
    text = page(client, "/en/glossary/")
    assert text.index('id="word-aphasia"') < text.index('id="word-stroke"') and "brain attack" in text
    assert 'href="?letter=A">A<' in text and 'id="letter-41"' in text
    assert page(client, "/es/glossary/").count("word-") == 0


def test_the_arabic_glossary_goes_by_arabic_letters(client):
    factories.term("stroke", language="ar", term="السكتة الدماغية")
    text = page(client, "/ar/glossary/")
    assert ">س<" in text and "<bdi>السكتة الدماغية</bdi>" in text


def test_the_glossary_shows_one_letter_when_asked_and_all_for_a_letter_that_is_not_there(client):
    factories.term("stroke")
    factories.term("aphasia")
    text = page(client, "/en/glossary/?letter=S")
    assert 'id="word-stroke"' in text and 'id="word-aphasia"' not in text and "1 word of 2" in text
    assert 'content="noindex, follow"' in text and 'href="http://localhost:8000/en/glossary/"' in text
    assert page(client, "/en/glossary/?letter=Q").count('class="glossary__row"') == 2
    assert 'href="/en/search/?kind=term"' in text and client.get("/en/search/?kind=term").status_code == 200
    factories.term("stroke", language="ar", term="السكتة الدماغية")
    assert 'id="word-stroke"' in page(client, "/ar/glossary/?letter=%D8%B3")


def test_the_article_explains_a_word_in_place_and_in_a_list(client, article):
    text = page(client, "/en/articles/sample-article/")
    assert 'popovertarget="term-stroke">stroke</button>' in text
    assert 'id="term-stroke" popover' in text and "What stroke means." in text and "Words in this text" in text
    assert "Do cells help in the first days?" in text and "/en/trials/T01/" in text


def test_a_definition_that_changes_is_read_in_the_articles_at_once(client, article, as_staff, editor):
    term = GlossaryTerm.objects.get()
    url = f"/staff/articles/glossaryterm/{term.pk}/change/"
    answer = as_staff(editor).post(url, {"term": "Stroke", "also": "", "definition": "A new meaning.", "opened_version": "1"})
    assert answer.status_code == 302
    assert "A new meaning." in page(client, "/en/articles/sample-article/")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("The largest fair test (SAMPLE)", "The largest fair test"),
        ("A small test (in two towns)", "A small test (in two towns)"),
        ("A small test", "A small test"),
    ],
)
def test_a_trial_is_named_once_where_its_name_stands_beside_its_title(client, title, shown):
    factories.trial()
    TrialSummary.objects.update(title=title)
    assert f'<a href="/en/trials/T01/">{shown}</a>' in client.get("/en/trials/").content.decode()
    page = client.get("/en/trials/T01/").content.decode()
    assert f"<h1>{shown}</h1>" in page and f"<title>{title}" in page


@pytest.mark.parametrize("model", ["glossaryterm", "clinicaltrial", "trialsummary", "easyread"])
def test_editors_open_and_change_these_and_nobody_else_does(article, as_staff, editor, coordinator, model):
    url = f"/staff/articles/{model}/"
    inside = as_staff(editor)
    assert inside.get(url).status_code == 200 and inside.get(f"{url}add/").status_code == 200
    row = {"glossaryterm": GlossaryTerm, "clinicaltrial": ClinicalTrial}.get(model)
    pk = (
        row.objects.get()
        if row
        else (article.easy_read if model == "easyread" else ClinicalTrial.objects.get().summaries.get())
    ).pk
    assert inside.get(f"{url}{pk}/change/").status_code == 200
    assert as_staff(coordinator).get(url).status_code == 403


def test_easy_reading_with_a_mistake_is_not_kept(article, as_staff, editor):
    url = f"/staff/articles/easyread/{article.easy_read.pk}/change/"
    answer = as_staff(editor).post(url, {"title": "Ours", "body": "A claim.[R999]"})
    assert answer.status_code == 200 and "R999" in answer.content.decode()
    article.easy_read.refresh_from_db()
    assert article.easy_read.title != "Ours"


def test_trials_are_listed_fair_and_large_ones_first_and_counted(client):
    factories.trial("T01", comparison="none", outcome="safety", name="ALONE")
    factories.trial("T02", name="SMALL", people=20)
    factories.trial("T03", name="LARGE")
    factories.trial("T04", name="RUNNING", outcome="running")
    text = page(client, "/en/trials/")
    places = [text.index(name) for name in ("LARGE", "SMALL", "ALONE", "RUNNING")]
    assert places == sorted(places)
    assert "2 finished trials with a comparison group asked" in text and "None of them met it." in text
    assert "No cell therapy is approved for stroke" in text


def test_a_trial_says_what_is_known_and_which_articles_cite_it(client, article):
    factories.article("other-article", title="Another text", key_messages="x[R009]", body="No trial here.")
    text = page(client, "/en/trials/T01/")
    for part in (
        "SAMPLE (Sample 2024)", "104 with the treatment, 102 to compare with", "Not met", "Tested: no benefit found",
        "12/104 vs 10/102.", "A sample trial of cells", "It did not help.", "A sample article", "28 February 2026",
    ):  # fmt: skip
        assert part in text
    assert "Another text" not in text
    assert client.get("/en/trials/T99/").status_code == 404 and client.get("/es/trials/T01/").status_code == 404


def test_what_could_not_be_checked_is_said_and_its_sources_are_not_printed(client, article):
    ClinicalTrial.objects.update(certainty="check")
    factories.Reference.objects.update(certainty="check")
    text = page(client, "/en/trials/T01/")
    assert "We could not check all of this" in text and "A sample trial of cells" not in text


def test_the_arabic_page_of_a_trial_sets_english_apart(client):
    factories.trial("T01", language="ar")
    text = page(client, "/ar/trials/T01/")
    assert '<bdi lang="en" dir="ltr">SAMPLE (Sample 2024)</bdi>' in text
    assert '<bdi lang="en" dir="ltr">12/104 vs 10/102.</bdi>' in text


def test_easy_reading_is_reached_from_the_article_and_leads_back(client, article):
    assert 'href="/en/articles/sample-article/easy/"' in page(client, "/en/articles/sample-article/")
    text = page(client, "/en/articles/sample-article/easy/")
    assert 'href="/en/articles/sample-article/"' in text and "<strong>Cells</strong>" in text
    assert "No doctor has checked this short version." in text and "Research only" in text
    article.easy_read.delete()
    assert "easy/" not in page(client, "/en/articles/sample-article/")


def test_easy_reading_goes_offline_with_its_article(client, article):
    editions.take_offline(article=article)
    assert client.get("/en/articles/sample-article/easy/").status_code == 404


def test_the_start_page_leads_through_five_texts_in_order(client):
    keys = ["how-to-read-a-study", "regenerative-medicine-guide", "do-stem-cells-work"]
    for key in keys:
        factories.article(key, title=key).topics.add(factories.topic())
    text = page(client, "/en/")
    start = text[text.index("Where to start") : text.index("By topic")]
    places = [start.index(f"/{key}/") for key in (keys[1], keys[2], keys[0])]
    assert places == sorted(places) and "safety-of-cell-treatments" not in start


def test_lists_follow_the_shelves_and_the_order_of_reading(client):
    late, early = factories.article("late"), factories.article("early")
    alone = factories.article("alone")
    for made, place, key in ((late, 2, "stem-cells"), (early, 1, "stem-cells"), (alone, 9, "stroke")):
        made.topics.add(factories.topic(key, title=key, position={"stroke": 1}.get(key, 3)))
        Article.objects.filter(pk=made.pk).update(position=place)
    Edition.objects.filter(article=late).update(title="Late text")
    text = page(client, "/en/articles/")
    assert text.index("/articles/alone/") < text.index("/articles/early/") < text.index("/articles/late/")
    assert '<h2 class="shelf__title">stroke</h2>' in text


def test_the_site_map_has_words_trials_and_easy_reading(client, article, settings):
    settings.SITE_URL = "https://regain.example"
    text = "".join(page(client, f"/sitemap-{section}.xml") for section in ("pages", "trials", "easy"))
    for path in ("en/glossary/", "ar/trials/", "en/trials/T01/", "en/articles/sample-article/easy/"):
        assert f"<loc>https://regain.example/{path}</loc>" in text
    assert "es/trials/T01/" not in text
    assert 'hreflang="ar" href="https://regain.example/ar/glossary/"' in page(client, "/en/glossary/")
