"""A copy of everything: all of one person, nothing of another, and only for the owner who has just shown a code."""

import io
import json
import time
import zipfile

import pytest
from django.utils import translation

from portal.models import AuditEvent
from quotes import attachments, export, privacy
from quotes.models import Attachment, QuoteRequest, Recommendation
from tests import factories
from tests.quotes.planted import full_case, is_given, plant

pytestmark = pytest.mark.django_db
URL = "/en/case/privacy/download/"


@pytest.fixture
def cases(coordinator, clinical_reviewer):
    """Two whole cases with a word of their own in each personal field."""
    made = [
        full_case(coordinator=coordinator, reviewer=clinical_reviewer, email=f"{mark}@example.org")
        for mark in ("mine", "theirs")
    ]
    words = [plant(case, mark) for case, mark in zip(made, ("mine", "theirs"), strict=True)]
    return QuoteRequest.objects.get(pk=made[0].pk), *words


def opened(pieces) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    return archive


def text_of(archive: zipfile.ZipFile) -> str:
    return archive.read("data.json").decode() + archive.read("read-me-first.html").decode() + " ".join(archive.namelist())


def owner_of(case):
    return case.participants.get(role="owner")


def test_it_holds_all_that_is_given_and_nothing_else(cases):
    case, mine, theirs = cases
    archive = opened(export.zip_of(case, reader=owner_of(case), language="en"))
    data, everything = archive.read("data.json").decode(), text_of(archive)
    assert len(mine) >= 30
    for where, word in mine.items():
        assert (word in data) == is_given(where), where
    for where, word in theirs.items():
        assert word not in everything, where


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_page_to_read_holds_the_words_too(cases, language):
    case, mine, _theirs = cases
    page = opened(export.zip_of(case, reader=owner_of(case), language=language)).read("read-me-first.html").decode()
    not_worded = {"quotes.answerchange.before", "quotes.option.clinic_facts"}  # shown where the question, or a clinic, is named
    for where, word in mine.items():
        if is_given(where) and where not in not_worded:
            assert word in page, where
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert "http" not in page
    assert "<script" not in page


def test_a_draft_of_ours_stays_ours(cases):
    case, _mine, _theirs = cases
    data = json.loads(opened(export.zip_of(case, reader=owner_of(case), language="en")).read("data.json"))
    assert Recommendation.objects.filter(case=case).count() == 2
    assert [row["number"] for row in data["recommendations"]] == [1]
    assert {row["option"]["recommendation"] for row in data["costs"]} == {1}


def test_the_keys_are_those_that_are_written_down(cases):
    """Other programs read them: a key that goes, or gets another name, needs a new format number."""
    case, _mine, _theirs = cases
    data = json.loads(opened(export.zip_of(case, reader=owner_of(case), language="en")).read("data.json"))
    rows = {row.key: row for row in privacy.rows_of_family().values() if row.key}
    assert set(data) == {"format", "made_at", "site", *rows}
    for key, row in rows.items():
        first = data[key] if isinstance(data[key], dict) else data[key][0]
        assert set(first) == {*row.given.split(), *(["path"] if key == "files" else [])}, key


def test_files_come_as_they_were_sent_and_chunk_by_chunk(case, patient):
    content = factories.image(suffix="PNG", size=(900, 900), compress_level=0)
    assert len(content) > 20 * 64 * 1024
    factories.attachment(case, content=content, name="scan.png")
    factories.attachment(case, content=factories.image(), name="scan.png", slot="other")
    pieces = [*export.zip_of(case, reader=patient, language="en")]
    assert max(map(len, pieces)) < 256 * 1024
    archive = opened(pieces)
    assert archive.read("files/01-scan.png") == content
    assert sum(name.startswith("files/02-scan") for name in archive.namelist()) == 1
    data = json.loads(archive.read("data.json"))
    assert data["files"][0]["path"] == "files/01-scan.png"


def test_a_file_that_cannot_be_read_does_not_spoil_the_others(case, patient):
    broken, whole = factories.attachment(case), factories.attachment(case, slot="other", content=factories.image(size=(70, 70)))
    (attachments.folder() / broken.stored_as).write_bytes(b"RGF1" + bytes(400))
    names = opened(export.zip_of(case, reader=patient, language="en")).namelist()
    assert any(name.startswith("files/01") and name.endswith("could-not-be-read.txt") for name in names)
    assert any(name.startswith("files/02") for name in names)
    assert Attachment.objects.get(pk=whole.pk).opened_at is None


def test_the_owner_downloads_and_it_is_written_down(as_participant, patient):
    client = as_participant(patient)
    assert "One file (ZIP)" not in client.get(URL).content.decode()
    response = client.post(URL)
    archive = opened(response.streaming_content)
    assert response["Content-Disposition"] == f'attachment; filename="{patient.case.reference}.zip"'
    assert "no-store" in response["Cache-Control"]
    assert patient.case.reference in text_of(archive)
    event = AuditEvent.objects.get(action="export case")
    assert (event.case_id, event.actor) == (patient.case_id, None)


def test_nobody_else_downloads(as_participant, daughter, patient):
    client = as_participant(daughter)
    assert client.get(URL).status_code == 403
    assert client.post(URL).status_code == 403
    assert not AuditEvent.objects.filter(action="export case").exists()


def test_a_page_that_is_open_for_long_asks_for_a_code_first(as_participant, patient):
    client = as_participant(patient)
    session = client.session
    session["case_started_at"] = int(time.time()) - 11 * 60
    session.save()
    assert client.post(URL).url == "/en/case/privacy/code/download/"
    assert not AuditEvent.objects.filter(action="export case").exists()


def test_too_many_copies_in_a_day_are_refused(as_participant, patient, settings):
    settings.LIMITS = settings.LIMITS | {"export": (1, 3600)}
    client = as_participant(patient)
    assert client.post(URL).status_code == 200
    response = client.post(URL)
    assert response.status_code == 409
    assert "several times today" in response.content.decode()


def test_another_family_cannot_be_reached_from_a_session(other_patient, case, patient):
    with translation.override("en"):
        data = opened(export.zip_of(case, reader=patient, language="en")).read("data.json").decode()
    assert other_patient.email not in data
