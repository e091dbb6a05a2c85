"""Public pages are kept, compressed, and never a moment too long."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as real_settings
from django.core.cache.backends.base import BaseCache
from django.db import connection
from django.utils import timezone

from articles import editions, jobs
from articles.models import Article, Topic
from portal import content_version, page_cache
from tests import factories, wsgi

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/en/articles/sample-article/"


@pytest.fixture(autouse=True)
def version_file(settings, tmp_path):
    settings.CONTENT_VERSION_FILE = tmp_path / "content-version"


@pytest.fixture
def article() -> Article:
    factories.reference("R001")
    return factories.article()


@pytest.fixture
def site() -> page_cache.PageCacheHandler:
    return page_cache.PageCacheHandler()


def test_a_kept_page_takes_no_query(article, site, django_assert_num_queries):
    first = wsgi.get(site, URL, accept_encoding="gzip, br")
    with django_assert_num_queries(0):
        second = wsgi.get(site, URL, accept_encoding="gzip, br")
    assert first.status == second.status == 200 and first.body == second.body
    assert "A sample article" in second.text
    for name in ("Content-Security-Policy", "Permissions-Policy", "Cache-Control", "ETag", "Vary", "Content-Type"):
        assert first.headers[name] == second.headers[name]
    assert second.headers["Cache-Control"] == "no-cache" and second.headers["Vary"] == "Accept-Encoding"
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert "Set-Cookie" not in second.headers


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("", None),
        ("identity", None),
        ("gzip;q=0", None),
    ],
)
def test_each_browser_gets_what_it_can_read(article, site, asked, given):
    for _time in range(2):
        answer = wsgi.get(site, URL, accept_encoding=asked)
        assert answer.headers.get("Content-Encoding") == given
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert "A sample article" in answer.text
    assert wsgi.get(site, URL, accept_encoding="gzip").headers["ETag"] != wsgi.get(site, URL).headers["ETag"]


def test_a_page_that_the_browser_has_is_not_sent_again(article, site, django_assert_num_queries):
    etag = wsgi.get(site, URL, accept_encoding="br").headers["ETag"]
    with django_assert_num_queries(0):
        for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            answer = wsgi.get(site, URL, accept_encoding="br", if_none_match=said)
            assert answer.status == 304 and answer.body == b"" and answer.headers["ETag"] == etag
            assert "Content-Length" not in answer.headers
    assert wsgi.get(site, URL, accept_encoding="br", if_none_match='"other"').status == 200
    # a process that has not kept it yet says the same
    assert wsgi.get(page_cache.PageCacheHandler(), URL, accept_encoding="br", if_none_match=etag).status == 304


def test_asking_for_the_head_sends_no_body(article, site):
    wsgi.get(site, URL)
    head = wsgi.get(site, URL, method="HEAD")
    assert head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    "change",
    [
        lambda article: editions.take_offline(article=article),
        lambda article: Topic.objects.get().save(),
        lambda article: Topic.objects.update(title="Cells"),
        lambda article: factories.reference("R002"),
        lambda article: Topic.objects.bulk_create([Topic(translation_key="x", slug="x", title="X", kind="travel")]),
        lambda article: article.topics.get().delete(),
    ],
)
def test_any_change_to_what_readers_see_turns_the_version(article, change):
    article.topics.add(factories.topic())
    before = content_version.current()
    assert before == content_version.current()
    change(article)
    assert content_version.current() != before


def test_a_publish_is_seen_at_the_next_request(article, site):
    before = wsgi.get(site, URL)
    latest = article.latest_edition()
    texts = {name: getattr(latest, name) for name in editions.TEXTS} | {"title": "A newer title"}
    draft = editions.save_draft(article=article, texts=texts, by=None)
    assert draft.number == 2 and "A newer title" not in wsgi.get(site, URL).text
    editions.publish(article=article, by=None)
    after = wsgi.get(site, URL)
    assert "A newer title" in after.text and after.headers["ETag"] != before.headers["ETag"]


OTHER_PROCESS = """
import sys, django
django.setup(set_prefix=False)
from portal import content_version
content_version.turn()
"""


def test_a_change_in_another_process_is_seen_at_the_next_request(article, site, settings):
    """The other process is a real one; it turns the version of this machine, as a publish there does."""
    settings.CONTENT_VERSION_FILE = real_settings.BASE_DIR / "var" / "content-version"
    wsgi.get(site, URL)
    Article.objects.all()._update([(Article._meta.get_field("retired_at"), None, timezone.now())])  # around our own notice
    assert wsgi.get(site, URL).status == 200
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", OTHER_PROCESS], cwd=real_settings.BASE_DIR, env=environment, check=True)  # noqa: S603 - our own words
    assert wsgi.get(site, URL).status == 404


READER = """
import sys, django
from django.test import RequestFactory
from portal.wsgi import application
while line := sys.stdin.readline():
    answer = application(RequestFactory().get(line.strip()).environ, lambda status, headers, error=None: None)
    body = b"".join(answer).decode()
    getattr(answer, "close", lambda: None)()
    print(next(text for text in body.splitlines() if "<title>" in text), len(application.shelf.pages), flush=True)
