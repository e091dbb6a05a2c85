"""Feeds, sitemaps, robots: valid, true and complete."""

import os
import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings as real_settings
from django.utils import timezone
from PIL import Image

from articles import editions, sitemap
from articles.models import Article, Edition, Reference, Topic
from portal import bundles
from tests import factories

pytestmark = pytest.mark.django_db
ATOM, MAP, XHTML = (
    "{http://www.w3.org/2005/Atom}",
    "{http://www.sitemaps.org/schemas/sitemap/0.9}",
    "{http://www.w3.org/1999/xhtml}",
)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://regain.example"


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    made = factories.article(title="Cells & <hope>")
    made.topics.add(factories.topic())
    spanish = factories.article(language="es", title="Un artículo")
    spanish.slug = "articulo"
    spanish.save()
    spanish.topics.add(factories.topic(language="es"))
    return made


def xml(client, url: str) -> ET.Element:
    response = client.get(url)
    assert response.status_code == 200
    return ET.fromstring(response.content)  # noqa: S314 - our own words


def feed_problems(feed: ET.Element) -> list[str]:
    """What RFC 4287 demands of a feed and its entries (sections 4.1.1 and 4.1.2), and of each element."""
    entries = list(feed.iter(f"{ATOM}entry"))
    found = element_problems("feed", feed) + [problem for entry in entries for problem in element_problems("entry", entry)]
    found += ["entry: no author" for entry in entries if entry.find(f"{ATOM}author/{ATOM}name") is None]
    found += ["entry: no link" for entry in entries if not entry.findall(f"{ATOM}link[@rel='alternate']")]
    if not feed.findall(f"{ATOM}link[@rel='self']"):
        found.append("feed: no link to itself")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    return found + (["ids are not unique"] if len(ids) != len(set(ids)) else [])


def element_problems(place: str, node: ET.Element) -> list[str]:
    texts = {name: [e.text or "" for e in node.findall(f"{ATOM}{name}")] for name in ("id", "title", "updated", "published")}
    links = [link.get("href") or "" for link in node.findall(f"{ATOM}link")]
    found = [
        f"{place}: exactly one {name}" for name in ("id", "title", "updated") if len([t for t in texts[name] if t.strip()]) != 1
    ]
    found += [f"{place}: {day} is no date" for day in texts["updated"] + texts["published"] if not RFC3339.fullmatch(day)]
    found += [f"{place}: {link} is not absolute" for link in links if not link.startswith("https://")]
    return found + [f"{place}: {key} is no IRI" for key in texts["id"] if not re.match(r"(https?://|urn:uuid:)", key)]


