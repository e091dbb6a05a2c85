"""Files that go with messages, both ways: kept at once, lost never, and only theirs to take."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import AuditEvent
from quotes import actions
from quotes.models import Attachment, Message, MessageDraft
from quotes.workflow import ClosingReason, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/en/case/messages/"


@pytest.fixture
def taken(case, coordinator):
    actions.assign(case=case, by=coordinator)
    case.refresh_from_db()
    return case


@pytest.fixture
def from_office(taken, coordinator) -> Attachment:
    message = actions.send_message(case=taken, by=coordinator, body="Here is the sheet.")
    sent = factories.staged(factories.image(), "sheet.jpg")
    return actions.send_attachment(case=taken, by=coordinator, message=message, staged=sent)


def photo(name: str = "letter.jpg", **how) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, factories.image(**how), "image/jpeg")


def test_a_file_goes_with_a_message(as_participant, patient, taken):
    client = as_participant(patient)
    response = client.post(URL, {"body": "The letter.", "other": photo(), "whole": "1"})
    assert response.status_code == 302
    message = Message.objects.get()
    assert [file.name for file in message.attachments.all()] == ["letter.jpg"]
    page = client.get(URL).content.decode()
    assert "letter.jpg" in page
    assert not MessageDraft.objects.exists()


def test_a_file_is_kept_when_the_message_is_refused_and_goes_with_the_next_one(as_participant, patient, taken):
    client = as_participant(patient)
    page = client.post(URL, {"body": " ", "other": photo(), "whole": "1"}).content.decode()
    assert "Write your message first." in page
    assert "These files go with your message" in page
    assert "letter.jpg" in page
    client.post(URL, {"body": "Now with words.", "whole": "1"})
    assert Message.objects.get().attachments.count() == 1


def test_a_file_that_is_no_file_costs_neither_text_nor_the_others(as_participant, patient, taken):
    files = [photo(), SimpleUploadedFile("virus.exe", b"MZ not for us", "application/octet-stream")]
    page = as_participant(patient).post(URL, {"body": "Both.", "other": files, "whole": "1"}).content.decode()
    assert "virus.exe" in page
    assert "Both." in page
    assert not Message.objects.exists()
    assert MessageDraft.objects.get().text == "Both."
    assert Attachment.objects.kept().count() == 1


def test_a_message_and_its_files_can_be_kept_for_later(as_participant, patient, taken):
    client = as_participant(patient)
    response = client.post(URL, {"body": "Half a sen", "other": photo(), "whole": "1", "add": "1"})
    assert response.url.endswith("#write")
    page = client.get(URL).content.decode()
    assert "Half a sen" in page
    assert "letter.jpg" in page
    assert not Message.objects.exists()
    file = Attachment.objects.get()
    client.post(URL, {"body": "Half a sentence", "remove": str(file.pk), "whole": "1"})
    page = client.get(URL).content.decode()
    assert "Half a sentence" in page
    assert "letter.jpg" not in page


def test_the_same_form_sent_twice_makes_one_message_with_one_file(as_participant, patient, taken):
    client = as_participant(patient)
    for _time in range(2):
        client.post(
            URL, {"body": "Once", "other": photo(), "whole": "1", "submission_id": "4a3f9d1c-6c2b-4e0e-9a55-0d2b6a7f3f10"}
        )
    assert Message.objects.get().attachments.count() == 1


def test_a_closed_case_opens_with_words_first(as_participant, patient, taken, coordinator):
    actions.close(case=taken, by=coordinator, reason=ClosingReason.COMPLETED)
    client = as_participant(patient)
    assert 'type="file"' not in client.get(URL).content.decode()
    page = client.post(URL, {"body": "One more", "other": photo(), "whole": "1"}).content.decode()
    assert "One more" in page
    assert not Attachment.objects.exists()


def test_a_reader_adds_no_file(as_participant, taken):
    client = as_participant(factories.participant(case=taken, role="reader"))
    assert client.post(URL, {"body": "x", "other": photo(), "whole": "1"}).status_code == 403
    assert not Attachment.objects.exists()


def test_another_field_takes_no_file(as_participant, patient, taken):
    assert as_participant(patient).post(URL, {"body": "x", "images": photo(), "whole": "1"}).status_code == 404


def test_what_the_office_sent_can_be_taken_and_is_written_down(as_participant, patient, daughter, from_office):
    page = as_participant(patient).get(URL).content.decode()
    address = f"/en/case/files/{from_office.pk}/"
    assert address in page
    assert "sent you a file" in as_participant(patient).get("/en/case/").content.decode()
    assert address in as_participant(patient).get("/en/case/documents/").content.decode()
    response = as_participant(daughter).get(address)
    assert b"".join(response.streaming_content) == factories.image()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.filter(action="download file", case_id=from_office.case_id, actor=None).count() == 1


def test_a_file_of_another_case_or_of_the_family_is_a_404(as_participant, patient, other_patient, from_office):
    address = f"/en/case/files/{from_office.pk}/"
    assert as_participant(other_patient).get(address).status_code == 404
    own = factories.attachment(patient.case)
    assert as_participant(patient).get(f"/en/case/files/{own.pk}/").status_code == 404
    assert as_participant(patient).post(address).status_code == 405


def test_a_file_that_waits_for_the_scanner_is_not_given_out(as_participant, patient, from_office):
    Attachment.objects.update(state=Attachment.State.PENDING)
    assert as_participant(patient).get(f"/en/case/files/{from_office.pk}/").status_code == 404
    assert not AuditEvent.objects.filter(action="download file").exists()


def test_the_family_cannot_remove_what_the_office_sent(as_participant, patient, from_office):
    as_participant(patient).post("/en/case/documents/", {"remove": str(from_office.pk), "whole": "1"})
    from_office.refresh_from_db()
    assert from_office.removed_at is None


def test_staff_send_files_with_their_own_message_only(case, patient, coordinator, taken):
    written = actions.patient_writes(case=taken, by=patient, body="Mine")
    with pytest.raises(NotAllowed):
        actions.send_attachment(case=taken, by=coordinator, message=written, staged=factories.staged(factories.image()))
    assert not Attachment.objects.exists()