"""


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database lives in the memory of one process")
def test_a_publish_here_is_seen_at_the_next_request_of_two_other_processes(article, settings):
    """Two processes that serve, as gunicorn's workers do, and this one, which publishes: each sees each publish at once."""
    settings.CONTENT_VERSION_FILE = real_settings.BASE_DIR / "var" / "content-version"
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": url, "ALLOWED_HOSTS": "testserver"}
    command = [sys.executable, "-c", READER]
    pipe = subprocess.PIPE
    readers = [
        subprocess.Popen(command, cwd=real_settings.BASE_DIR, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)  # noqa: S603 - our own words
        for _reader in range(2)
    ]  # fmt: skip

    def titles() -> list[str]:
        found = []
        for reader in readers:
            assert reader.stdin and reader.stdout
            reader.stdin.write(f"{URL}\n")
            reader.stdin.flush()
            found.append(reader.stdout.readline())
        return found

    try:
        for number in range(1, 6):
            latest = article.latest_edition()
            texts = {name: getattr(latest, name) for name in editions.TEXTS} | {"title": f"Title number {number}"}
            editions.save_draft(article=article, texts=texts, by=None)
            editions.publish(article=article, by=None)
            for _time in range(3):
                assert all(f"Title number {number} " in title and title.endswith(" 1\n") for title in titles())
    finally:
        for reader in readers:
            reader.communicate(timeout=20)


def test_turns_in_the_same_tick_of_the_clock_are_told_apart():
    seen = [content_version.current()]
    for _turn in range(50):
        content_version.turn()
        seen.append(content_version.current())
    assert all(before != after for before, after in pairwise(seen))