@pytest.mark.parametrize("url", ["/en/feed.xml", "/es/feed.xml", "/ar/feed.xml", "/en/topics/stem-cells/feed.xml"])
def test_every_feed_is_valid_atom(client, article, url):
    assert client.get(url)["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = xml(client, url)
    assert feed_problems(feed) == []
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"https://regain.example{url}"


def test_the_check_of_feeds_sees_what_is_wrong():
    bad = ET.fromstring(f'<feed xmlns="{ATOM[1:-1]}"><title>x</title><updated>today</updated><entry/></feed>')  # noqa: S314
    assert len(feed_problems(bad)) >= 6


def test_a_feed_brings_what_changed_last_first(client, article):
    for number in range(22):
        factories.article(f"older-{number}")
    Edition.objects.filter(article=article).update(published_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    Edition.objects.exclude(article=article).update(published_at=datetime(2026, 10, 1, tzinfo=UTC))
    feed = xml(client, "/en/feed.xml")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 20 and entries[0].findtext(f"{ATOM}title") == "Cells & <hope>"
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert entries[0].findtext(f"{ATOM}id") == f"urn:uuid:{article.pk}"  # the same when its address changes


def test_a_feed_of_a_topic_has_only_that_topic_and_only_that_language(client, article):
    factories.article("another", title="Another")
    titles = [e.findtext(f"{ATOM}title") for e in xml(client, "/en/topics/stem-cells/feed.xml").iter(f"{ATOM}entry")]
    assert titles == ["Cells & <hope>"]
    assert client.get("/en/topics/nope/feed.xml").status_code == 404


@pytest.mark.parametrize("url", ["/en/", "/en/articles/", "/en/topics/stem-cells/", "/en/articles/sample-article/"])
def test_a_feed_reader_finds_the_feeds(client, article, url):
    text = client.get(url).content.decode()
    assert 'type="application/atom+xml" title="Regain" href="/en/feed.xml"' in text
    assert ("/en/topics/stem-cells/feed.xml" in text) == (url not in {"/en/", "/en/articles/"})


def test_feeds_take_few_queries(client, article, django_assert_max_num_queries):
    for number in range(5):
        factories.article(f"more-{number}").topics.add(factories.topic())
    with django_assert_max_num_queries(3):
        client.get("/en/feed.xml")


# ── Sitemaps ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_index_names_every_section_and_each_is_there(client, article):
    urls = [node.findtext(f"{MAP}loc") for node in xml(client, "/sitemap.xml").iter(f"{MAP}sitemap")]
    assert urls == [f"https://regain.example/sitemap-{name}.xml" for name in sitemap.SECTIONS]
    for url in urls:
        assert xml(client, url.removeprefix("https://regain.example")).tag == f"{MAP}urlset"
    assert client.get("/sitemap-nope.xml").status_code == 404


def test_each_version_names_all_versions_and_the_one_for_everybody_else(client, article):
    found = {}
    for node in xml(client, "/sitemap-articles.xml").iter(f"{MAP}url"):
        found[node.findtext(f"{MAP}loc")] = {link.get("hreflang"): link.get("href") for link in node.iter(f"{XHTML}link")}
    english, spanish = (f"https://regain.example/{path}/" for path in ("en/articles/sample-article", "es/articles/articulo"))
    versions = {"en": english, "es": spanish, "x-default": english}
    assert found == {english: versions, spanish: versions}


def days(client, section: str) -> dict[str, str]:
    return {n.findtext(f"{MAP}loc"): n.findtext(f"{MAP}lastmod") for n in xml(client, f"/sitemap-{section}.xml")}


def test_days_are_those_of_the_last_change(client, article):
    Edition.objects.filter(article__language="en").update(published_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    Edition.objects.filter(article__language="es").update(published_at=datetime(2026, 5, 1, 12, tzinfo=UTC))

    home = "https://regain.example/{}/"
    assert days(client, "pages")[home.format("en")] == "2026-03-01" and days(client, "pages")[home.format("es")] == "2026-05-01"
    assert days(client, "pages")[home.format("ar")] is None
    assert days(client, "topics")["https://regain.example/en/topics/stem-cells/"] == "2026-03-01"
    assert days(client, "articles")["https://regain.example/es/articles/articulo/"] == "2026-05-01"
    assert days(client, "people")["https://regain.example/en/people/editorial-team/"] == "2026-03-01"
    index = {n.findtext(f"{MAP}loc"): n.findtext(f"{MAP}lastmod") for n in xml(client, "/sitemap.xml")}
    assert index["https://regain.example/sitemap-articles.xml"] == "2026-05-01"


def saved(row, day: int, editor) -> None:
    type(row).objects.filter(pk=row.pk).update(changed_at=datetime(2026, 6, day, 12, tzinfo=UTC), changed_by=editor)


def test_what_staff_saved_has_its_day_and_what_came_with_the_site_has_none(client, article, editor):
    easy, words, term, person = factories.easy(article), factories.trial(), factories.term(), factories.person()
    at = "https://regain.example/en/{}/".format
    assert days(client, "easy")[at("articles/sample-article/easy")] is None
    assert days(client, "trials")[at("trials/T01")] is None and days(client, "pages")[at("glossary")] is None
    for day, row in enumerate((easy, words, words.trial, term, person), start=1):
        saved(row, day, editor)
    assert days(client, "easy")[at("articles/sample-article/easy")] == "2026-06-01"
    assert days(client, "trials")[at("trials/T01")] == "2026-06-03"  # a fact was corrected after the words
    found = days(client, "pages")
    assert found[at("trials")] == found[at("trials/pictures")] == "2026-06-03" and found[at("glossary")] == "2026-06-04"
    assert found[at("people")] == "2026-06-05" and found["https://regain.example/es/glossary/"] is None
    assert days(client, "people")[at("people/editorial-team")] >= "2026-06-05"


def test_a_corrected_source_is_a_change_of_every_page_that_cites_it(client, article):
    easy = factories.easy(article)
    Edition.objects.update(published_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    editions.render_again()
    Edition.objects.update(refreshed_at=None)
    assert days(client, "articles")["https://regain.example/en/articles/sample-article/"] == "2026-03-01"
    Reference.objects.update(title="A title that was corrected")
    editions.render_again(mentioning="R001")
    today = timezone.localdate().isoformat()
    assert days(client, "articles")["https://regain.example/en/articles/sample-article/"] == today
    assert days(client, "easy")[f"https://regain.example{easy.get_absolute_url()}"] == today
    assert {n.findtext(f"{MAP}lastmod") for n in xml(client, "/sitemap.xml") if "easy" in n.findtext(f"{MAP}loc")} == {today}


def test_every_address_in_the_sitemaps_answers(client, article):
    factories.easy(article)
    factories.trial()
    for name in sitemap.SECTIONS:
        for node in xml(client, f"/sitemap-{name}.xml").iter(f"{MAP}loc"):
            assert client.get(node.text.removeprefix("https://regain.example")).status_code == 200, node.text


def test_sitemaps_take_few_queries_however_much_there_is(client, article, django_assert_max_num_queries):
    for number in range(6):
        factories.article(f"more-{number}").topics.add(factories.topic())
    for name in sitemap.SECTIONS:
        with django_assert_max_num_queries(4):
            client.get(f"/sitemap-{name}.xml")


def test_robots_keeps_machines_out_of_what_is_personal(client):
    text = client.get("/robots.txt").content.decode()
    for path in ("/staff/", "/ar/quote/", "/es/c/", "/en/case/", "/en/feedback/"):
        assert f"Disallow: {path}\n" in text
    assert "Sitemap: https://regain.example/sitemap.xml" in text


def test_a_page_names_all_its_versions_and_the_one_for_everybody_else_as_the_sitemap_does(client, article):
    text = client.get("/es/articles/articulo/").content.decode()
    english, spanish = "https://regain.example/en/articles/sample-article/", "https://regain.example/es/articles/articulo/"
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text)
    assert found == [("en", english), ("es", spanish), ("x-default", english)]


def test_a_page_that_is_not_there_in_english_has_none_for_everybody_else(client, article):
    factories.article("only-here", language="es")
    assert "x-default" not in client.get("/es/articles/only-here/").content.decode()


# ── Pictures and styles ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", [code for code, _name in real_settings.LANGUAGES])
def test_there_is_a_picture_to_share_in_every_language(language):
    with Image.open(real_settings.BASE_DIR / "portal" / "static" / "portal" / "share" / f"{language}.png") as picture:
        assert picture.size == (1200, 630)


def test_a_reading_page_asks_for_one_style_sheet_that_has_every_part(client, article):
    for url in (
        "/en/",
        "/en/articles/",
        "/en/articles/sample-article/",
        "/en/topics/stem-cells/",
        "/en/people/editorial-team/",
    ):
        text = client.get(url).content.decode()
        assert re.findall(r'rel="stylesheet" href="([^"]+)"', text) == ["/static/portal/css/public.css"]
    sheet = bundles.built("portal/css/public.css").read_text()
    for part in ("--paper", ".site-header", ".button", ".key-messages", ".letters"):
        assert part in sheet
    assert "/*" not in sheet and sheet.count("{") == sheet.count("}")


def test_a_part_that_changes_makes_the_sheet_anew(tmp_path, settings, monkeypatch):
    settings.BASE_DIR = tmp_path
    (tmp_path / "a.css").write_text("/* why */\n.a {\n  color: red;\n}\n")
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)
    monkeypatch.setitem(bundles.BUNDLES, "all.css", ("a.css",))
    made = bundles.built("all.css")
    assert made.read_text() == ".a {\ncolor: red;\n}\n"
    later = made.stat().st_mtime_ns + 10**9
    (tmp_path / "a.css").write_text(".b {}\n")
    os.utime(tmp_path / "a.css", ns=(later, later))
    assert bundles.built("all.css").read_text() == ".b {}\n"


def test_topics_without_articles_have_no_day(client):
    factories.topic("empty")
    assert Topic.objects.count() == 1
    assert "<lastmod>" not in client.get("/sitemap-topics.xml").content.decode()
