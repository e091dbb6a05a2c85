"""Addresses that change and articles that are retired: nobody who kept a link is left standing."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import editions
from articles.models import Article, OldAddress, Topic
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db
URL = "/en/articles/sample-article/"


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    return factories.article()


def move(row, slug: str):
    row = type(row).objects.get(pk=row.pk)
    row.slug = slug
    row.save()
    return row


def test_an_old_address_leads_to_the_new_one_for_good(client, article):
    move(article, "a-better-name")
    response = client.get(URL)
    assert response.status_code == 301 and response.url == "/en/articles/a-better-name/"
    assert client.get(response.url).status_code == 200


def test_every_address_there_ever_was_leads_to_where_it_is_now(client, article):
    for slug in ("second", "third"):
        move(article, slug)
    assert client.get(URL).url == client.get("/en/articles/second/").url == "/en/articles/third/"


def test_an_article_that_moves_back_is_not_led_in_a_circle(client, article):
    move(article, "second")
    move(article, "sample-article")
    assert client.get(URL).status_code == 200
    assert client.get("/en/articles/second/").url == URL
    assert OldAddress.objects.count() == 1


def test_a_new_article_at_an_old_address_is_shown_there(client, article):
    move(article, "second")
    factories.article("another")
    move(Article.objects.get(translation_key="another"), "sample-article")
    assert client.get(URL).status_code == 200


def test_the_easy_page_topics_and_people_move_too(client, article):
    factories.easy(article)
    move(article, "second")
    assert client.get(f"{URL}easy/").url == "/en/articles/second/easy/"
    topic = factories.topic()
    move(topic, "cells")
    assert client.get("/en/topics/stem-cells/").url == "/en/topics/cells/"
    move(article.author, "the-team")
    assert client.get("/en/people/editorial-team/").url == "/en/people/the-team/"


@pytest.mark.parametrize("part", ["editions/", "editions/1/", "editions/2/changes/"])
def test_what_hangs_on_an_article_moves_with_it(client, article, part):
    editions.publish(article=article, by=None)
    save_draft(article, title="A better article", change_note="Better.")
    editions.publish(article=article, by=None)
    move(article, "second")
    response = client.get(f"{URL}{part}")
    assert response.status_code == 301 and response.url == f"/en/articles/second/{part}"
    assert client.get(response.url).status_code == 200


def test_who_follows_a_topic_by_its_feed_keeps_it_when_the_topic_moves(client, article):
    topic = factories.topic()
    before = client.get("/en/topics/stem-cells/feed.xml").content.decode()
    move(topic, "cells")
    response = client.get("/en/topics/stem-cells/feed.xml")
    assert response.status_code == 301 and response.url == "/en/topics/cells/feed.xml"
    after = client.get(response.url).content.decode()
    assert re.findall("<id>.*</id>", after) == re.findall("<id>.*</id>", before)  # a feed is known by its id
    assert 'rel="self" type="application/atom+xml" href="http' in after and "/en/topics/cells/feed.xml" in after


def test_an_old_address_in_another_language_or_of_another_kind_leads_nowhere(client, article):
    move(article, "second")
    assert client.get("/es/articles/sample-article/").status_code == 404
    assert client.get("/en/topics/sample-article/").status_code == 404


def test_saving_without_moving_writes_nothing(article):
    Topic.objects.create(translation_key="x", slug="x", title="X", kind="travel").save()
    article.save()
    assert not OldAddress.objects.exists()


# ── Retired ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def retired(article) -> Article:
    topic = factories.topic()
    article.topics.add(topic)
    newer = factories.article("newer", title="A newer text")
    newer.topics.add(topic)
    factories.easy(article)
    article.retired_at, article.retirement_note, article.successor = timezone.now(), "It has been replaced.", newer
    article.save()
    return article


def test_a_retired_article_keeps_its_page_with_a_notice_and_a_way_on(client, retired):
    response = client.get(URL)
    text = response.content.decode()
    assert response.status_code == 200 and '<meta name="robots" content="noindex">' in text
    assert "We have not kept this text up since" in text and "It has been replaced." in text
    assert '<a href="/en/articles/newer/">A newer text</a>' in text
    assert "Ask for a free quote</a>" not in text.split("<main")[1] and "next-step" not in text and "ld+json" not in text


@pytest.mark.parametrize(
    "url", ["/en/articles/", "/en/topics/stem-cells/", "/en/", "/en/feed.xml", "/sitemap-articles.xml", "/en/articles/newer/"]
)
def test_a_retired_article_is_gone_from_lists_feeds_and_sitemap(client, retired, url):
    text = client.get(url).content.decode()
    assert "/en/articles/sample-article/" not in text and "/en/articles/newer/" in text


def test_every_link_about_a_retired_article_still_leads_somewhere(client, retired):
    edition = retired.published_edition
    edition.published_at = timezone.now()
    edition.save()
    save_draft(retired, title="Second", change_note="A new trial.")
    editions.publish(article=retired, by=None)
    assert retired.is_retired
    seen, waiting = set(), {URL}
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code == 200, address
        seen.add(address)
        waiting |= set(re.findall(rf'href="({URL}[^"#?]*)"', response.content.decode())) - seen
    assert seen == {URL, f"{URL}editions/", f"{URL}editions/1/", f"{URL}editions/2/changes/"}


def test_the_short_version_of_a_retired_article_leads_to_the_notice(client, retired):
    response = client.get(f"{URL}easy/")
    assert (response.status_code, response.url) == (302, URL)
    assert "/easy/" not in client.get(URL).content.decode()


def test_a_retired_article_that_never_had_a_short_version_has_no_such_page(client, retired):
    retired.easy_read.delete()
    assert client.get(f"{URL}easy/").status_code == 404


def test_a_successor_that_went_offline_itself_is_not_linked(client, retired):
    editions.take_offline(article=retired.successor)
    text = client.get(URL).content.decode()
    assert "/en/articles/newer/" not in text and 'href="/en/articles/">All articles' in text


def test_an_editor_cannot_retire_an_article_in_favour_of_itself(as_staff, editor, article):
    page = as_staff(editor).get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert 'name="retirement_note"' in page and f'<option value="{article.pk}"' not in page
