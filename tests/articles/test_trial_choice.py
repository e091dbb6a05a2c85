"""Choosing among trials: filters with counts, an order, pages; plain links and a form that sets nothing."""

import re

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/trials/"


@pytest.fixture
def trials() -> None:
    """Four trials that differ in every way a reader can choose by."""
    factories.trial("T01", name="Alpha", cells="fat", route="vein", stage="days", comparison="blind", people=40)
    factories.trial(
        "T02", name="Beta", cells="fat", route="brain", stage="months", comparison="none", outcome="safety", people=300
    )
    factories.trial("T03", name="Gamma", route="vein", stage="weeks", comparison="open", people=90)
    factories.trial("T04", name="Delta", route="vein", stage="days", comparison="assessor", outcome="running", people=None)


def page(client, query: str = "") -> str:
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'class="trials__name"[^>]*>([^<]+)<', text)


def count(text: str, name: str, value: str) -> int:
    control = text[text.index(f'name="{name}"') :]
    found = re.search(rf'<option value="{value}"[^>]*>[^<]*\((\d+)\)', control[: control.index("</select>")])
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("?cells=fat", {"Alpha", "Beta"}),
        ("?route=brain", {"Beta"}),
        ("?when=days", {"Alpha", "Delta"}),
        ("?fair=yes", {"Alpha"}),
        ("?fair=partly", {"Gamma", "Delta"}),
        ("?fair=no", {"Beta"}),
        ("?goal=not-met", {"Alpha", "Gamma"}),
        ("?goal=running", {"Delta"}),
        ("?cells=fat&when=days&fair=yes&route=vein&goal=not-met", {"Alpha"}),
        ("?cells=&goal=not-met", {"Alpha", "Gamma"}),
        ("?cells=cheese&nonsense=%00%27&goal=' OR 1=1", {"Alpha", "Beta", "Gamma", "Delta"}),
    ],
)
def test_each_filter_leaves_what_fits(client, trials, query, expected):
    text = page(client, query)
    assert set(names(text)) == expected
    word = "trial" if len(expected) == 1 else "trials"
    assert f"{len(expected)} {word} of 4</h2>" in text


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", ["Alpha", "Gamma", "Beta", "Delta"]),
        ("fair", ["Alpha", "Gamma", "Beta", "Delta"]),
        ("people", ["Beta", "Gamma", "Alpha", "Delta"]),
        ("when", ["Alpha", "Delta", "Gamma", "Beta"]),
        ("name", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("by-magic", ["Alpha", "Gamma", "Beta", "Delta"]),
    ],
)
def test_each_order_is_kept(client, trials, order, expected):
    assert names(page(client, f"?order={order}")) == expected


def test_counts_say_what_each_answer_would_leave(client, trials):
    text = page(client, "?cells=fat")
    assert (count(text, "cells", "fat"), count(text, "cells", "bone-marrow")) == (2, 2)  # as if none were chosen
    assert (count(text, "route", "vein"), count(text, "route", "brain"), count(text, "route", "artery")) == (1, 1, 0)
    assert (count(text, "goal", "not-met"), count(text, "goal", "met")) == (1, 0)
    for value in ("vein", "brain"):
        assert len(names(page(client, f"?cells=fat&route={value}"))) == count(text, "route", value)


def test_what_is_chosen_stays_chosen_and_can_be_taken_away(client, trials):
    text = page(client, "?cells=fat&order=name")
    assert '<option value="fat" selected>' in text and '<option value="name" selected>' in text
    assert '<a class="chosen__link" href="?order=name#found">' in text
    assert (
        'name="robots" content="noindex, follow"' in text
        and '<link rel="canonical" href="http://localhost:8000/en/trials/">' in text
    )
    assert 'href="/es/trials/?cells=fat&amp;order=name"' in text  # another language keeps the choice
    assert "noindex" not in page(client)


def test_an_empty_result_says_what_to_take_away(client, trials):
    text = page(client, "?cells=fat&goal=running")
    assert names(text) == [] and "No trial in our list fits all of this." in text
    assert re.search(r'href="\?goal=running#found">Without “Cells from: fat” there is 1 trial<', text)
    assert re.search(r'href="\?cells=fat#found">Without “Was the main goal met\?: No result yet” there are 2 trials<', text)


def test_pages_keep_the_choice(client):
    for place in range(1, 31):
        factories.trial(f"T{place:02}", name=f"Trial {place:02}", cells="fat" if place <= 15 else "neural")
    text = page(client, "?cells=fat&order=name")
    assert len(names(text)) == 12 and "Page 1 of 2" in text and 'href="?cells=fat&amp;order=name&amp;page=2"' in text
    second = page(client, "?cells=fat&order=name&page=2")
    assert names(second) == ["Trial 13", "Trial 14", "Trial 15"]
    assert len(names(page(client, "?page=3"))) == 6
    for wrong in ("?page=4", "?page=x", "?page=0", "?cells=fat&page=3"):
        assert client.get(URL + wrong).status_code == 404


def test_choosing_takes_one_query_and_no_cookie(client, trials, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(f"{URL}?cells=fat&goal=not-met&order=people")
    text = response.content.decode()
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
    assert '<form class="choose" method="get"' in text and "csrfmiddlewaretoken" not in text


def test_a_language_without_trials_offers_nothing_to_choose(client, trials):
    text = client.get("/es/trials/").content.decode()
    assert 'class="choose"' not in text and "trials.csv" not in text


def test_in_arabic_names_stand_apart_and_the_numbers_are_the_same(client, trials):
    factories.trial("T01", language="ar")
    text = client.get("/ar/trials/?fair=yes").content.decode()
    assert 'dir="rtl"' in text and '<bdi class="trials__name" lang="en" dir="ltr">Alpha</bdi>' in text
    assert count(text, "fair", "yes") == 1 and count(text, "fair", "no") == 0
