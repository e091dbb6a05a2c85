"""The documents of a case, as its people see them after link and code."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes import actions
from quotes.models import Attachment, Event
from tests import factories
from tests.quotes.hostile_files import PDF

pytestmark = pytest.mark.django_db
PAGE = "/en/case/documents/"


def post(client, *, json: bool = False, **data: object):
    return client.post(PAGE, {**data, "whole": "1"}, headers={"accept": "application/json"} if json else {})


def upload(name: str = "ecg.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def on_disk() -> list[Path]:
    return [*Path(django_settings.ATTACHMENTS_ROOT).glob("*")]


def test_what_was_sent_along_is_there_and_more_can_be_added(as_participant, patient, daughter, case):
    factories.attachment(case, name="first.jpg")
    response = post(as_participant(daughter), ecg=upload())
    assert response.url == PAGE + "#files"
    assert case.attachments.get(slot="ecg").added_by_participant == daughter
    page = as_participant(patient).get(PAGE).content.decode()
    assert "first.jpg" in page
    assert "ecg.pdf" in page
    assert "added a file." in as_participant(patient).get("/en/case/").content.decode()


def test_a_file_is_taken_back_until_the_office_has_opened_it(as_participant, patient, case, coordinator):
    kept, opened = factories.attachment(case), factories.attachment(case, content=PDF)
    actions.open_attachment(case=case, by=coordinator, attachment=opened, how="view file")
    client = as_participant(patient)
    page = client.get(PAGE).content.decode()
    assert str(kept.pk) in page
    assert str(opened.pk) not in page
    post(client, remove=kept.pk)
    page = post(client, remove=opened.pk).client.get(PAGE).content.decode()
    assert "worked with this file" in page
    assert [*Attachment.objects.present()] == [opened]


def test_a_reader_reads_and_adds_nothing(as_participant, case):
    factories.attachment(case, name="first.jpg")
    client = as_participant(factories.participant(case=case))
    page = client.get(PAGE).content.decode()
    assert "first.jpg" in page
    assert 'type="file"' not in page
    assert 'name="remove"' not in page
    post(client, ecg=upload())
    assert case.attachments.count() == len(on_disk()) == 1


def test_another_familys_file_is_404(as_participant, patient, other_patient):
    theirs = factories.attachment(other_patient.case, name="theirs.jpg")
    client = as_participant(patient)
    assert "theirs.jpg" not in client.get(PAGE).content.decode()
    assert post(client, remove=theirs.pk).status_code == 404


def test_a_refused_file_is_explained_and_the_others_are_kept(as_participant, patient, case):
    page = post(as_participant(patient), ecg=[upload("a.html", b"<html>"), upload()]).content.decode()
    assert "“a.html”" in page
    assert case.attachments.get().name == "ecg.pdf"


def test_the_script_is_answered(as_participant, patient):
    assert "ecg.pdf" in post(as_participant(patient), json=True, ecg=upload()).json()["lists"]["ecg"]


def test_a_closed_case_says_how_to_open_it_again(as_participant, patient, case, coordinator):
    actions.assign(case=case, by=coordinator)
    actions.close(case=case, by=coordinator, reason="completed")
    client = as_participant(patient)
    assert "This case is closed." in client.get(PAGE).content.decode()
    post(client, ecg=upload())
    assert on_disk() == []
    assert not Event.objects.filter(kind="add_attachment").exists()


def test_after_the_session_ended_the_files_are_named(client, db):
    response = post(client, ecg=upload())
    assert response.status_code == 403
    assert "ecg.pdf" in response.content.decode()
    assert client.get(PAGE).url == "/en/case/ended/"
    assert on_disk() == []


def test_the_page_costs_the_same_with_many_files(as_participant, patient, case, django_assert_max_num_queries):
    for number in range(10):
        factories.attachment(case, content=PDF + str(number).encode() + b"%%EOF")
    client = as_participant(patient)
    with django_assert_max_num_queries(5):
        client.get(PAGE)
