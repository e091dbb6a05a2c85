"""The search page: finds what is online and nothing else, narrows, marks, forgives, and always answers."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles import editions, search_index
from articles.models import Article, ClinicalTrial, SearchEntry, SearchWord
from tests import factories

pytestmark = pytest.mark.django_db


def publish(key: str, *, topic: str = "", language: str = "en", **texts) -> Article:
    if not factories.Reference.objects.exists():
        factories.reference("R001")
    made = factories.article(key, language=language, published=False, **texts)
    if topic:
        made.topics.add(factories.topic(topic, title=topic, language=language))
    editions.publish(article=made, by=None)
    return made


def look(client, query: str = "", *, language: str = "en", **more) -> str:
    response = client.get(f"/{language}/search/", {"q": query, **more})
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def found(text: str) -> list[str]:
    """The addresses of the hits, in order."""
    return [part.partition('"')[0] for part in text.split('<h3 class="results__title"><a href="')[1:]]


def test_a_title_counts_more_than_a_summary_and_that_more_than_the_text(client):
    publish("in-text", title="One", summary="Two", body="About walking sticks.[R001]")
    publish("in-summary", title="One more", summary="About walking.", body="Nothing.[R001]")
    publish("in-title", title="Walking again", summary="Two", body="Nothing.[R001]")
    assert found(look(client, "walking")) == [f"/en/articles/{key}/" for key in ("in-title", "in-summary", "in-text")]


def test_words_are_marked_and_what_was_written_stays_text(client):
    publish("a", title="Walking <b>again</b>", summary="Summary", body="It is <b>not</b> easy to use walking sticks.[R001]")
    text = look(client, "walk")
    assert "<mark>Walking</mark> &lt;b&gt;again&lt;/b&gt;" in text and "<b>again" not in text
    text = look(client, "stick")
    assert "to use walking <mark>sticks</mark>" in text


def test_what_is_typed_is_never_markup(client):
    text = look(client, '"><script>alert(1)</script>')
    assert "<script>alert" not in text


def test_drafts_and_what_was_taken_offline_are_not_found(client):
    factories.reference("R001")
    draft = factories.article("draft", published=False, title="Walking")
    search_index.keep(draft)
    assert not found(look(client, "walking"))
    editions.publish(article=draft, by=None)
    assert found(look(client, "walking")) == ["/en/articles/draft/"]
    editions.take_offline(article=draft)
    assert not found(look(client, "walking"))
    assert "Did you mean" not in look(client, "walkin")
    call_command("reindex")
    assert not found(look(client, "walking"))


def test_what_will_be_online_later_is_not_found_yet(client):
    made = publish("later", title="Walking")
    Article.objects.filter(pk=made.pk).update(published_at=timezone.now() + timedelta(days=1))
    call_command("reindex")
    assert not found(look(client, "walking"))


def test_a_new_edition_is_found_by_its_new_words_at_once(client):
    made = publish("a", title="Walking")
    texts = {name: getattr(made.latest_edition(), name) for name in editions.TEXTS}
    editions.save_draft(article=made, texts=texts | {"title": "Swimming"}, by=None)
    assert found(look(client, "walking")) and not found(look(client, "swimming"))
    editions.publish(article=made, by=None)
    assert found(look(client, "swimming")) and not found(look(client, "walking"))


def test_sections_that_answer_a_question_are_found_by_themselves(client):
    publish("a", title="Travel", body="## When may I fly?\n\nAfter two weeks.[R001]\n\n## The journey\n\nText.")
    text = look(client, "when may i fly")
    assert found(text)[0] == "/en/articles/a/#when-may-i-fly" and "Answer to a question" in text
    publish("b", title="Checklist", body="## To ask\n\n- Is it safe?[R001]\n- Who pays?\n- Who answers at night?\n")
    assert "/en/articles/b/#to-ask" in found(look(client, "night"))


def test_words_and_trials_are_found_by_their_other_names(client):
    search_index.keep(factories.term("tia", term="Mini-stroke", also="TIA\ntransient attack"))
    search_index.keep(factories.trial("T01", name="MASTERS (Sample 2024)", registry_id="NCT01234567"))
    assert found(look(client, "transient attacks")) == ["/en/glossary/#word-tia"]
    assert (
        found(look(client, "masters"))
        == found(look(client, "nct01234567"))
        == found(look(client, "t01"))
        == ["/en/trials/T01/"]
    )


def test_editors_changes_to_words_and_trials_are_found_at_once(client, as_staff, editor):
    term = factories.term("stroke")
    search_index.keep(term)
    answer = as_staff(editor).post(
        f"/staff/articles/glossaryterm/{term.pk}/change/",
        {"term": "Infarct", "also": "", "definition": "A new meaning.", "opened_version": "1"},
    )
    assert answer.status_code == 302
    assert found(look(client, "infarct")) and not found(look(client, "stroke"))


def test_a_search_is_narrowed_by_kind_topic_and_label(client):
    publish("a", topic="travel", title="Walking far", evidence_labels="A")
    publish("b", topic="safety", title="Walking home", evidence_labels="DW")
    search_index.keep(factories.term("walking"))
    assert len(found(look(client, "walking"))) == 3
    assert found(look(client, "walking", kind="term")) == ["/en/glossary/#word-walking"]
    assert found(look(client, "walking", topic="safety")) == ["/en/articles/b/"]
    assert found(look(client, "walking", label="W")) == ["/en/articles/b/"]
    nothing = look(client, "walking", topic="travel", label="W")
    assert not found(nothing) and "Look for it in all pages" in nothing
    assert len(found(look(client, "walking", kind='x" OR "', topic="none", label="Z"))) == 3


def test_who_chooses_a_topic_is_told_that_trials_and_words_have_none(client):
    search_index.keep(factories.trial("T06"))
    factories.topic("stem-cells")
    assert found(look(client, "T06")) == ["/en/trials/T06/"]
    said = "While a topic is chosen, they are left out."
    narrowed = look(client, "T06", topic="stem-cells")
    assert found(narrowed) == [] and said in narrowed and "Look for it in all pages" in narrowed
    assert said not in look(client, "T06")


def test_a_hit_says_its_day_as_the_language_does(client):
    publish("clots", title="Coágulos", language="es")
    SearchEntry.objects.update(updated_on=date(2026, 11, 28))
    assert '<time datetime="2026-11-28">28 de noviembre de 2026</time>' in look(client, "Coágulos", language="es")


def test_languages_do_not_mix(client):
    publish("a", title="Robot")
    publish("b", title="Robot", language="es")
    assert found(look(client, "robot", language="es")) == ["/es/articles/b/"]


def test_the_last_word_may_be_a_beginning(client):
    publish("a", title="Rehabilitation at home")
    assert found(look(client, "home rehabilitatio")) and found(look(client, "reh"))
    assert not found(look(client, "re"))


def test_a_mistyped_word_is_asked_back(client):
    publish("a", title="Rehabilitation at home")
    text = look(client, "rehabilitaton")
    assert "Did you mean" in text and 'href="/en/search/?q=rehabilitation"' in text and "We found nothing for" in text


def test_where_no_page_has_all_words_those_with_some_are_shown(client):
    publish("a", title="Walking at home")
    text = look(client, "walking elephants")
    assert found(text) == ["/en/articles/a/"] and "No page has all of these words" in text


ODD = [
    "", " ", "x" * 10_000, "word " * 2000, '"', "'", '"unclosed', "a\x00b\x00walking", "%_\\", "%", "* OR *", "NEAR(a b)", "-", "a AND",
    "the of and", "😀 🧠", "l'été d’hiver", "::: & | ! <->", "#en", ".walking", "\u202e\u200f", "ﷺ" * 50, "१२३", "walking:*", "ǅ ß ﬁ",
    "日本語", "a" * 39 + " " + "b" * 41, "\ud800".encode("utf-8", "replace").decode(),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_odd_queries_get_a_page(client, language):
    publish("a", title="Walking", language=language)
    for query in ODD:
        for page in ("1", "0", "99", "x"):
            assert "<h1>" in look(client, query, language=language, page=page)


def test_the_empty_page_shows_the_ways_in(client):
    factories.topic("safety", title="Safety first")
    for query in ("", "the of and"):
        text = look(client, query)
        assert "Safety first" in text and "Ask for a free quote" in text and 'content="noindex"' in text


def test_results_have_pages(client):
    for number in range(12):
        search_index.keep(factories.term(f"walking-{number}", term=f"Walking {number:02}"))
    first, second = look(client, "walking"), look(client, "walking", page=2)
    assert len(found(first)) == 10 and len(found(second)) == 2 and not set(found(first)) & set(found(second))
    assert "12 pages found" in first and 'href="?q=walking&amp;page=2"' in first


@pytest.mark.parametrize(("query", "most"), [("walking", 3), ("rehabilitaton", 3), ("walking elephants", 3), ("", 1)])
def test_a_search_takes_three_queries_at_most(client, django_assert_max_num_queries, query, most):
    publish("a", topic="travel", title="Walking", body="Rehabilitation.[R001]")
    with django_assert_max_num_queries(most + 1):  # the topics that can be chosen are kept from one search to the next
        look(client, query)


def test_the_search_is_reached_from_every_public_page_and_only_by_get(client):
    publish("a", title="Walking")
    for url in ("/en/", "/en/articles/", "/en/articles/a/", "/en/glossary/", "/ar/how-we-work/"):
        text = client.get(url).content.decode()
        assert 'name="q"' in text and f'action="/{url[1:3]}/search/"' in text
    assert client.post("/en/search/").status_code == 405


def test_everything_is_made_anew_alike(client):
    publish("a", topic="travel", title="Walking", body="## May I walk?\n\nYes.[R001]")
    for row in (factories.term("walking"), factories.trial("T01")):
        search_index.keep(row)
    before = list(SearchEntry.objects.order_by("kind", "key").values_list("kind", "key", "url", "tokens", "terms"))
    words = set(SearchWord.objects.values_list("language", "word"))
    call_command("reindex")
    assert list(SearchEntry.objects.order_by("kind", "key").values_list("kind", "key", "url", "tokens", "terms")) == before
    assert set(SearchWord.objects.values_list("language", "word")) == words
    assert len(found(look(client, "walking"))) == 3


def test_a_trial_that_changes_keeps_its_place(client):
    words = factories.trial("T01")
    search_index.keep(words)
    ClinicalTrial.objects.update(name="RENAMED (2025)")
    search_index.keep(ClinicalTrial.objects.get())
    assert found(look(client, "renamed")) == ["/en/trials/T01/"] and SearchEntry.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
def test_without_trigrams_mistyped_words_are_still_asked_back(client):
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION articles_near_words(text, text)")
        cursor.execute(import_module("articles.migrations.0004_search").NO_TRIGRAMS)
    publish("a", title="Rehabilitation at home")
    assert "Did you mean" in look(client, "rehabilitaton")
