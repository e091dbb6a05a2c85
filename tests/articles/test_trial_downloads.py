"""All trials as CSV and JSON: complete, in the words of the language, with sources and certainty, and harmless."""

import csv
import json
from io import StringIO

import pytest

from articles.models import TrialSummary
from tests import factories

pytestmark = pytest.mark.django_db
FILES = ["/en/trials/trials.csv", "/en/trials/trials.json"]


@pytest.fixture
def trials() -> None:
    factories.reference("R001", doi="10.1/x", identifiers_seen=True)
    factories.reference("R002", title="Nobody has checked this", certainty="check")
    factories.trial("T01", sources="R001 R002", registry_id="NCT00000001")
    factories.trial("T02", people=None, people_with_cells=None, certainty="check", outcome="safety", sources="")


def as_table(client, language: str = "en") -> list[dict[str, str]]:
    response = client.get(f"/{language}/trials/trials.csv")
    assert response.status_code == 200 and response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_a_source_in_the_table_has_each_full_stop_once(client, trials):
    factories.Reference.objects.filter(key="R001").update(authors="Doe J et al.", title="Do cells help?", journal="", year=2024)
    assert "Doe J et al. Do cells help? 2024. https" in as_table(client)[0]["sources"]


def test_the_table_has_every_trial_with_sources_and_certainty(client, trials):
    first, second = as_table(client)
    assert (first["key"], first["people"], first["people_with_cells"], first["is_randomised"]) == ("T01", "206", "104", "yes")
    assert (first["outcome"], first["outcome_in_words"], first["evidence_label"]) == ("not-met", "Not met", "E")
    assert (first["certainty"], second["certainty"], second["people"]) == ("sure", "check", "")
    assert first["source_keys"] == "R001 R002" and "https://doi.org/10.1/x" in first["sources"]
    assert "Nobody has checked this" not in first["sources"]
    assert first["page"] == "http://localhost:8000/en/trials/T01/" and first["registry_page"].endswith("NCT00000001")


def test_json_and_table_say_the_same(client, trials):
    response = client.get("/en/trials/trials.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    data = json.loads(response.content)
    rows = as_table(client)
    assert data["language"] == "en" and set(data["certainty"]) == {"sure", "check"}
    assert [trial["key"] for trial in data["trials"]] == [row["key"] for row in rows]
    assert list(data["trials"][0]) == list(rows[0])
    assert data["trials"][0]["is_randomised"] is True and data["trials"][1]["people"] is None
    [source] = data["trials"][0]["sources"]
    assert source["title"] == "A sample trial of cells after stroke" and source["certainty"] == "sure"


def test_the_plain_words_are_those_of_the_language(client, trials):
    factories.trial("T01", language="ar")
    TrialSummary.objects.filter(language="ar").update(title="هل تساعد الخلايا؟")
    [row] = as_table(client, "ar")
    assert row["title"] == "هل تساعد الخلايا؟" and row["language"] == "ar" and row["name"] == "SAMPLE (Sample 2024)"
    assert row["evidence_label"] == "E" and row["evidence_label_in_words"] != "Tested: no benefit found"
    assert list(row) == list(as_table(client)[0])  # the headings are the same in every language


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://example.org")'])
def test_what_a_spreadsheet_would_run_is_text(client, formula):
    factories.trial("T01", main_result=formula, harms=f" {formula}")
    [row] = as_table(client)
    assert row["main_result"] == f"'{formula}" and row["harms"] == f"' {formula}"


@pytest.mark.parametrize("url", FILES)
def test_a_download_is_the_same_for_everybody_and_sets_nothing(client, trials, url, as_staff, editor):
    stranger = client.get(url)
    assert not stranger.cookies and "Cookie" not in stranger.get("Vary", "")
    assert stranger["Content-Disposition"].startswith('attachment; filename="trials-en.')
    assert as_staff(editor).get(url).content == stranger.content
    assert stranger["Cache-Control"] == "no-cache"  # ETag and 304 are the page cache's (tests/portal/test_page_cache.py)
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", FILES)
def test_a_download_takes_two_queries_however_many_trials_there_are(client, trials, url, django_assert_num_queries):
    for place in range(3, 20):
        factories.trial(f"T{place:02}")
    with django_assert_num_queries(2):
        client.get(url)


def test_without_a_trial_there_is_a_table_with_its_headings_only(client):
    response = client.get("/en/trials/trials.csv")
    assert response.content.decode("utf-8-sig").startswith("key,name,registry_id") and len(response.content.splitlines()) == 1
    assert json.loads(client.get("/en/trials/trials.json").content)["trials"] == []