def test_a_page_made_while_something_changed_is_not_kept_for_good(article, site, monkeypatch):
    """The mark is read before the page is made: a change in the middle makes it stale at once."""
    whole = page_cache.PageCacheHandler.resolve_request

    def change_meanwhile(self, request):
        content_version.turn()
        return whole(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(page_cache.PageCacheHandler, "resolve_request", change_meanwhile)
        wsgi.get(site, URL)
    Article.objects.all()._update([(Article._meta.get_field("retired_at"), None, timezone.now())])
    assert wsgi.get(site, URL).status == 404


def test_without_a_version_nothing_is_kept(article, site, settings, tmp_path):
    (tmp_path / "a-file").write_text("")
    settings.CONTENT_VERSION_FILE = tmp_path / "a-file" / "content-version"
    assert content_version.current() == ""
    assert wsgi.get(site, URL).status == 200
    Article.objects.all()._update([(Article._meta.get_field("retired_at"), None, timezone.now())])
    assert wsgi.get(site, URL).status == 404


def test_a_review_falls_due_at_midnight_by_itself(article, site):
    office = ZoneInfo(real_settings.TIME_ZONE)
    factories.person("dr", slug="dr", name="Dr Sample", is_team=False)
    due = datetime(2029, 12, 31, 23, 59, 50, tzinfo=office)
    Article.objects.update(
        reviewer=factories.person("dr"), reviewed_on=due.date(), next_review_on=due.date(), reviewed_edition=1
    )
    with time_machine.travel(due, tick=False) as clock:
        assert "overdue" not in wsgi.get(site, URL).text
        clock.shift(timedelta(seconds=20))
        assert "The review of this text is overdue" in wsgi.get(site, URL).text


def test_an_article_comes_online_when_its_time_has_come(article, site, editor):
    later = factories.article("later", published=False, title="A text for later")
    later.latest_edition().save()
    soon = timezone.now() + timedelta(seconds=60)
    Article.objects.filter(pk=later.pk).update(publish_at=soon, publish_by=editor)
    assert "A text for later" not in wsgi.get(site, "/en/articles/").text
    with time_machine.travel(soon + timedelta(seconds=1), tick=False):
        assert jobs.publish_scheduled() == 1
        assert "A text for later" in wsgi.get(site, "/en/articles/").text


def test_nothing_is_kept_longer_than_the_setting_says(article, site, settings):
    settings.PAGE_CACHE_SECONDS = 5
    wsgi.get(site, URL)
    Article.objects.all()._update([(Article._meta.get_field("retired_at"), None, timezone.now())])
    assert wsgi.get(site, URL).status == 200
    with time_machine.travel(time.time() + 6):
        assert wsgi.get(site, URL).status == 404


def test_a_shelf_that_is_full_lets_the_longest_unread_go(site, settings):
    factories.reference("R001")
    for number in range(4):
        factories.article(f"article-{number}")
    settings.PAGE_CACHE_BYTES = 100_000
    for number in range(4):
        wsgi.get(site, f"/en/articles/article-{number}/")
    paths = [key[3] for key in site.shelf.pages]
    assert 0 < len(paths) < 4 and "/en/articles/article-3/" in paths and "/en/articles/article-0/" not in paths
    assert site.shelf.size == sum(page.size for page in site.shelf.pages.values()) <= 100_000


@pytest.mark.parametrize(
    "path", ["/en/quote/", "/en/feedback/sample-article/", "/en/articles/nope/", "/healthz", "/en/articles/?q=x"]
)
def test_personal_pages_errors_and_searches_are_not_kept(article, site, path):
    wsgi.get(site, path)
    assert not site.shelf.pages


def test_a_foreign_host_is_refused_though_the_page_is_kept(article, site):
    wsgi.get(site, URL)
    assert wsgi.get(site, URL, host="evil.example").status == 400


def test_several_machines_share_the_mark_in_their_cache(article, site, settings, tmp_path):
    settings.SHARED_CACHE = True
    settings.CACHES = real_settings.CACHES | {
        "shared": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "shared"}
    }
    on_this_machine = settings.CONTENT_VERSION_FILE.read_text()
    wsgi.get(site, URL)
    assert len(site.shelf.pages) == 1
    editions.take_offline(article=article)
    assert wsgi.get(site, URL).status == 404
    assert settings.CONTENT_VERSION_FILE.read_text() == on_this_machine
    settings.CACHES = real_settings.CACHES | {"shared": {"BACKEND": "tests.portal.test_page_cache.NoAnswer"}}
    assert content_version.current() == ""


class NoAnswer(BaseCache):
    """A cache whose server is away."""

    def __init__(self, _place: str, params: dict[str, object]) -> None:
        super().__init__(params)

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        raise ConnectionError


def test_what_is_kept_in_a_process_is_made_anew_after_a_change():
    made = []

    @content_version.kept
    def make(language: str) -> int:
        made.append(language)
        return len(made)

    assert [make("en"), make("en"), make("es")] == [1, 1, 2]
    content_version.turn()
    assert make("en") == 3


def test_nothing_is_kept_while_the_mark_cannot_be_read(settings, tmp_path):
    (tmp_path / "a-file").write_text("")
    settings.CONTENT_VERSION_FILE = tmp_path / "a-file" / "content-version"
    made = []
    make = content_version.kept(lambda: made.append(1) or len(made))
    assert [make(), make()] == [1, 2]
