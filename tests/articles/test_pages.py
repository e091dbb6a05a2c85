"""The public pages: complete, the same for everybody, and cheap."""

import json
import re
from datetime import date, timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from articles import editions, pages
from articles.models import Article, Person
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/articles/sample-article/"


@pytest.fixture
def article() -> Article:
    factories.reference("R001", doi="10.1/x", pmid="123", identifiers_seen=True)
    made = factories.article(limitations="We do not know the long-term effects.[R001]")
    made.topics.add(factories.topic())
    return made


def page(client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_article_says_everything_it_should(client, article):
    text = page(client)
    for part in (
        "A sample article", "What is known, in short.", "Key messages", "What was tried", "What we do not know",
        "What the regulators say", "Checked on 1 February 2026", "Who paid for this", "Not yet medically reviewed",
        "Written by", "The editorial team", "Next review due on 1 January 2030", "Research only", "What the labels mean",
        "https://doi.org/10.1/x", "https://pubmed.ncbi.nlm.nih.gov/123/", "What you can do next",
    ):  # fmt: skip
        assert part in text
    assert 'href="#ref-1" id="cite-1-3"' in text and 'href="#cite-1-3"' in text and 'id="ref-1"' in text


def test_every_id_is_there_once_and_every_link_inside_the_page_leads_somewhere(client, article):
    text = page(client)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_identifiers_that_nobody_has_seen_are_not_printed(client, article):
    factories.Reference.objects.update(identifiers_seen=False)
    assert editions.render_again(mentioning="R001") == 1
    assert "doi.org" not in page(client)


@pytest.mark.parametrize(
    ("authors", "title", "said"),
    [
        ("Doe J et al.", "Do cells help?", "Doe J et al. <cite>Do cells help?</cite> Sample Journal 3: 1-9. 2024."),
        ("Doe J", "Cells", "Doe J. <cite>Cells.</cite> Sample Journal 3: 1-9. 2024."),
        ("", "Cells", "<cite>Cells.</cite> Sample Journal 3: 1-9. 2024."),
    ],
)
def test_a_citation_has_each_full_stop_once_wherever_it_stands(client, authors, title, said):
    fields = {"authors": authors, "title": title, "journal": "Sample Journal", "volume": "3", "pages": "1-9", "year": 2024}
    factories.reference("R001", **fields)
    factories.article()
    factories.trial()
    assert f'dir="ltr">{said}</bdi>' in page(client) and f'dir="ltr">{said}</bdi>' in page(client, "/en/trials/T01/")


def test_the_status_is_said_before_the_quote_is_offered(client, article):
    text = page(client)
    assert text.index("It has not been shown to work after a stroke.") < text.index("/en/quote/?article=sample-article")


LABEL_SETS = ["".join(chosen) for size in range(8) for chosen in combinations("ABCDEWi", size)]


@pytest.mark.parametrize("codes", LABEL_SETS)
def test_no_label_is_left_unsaid_before_the_quote(codes):
    said, has = pages.status(codes), set(codes)
    assert ("harm" in said) == ("W" in has)
    assert ("shown to help, all people" in said) == (bool(has & set("AB")) and not has & set("CDE"))
    assert ("Some of what" in said) == bool(has & set("AB") and has & set("CDE"))
    assert ("uncertain" in said) == ("C" in has and not has & set("DE"))
    assert ("not" in said) == bool(has & set("DE"))
    assert ("still research" in said) == ("D" in has and not has & set("ABE"))
    assert bool(said) == bool(has - {"i"})


def test_a_cold_article_takes_three_queries(client, article, django_assert_num_queries):
    other = factories.article("other-article")
    other.topics.add(factories.topic())
    with django_assert_num_queries(3):
        page(client)


def test_lists_take_few_queries_however_many_articles_there_are(client, django_assert_max_num_queries):
    for number in range(15):
        factories.article(f"article-{number}").topics.add(factories.topic())
    for url in ("/en/articles/", "/en/topics/stem-cells/"):
        with django_assert_max_num_queries(4):
            page(client, url)
    with django_assert_max_num_queries(4):
        page(client, "/en/people/editorial-team/")


def test_a_list_has_pages_of_twelve(client):
    for number in range(15):
        factories.article(f"article-{number}")
    assert page(client, "/en/articles/").count('class="card"') == 12
    assert page(client, "/en/articles/?page=2").count('class="card"') == 3
    assert client.get("/en/articles/?page=3").status_code == 404
    assert client.get("/en/articles/?page=x").status_code == 404


@pytest.mark.parametrize("url", [URL, "/en/articles/", "/en/topics/stem-cells/", "/en/people/editorial-team/", "/sitemap.xml"])
def test_public_pages_are_the_same_for_everybody(client, article, url, as_staff, coordinator):
    stranger = client.get(url)
    assert not stranger.cookies and "Cookie" not in stranger.get("Vary", "")
    assert stranger["Cache-Control"] == "no-cache"
    assert "csrfmiddlewaretoken" not in stranger.content.decode() and 'method="post"' not in stranger.content.decode()
    member = as_staff(coordinator).get(url)
    assert member.content == stranger.content and not member.cookies


@pytest.mark.parametrize("url", [URL, "/en/articles/", "/robots.txt"])
def test_only_reading_is_allowed(client, article, url):
    assert client.post(url).status_code == 405
    head = client.head(url)
    assert head.status_code == 200 and head.content == b""


def test_drafts_and_what_was_taken_offline_are_not_found(client, article):
    factories.article("a-draft", published=False)
    assert client.get("/en/articles/a-draft/").status_code == 404
    editions.take_offline(article=article)
    assert client.get(URL).status_code == 404
    missing = client.get("/en/articles/nope/")
    assert missing.status_code == 404 and "/en/articles/" in missing.content.decode()


def test_an_article_is_in_its_language_only(client, article):
    assert client.get("/es/articles/sample-article/").status_code == 404


def test_language_versions_are_linked_by_absolute_addresses(client, article, settings):
    settings.SITE_URL = "https://regain.example"
    spanish = factories.article(language="es")
    spanish.slug = "articulo"
    spanish.save()
    text = page(client)
    assert '<link rel="alternate" hreflang="es" href="https://regain.example/es/articles/articulo/">' in text
    assert '<link rel="canonical" href="https://regain.example/en/articles/sample-article/">' in text
    assert 'lang="es" hreflang="es">Español</a>' in text
    assert "testserver" not in text


def test_a_review_is_named_with_its_day(client, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    editions.mark_reviewed(
        article=article, edition=article.latest_edition(), reviewer=doctor, next_review_on=timezone.localdate() + timedelta(90)
    )
    text = page(client)
    assert "Medically reviewed by" in text and "Dr Sample" in text and "Not yet medically reviewed" not in text
    assert "lastReviewed" in text
    assert "Medically reviewed" in page(client, "/en/people/dr-sample/")


def test_an_overdue_review_has_its_banner(client, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    Article.objects.update(reviewer=doctor, reviewed_on=date(2024, 1, 1), next_review_on=date(2025, 1, 1), reviewed_edition=1)
    assert "The review of this text is overdue" in page(client)


def test_a_text_that_changed_after_its_review_says_so(client, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    first = article.latest_edition()
    editions.mark_reviewed(article=article, edition=first, reviewer=doctor, next_review_on=date(2031, 1, 1))
    texts = {name: getattr(first, name) for name in editions.TEXTS}
    editions.save_draft(article=article, texts=texts | {"body": "New.[R001]", "change_note": "A new trial."}, by=None)
    editions.publish(article=article, by=None)
    text = page(client)
    assert "The medical review was of edition 1" in text and "lastReviewed" not in text


def test_an_earlier_edition_is_shown_with_its_own_review_or_none(client, article):
    doctor = factories.person("dr-sample", slug="dr-sample", name="Dr Sample", is_team=False)
    first = article.latest_edition()
    first.published_at = timezone.now()
    first.save()
    texts = {name: getattr(first, name) for name in editions.TEXTS} | {"change_note": "A new trial."}
    second = editions.save_draft(article=article, texts=texts | {"title": "Second"}, by=None)
    editions.mark_reviewed(article=article, edition=second, reviewer=doctor, next_review_on=date(2031, 1, 1))
    editions.publish(article=article, by=None)
    old = page(client, f"{URL}editions/1/")
    assert "No doctor checked this earlier version" in old
    assert "Dr Sample" not in old and "not online yet" not in old and "Next review due" not in old
    editions.save_draft(article=article, texts=texts | {"title": "Third"}, by=None)
    editions.publish(article=article, by=None)
    old = page(client, f"{URL}editions/2/")
    assert "Dr Sample" in old and "No doctor" not in old and "The text has changed since then" not in old
    assert "The medical review was of edition 2. The text has changed since then." in page(client)


def test_earlier_editions_can_be_read(client, article):
    first = article.latest_edition()
    first.published_at = timezone.now()
    first.save()
    texts = {name: getattr(first, name) for name in editions.TEXTS}
    editions.save_draft(article=article, texts=texts | {"title": "Newer title", "change_note": "A new trial."}, by=None)
    assert client.get(f"{URL}editions/2/").status_code == 404
    editions.publish(article=article, by=None)
    assert "Edition 2: A new trial." in page(client) and f"{URL}editions/1/" in page(client)
    old = page(client, f"{URL}editions/1/")
    assert "earlier version" in old and "A sample article" in old and "noindex" in old
    assert "A new trial." in page(client, f"{URL}editions/")
    assert client.get(f"{URL}editions/2/").status_code == 404


def test_a_link_appears_when_the_article_it_points_to_is_published_and_goes_with_it(client, article):
    factories.article("target", published=False, key_messages="x[R001]")
    target = Article.objects.get(translation_key="target")
    edition = article.latest_edition()
    edition.body = "See [that one](article:target)."
    edition.save()
    assert "/en/articles/target/" not in page(client)
    editions.publish(article=target, by=None)
    assert '<a href="/en/articles/target/">that one</a>' in page(client)
    editions.take_offline(article=target)
    assert "/en/articles/target/" not in page(client)


def test_structured_data_cannot_end_its_element(client, article):
    edition = article.latest_edition()
    edition.title = "A </script><script>alert(1)</script> title"
    edition.save()
    text = page(client)
    assert "<script>alert" not in text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])
    assert data["@graph"][0]["@type"] == "MedicalWebPage" and data["@graph"][0]["headline"] == edition.title


def test_a_person_page_shows_what_was_declared(client, article):
    Person.objects.update(interests="Owns shares in nothing.")
    assert "Owns shares in nothing." in page(client, "/en/people/editorial-team/")
