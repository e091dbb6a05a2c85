"""What search engines are told: the facts of the page, in words that schema.org defines (release 30.0, schema_org.json)."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from articles import editions, structured
from articles.models import Article, Reference
from portal import share_picture
from tests import factories
from tests.articles.editing_pages import save_draft

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parent / "schema_org.json").read_text())
TYPES, ENUMERATIONS = SCHEMA["types"], SCHEMA["enumerations"]
URL = "/en/articles/sample-article/"
SIMPLE = {"Text", "URL", "Date", "DateTime", "Integer", "Number", "Boolean", "Duration", "CssSelectorType", "XPathType"}
LOOKS = {
    "Date": r"\d{4}(-\d\d-\d\d)?", "Duration": r"PT\d+M", "URL": r"https?://.+",
}  # fmt: skip


def lineage(kind: str) -> set[str]:
    return {kind}.union(*(lineage(parent) for parent in TYPES[kind]["parents"]))


def ranges(kind: str, name: str) -> set[str]:
    """What a property of this type may hold. Empty when the type has no such property."""
    return {one for part in lineage(kind) for one in TYPES[part]["properties"].get(name, [])}


def problems(node: Any, path: str = "") -> list[str]:
    """Every way in which a node departs from the definitions."""
    if set(node) == {"@id"}:
        return []
    kind = node.get("@type")
    if kind not in TYPES:
        return [f"{path}: no type {kind}"]
    found = []
    for name, value in node.items():
        here = f"{path}/{kind}.{name}"
        if name.startswith("@"):
            continue
        # schema.org/docs/actions.html: an action's property with -input describes what has to be filled in
        allowed = ranges(kind, name.removesuffix("-input"))
        if not allowed:
            found.append(f"{here}: no such property")
        for one in value if isinstance(value, list) else [value]:
            found += wrong(one, allowed, here)
    return found


def wrong(value: Any, allowed: set[str], path: str) -> list[str]:
    if value in (None, "", [], {}):
        return [f"{path}: empty"]
    if isinstance(value, dict):
        fits = set(value) == {"@id"} or bool(lineage(value["@type"]) & allowed if value.get("@type") in TYPES else False)
        return ([] if fits else [f"{path}: {value.get('@type')} is none of {allowed}"]) + problems(value, path)
    if isinstance(value, bool):
        return [] if "Boolean" in allowed else [f"{path}: a yes or no is none of {allowed}"]
    if isinstance(value, int):
        return [] if allowed & {"Integer", "Number", "Text"} else [f"{path}: a number is none of {allowed}"]
    for enumeration in allowed & set(ENUMERATIONS):
        if value.removeprefix("https://schema.org/") in ENUMERATIONS[enumeration]:
            return []
    plain = allowed & SIMPLE
    if path.endswith("-input"):
        return []
    fits = "Text" in plain or any(re.fullmatch(LOOKS[one], value) for one in plain & set(LOOKS))
    return [] if fits else [f"{path}: {value!r} is none of {allowed}"]


def graph_of(client, url: str) -> list[dict[str, Any]]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(url).content.decode(), re.DOTALL)
    assert len(blocks) == 1
    data = json.loads(blocks[0])
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


@pytest.fixture
def article() -> Article:
    factories.reference("R001", doi="10.1/x", identifiers_seen=True)
    factories.reference("R002", kind=Reference.Kind.WEB, year=None, url="https://example.org/")
    made = factories.article(body="## What was tried\n\nCells.[R001] Rules.[R002] {D}")
    made.topics.add(factories.topic(), factories.topic("stroke", kind="condition", title="Stroke"))
    factories.term(also="CVA")
    factories.trial()
    factories.easy(made)
    return made


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        (URL, ["MedicalWebPage", "BreadcrumbList"]),
        ("/en/", ["WebSite"]),
        ("/en/articles/", ["BreadcrumbList"]),
        ("/en/topics/stem-cells/", ["BreadcrumbList"]),
        ("/en/people/editorial-team/", ["ProfilePage", "BreadcrumbList"]),
        ("/en/glossary/", ["DefinedTermSet", "BreadcrumbList"]),
        ("/en/trials/T01/", ["MedicalTrial", "BreadcrumbList"]),
        ("/en/trials/", ["BreadcrumbList"]),
        ("/en/trials/pictures/", ["BreadcrumbList"]),
        ("/en/questions-to-ask/", ["BreadcrumbList"]),
        ("/en/check-a-trial/", ["BreadcrumbList"]),
        ("/en/people/", ["BreadcrumbList"]),
        (f"{URL}easy/", ["MedicalWebPage", "BreadcrumbList"]),
    ],
)
def test_each_kind_of_page_says_what_it_is_in_defined_words(client, article, url, kinds):
    graph = graph_of(client, url)
    assert [node["@type"] for node in graph][: len(kinds)] == kinds
    assert [problem for node in graph for problem in problems(node)] == []


def test_the_check_sees_what_is_wrong():
    bad = {
        "@type": "MedicalWebPage",
        "nonsense": "x",
        "lastReviewed": "yesterday",
        "author": {"@type": "MedicalTrial", "name": ""},
    }
    text = " ".join(problems(bad))
    for part in ("nonsense: no such property", "'yesterday' is none of", "MedicalTrial is none of", "name: empty"):
        assert part in text
    assert problems({"@type": "Nothing"}) and problems({"@type": "MedicalTrial", "trialDesign": "Guesswork"})


def test_an_article_names_its_sources_subjects_and_readers(client, article):
    page = graph_of(client, URL)[0]
    assert page["citation"] == [
        {"@type": "ScholarlyArticle", "name": "A sample trial of cells after stroke", "datePublished": "2024", "url": "https://doi.org/10.1/x"},
        {"@type": "CreativeWork", "name": "A sample trial of cells after stroke", "url": "https://example.org/"},
    ]  # fmt: skip
    assert {about["@type"]: about["name"] for about in page["about"]} == {
        "MedicalTherapy": "Stem cells",
        "MedicalCondition": "Stroke",
    }
    assert page["audience"] == {"@type": "MedicalAudience", "audienceType": "Patient"}
    assert "reviewedBy" not in page and "lastReviewed" not in page


def test_a_reviewer_is_named_only_for_the_text_that_was_reviewed(client, article):
    doctor = factories.person("dr", slug="dr", name="Dr Sample", is_team=False)
    editions.mark_reviewed(article=article, edition=article.latest_edition(), reviewer=doctor, next_review_on=date(2031, 1, 1))
    page = graph_of(client, URL)[0]
    assert page["reviewedBy"]["name"] == "Dr Sample" and page["reviewedBy"]["@type"] == "Person" and page["lastReviewed"]
    assert problems(page) == []


def test_the_way_to_a_page_is_that_of_its_breadcrumbs(client, article, settings):
    settings.SITE_URL = "https://regain.example"
    trail = graph_of(client, URL)[1]["itemListElement"]
    assert [(step["position"], step["name"]) for step in trail] == [(1, "Home"), (2, trail[1]["name"]), (3, "A sample article")]
    assert trail[2]["item"]["@id"] == "https://regain.example/en/articles/sample-article/"


def test_the_site_says_how_to_search_it(client, settings):
    settings.SITE_URL = "https://regain.example"
    action = graph_of(client, "/es/")[0]["potentialAction"]
    assert action["target"]["urlTemplate"] == "https://regain.example/es/search/?q={search_term_string}"


def test_a_trial_of_which_nobody_knows_how_it_stands_claims_no_state(article):
    words = factories.trial("T02", status="running", is_randomised=False, comparison="none")
    node = structured.trial(words, here="https://regain.example/en/trials/T02/")
    assert node["status"] is None and node["trialDesign"] == ["https://schema.org/OpenTrial"]


def test_earlier_editions_and_previews_say_nothing_to_machines(client, article, as_staff, editor):
    preview = as_staff(editor).get(f"/staff/articles/article/{article.pk}/preview/")
    assert "ld+json" not in preview.content.decode()


def test_an_easy_text_says_which_article_it_shortens_and_claims_no_review(client, article, settings):
    settings.SITE_URL = "https://regain.example"
    page = graph_of(client, f"{URL}easy/")[0]
    assert page["name"] == "A sample, easy to read" and page["inLanguage"] == "en"
    assert page["isBasedOn"] == "https://regain.example/en/articles/sample-article/"
    assert "reviewedBy" not in page and "lastReviewed" not in page


def test_an_article_shows_machines_the_picture_that_is_shared_of_it(client, article, settings, monkeypatch):
    settings.SITE_URL = "https://regain.example"
    monkeypatch.setattr(share_picture, "is_able", lambda language: True)
    assert graph_of(client, URL)[0]["image"].startswith("https://regain.example/share/")
    monkeypatch.setattr(share_picture, "is_able", lambda language: False)
    article.save()
    assert "image" not in graph_of(client, URL)[0]  # the general picture is of the site, not of this text


@pytest.mark.parametrize(
    "url",
    [
        URL, f"{URL}easy/", f"{URL}editions/", f"{URL}editions/2/changes/", "/en/", "/en/articles/", "/en/topics/stem-cells/",
        "/en/glossary/", "/en/trials/", "/en/trials/T01/", "/en/trials/pictures/", "/en/questions-to-ask/",
        "/en/check-a-trial/", "/en/people/", "/en/people/editorial-team/", "/en/how-we-work/", "/en/for-professionals/",
        "/en/privacy/", "/en/legal/", "/en/quote/",
    ],
)  # fmt: skip
def test_a_shared_link_has_title_words_and_picture(client, article, settings, url):
    settings.SITE_URL = "https://regain.example"
    if "editions" in url:
        editions.publish(article=article, by=None)
        save_draft(article, title="A better article")
        editions.publish(article=article, by=None)
    text = client.get(url).content.decode()
    assert f'<link rel="canonical" href="https://regain.example{url}">' in text
    assert f'hreflang="en" href="https://regain.example{url}">' in text
    found = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)">', text))
    for name in ("type", "title", "description", "site_name", "locale", "url", "image"):
        assert found[name], name
    assert found["locale"] == "en_GB" and found["image"].startswith("https://regain.example/")
