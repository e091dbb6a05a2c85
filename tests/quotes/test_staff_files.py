"""Staff send files to a family: what arrives, what is refused with nothing lost, and what can still be taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.models import OutgoingEmail
from quotes import actions, attachments
from quotes.models import Attachment, Event, Message, QuoteRequest
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.hostile_files import PDF

pytestmark = pytest.mark.django_db
WORDS = "The plan of the week. Print it, and put it on the fridge."


@pytest.fixture
def taken(case, coordinator) -> QuoteRequest:
    actions.assign(case=case, by=coordinator)
    case.refresh_from_db()
    return case


@pytest.fixture
def desk(as_staff, coordinator) -> Client:
    return as_staff(coordinator)


def url(case: QuoteRequest, verb: str = "send_attachment") -> str:
    return reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk])


def plan(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def form(*files: SimpleUploadedFile, **data: str) -> dict[str, object]:
    return {"text": WORDS, "files": list(files), "whole": "1"} | data


def stored() -> list[str]:
    return sorted(path.name for path in attachments.folder().iterdir())


@pytest.fixture
def sent(desk, taken) -> Attachment:
    desk.post(url(taken), form(plan()))
    return Attachment.objects.get()


def test_what_is_sent_reaches_the_family_with_its_words_and_one_mail(desk, taken, patient, as_participant):
    OutgoingEmail.objects.all().delete()
    response = desk.post(url(taken), form(plan(), plan("prices.pdf", PDF + b"2%%EOF")))
    assert response.url.endswith("#documents")
    message = Message.objects.get()
    assert message.body == WORDS
    assert {file.name for file in message.attachments.all()} == {"plan.pdf", "prices.pdf"}
    assert [mail.kind for mail in OutgoingEmail.objects.filter(subject_id=patient.pk)] == ["news"]
    family = as_participant(patient)
    for page in ("/en/case/messages/", "/en/case/documents/"):
        html = family.get(page).content.decode()
        for file in message.attachments.all():
            assert f"/en/case/files/{file.pk}/" in html, page
    assert WORDS in family.get("/en/case/messages/").content.decode()
    file = next(file for file in message.attachments.all() if file.name == "plan.pdf")
    assert b"".join(family.get(f"/en/case/files/{file.pk}/").streaming_content) == PDF


def test_nothing_of_a_file_lies_on_the_disk_in_clear(desk, taken):
    desk.post(url(taken), form(plan()))
    [name] = stored()
    assert PDF[:20] not in (attachments.folder() / name).read_bytes()


def test_the_case_screen_offers_the_form_and_lists_what_was_sent(desk, taken, sent):
    html = desk.get(reverse("admin:quotes_quoterequest_change", args=[taken.pk])).content.decode()
    assert f'action="{url(taken)}" enctype="multipart/form-data"' in html
    for text in ("What we sent to the family", "plan.pdf", "not opened by the family yet", "Take it back"):
        assert text in html, text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (form(plan("setup.exe", b"MZ not for us")), "“setup.exe”: This is a program."),
        (form(plan(), plan("empty.pdf", b"")), "“empty.pdf”: There is nothing in this file."),
        (form(), "Choose the file that you want to send."),
        (form(plan(), text=" "), "Say what it is and what to do with it."),
        ({"text": WORDS, "files": [plan()]}, "It could not be saved just now."),
    ],
    ids=["program", "one of two is empty", "no file", "no words", "cut off on the way"],
)
def test_a_refusal_says_why_sends_nothing_and_keeps_what_was_typed(desk, taken, data, said):
    for file in data["files"]:
        file.seek(0)
    response = desk.post(url(taken), data)
    html = response.content.decode()
    assert response.status_code == 409
    assert said in html
    assert "<title>Error:" in html.replace("\n", "")
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()
    assert stored() == []
    if data["text"].strip():
        assert f">{WORDS}</textarea>" in html


def test_after_somebody_elses_change_the_words_are_given_back(desk, taken):
    response = desk.post(url(taken), form(plan(), version=str(taken.version - 1)))
    assert response.status_code == 409
    assert f">{WORDS}</textarea>" in response.content.decode()
    assert stored() == []


def test_nothing_is_sent_where_contact_is_stopped(desk, taken, coordinator):
    actions.stop_contact(case=taken, by=coordinator, reason="asked")
    assert "All contact with this family is stopped" in desk.post(url(taken), form(plan())).content.decode()
    assert stored() == []


@pytest.mark.parametrize("who", ["clinical_reviewer", "other_coordinator"])
def test_whose_case_it_is_not_to_answer_sends_nothing(who, request, as_staff, taken):
    client = as_staff(request.getfixturevalue(who))
    screen = client.get(reverse("admin:quotes_quoterequest_change", args=[taken.pk])).content.decode()
    assert 'type="file"' not in screen
    assert client.post(url(taken), form(plan())).status_code == 409
    assert not Message.objects.exists()
    assert stored() == []


@pytest.mark.parametrize("who", ["editor", "auditor", "system_user"])
def test_roles_without_cases_have_none_of_their_files_kept(who, request, as_staff, taken):
    assert as_staff(request.getfixturevalue(who)).post(url(taken), form(plan())).status_code == 403
    assert stored() == []


def test_after_signing_out_the_words_are_given_back_and_the_file_is_kept_nowhere(client, taken):
    response = client.post(url(taken), form(plan()))
    assert response.status_code == 403
    assert WORDS in response.content.decode()
    assert stored() == []


def test_a_forged_form_is_refused(coordinator, taken):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = factories.staff_client(coordinator).cookies
    assert browser.post(url(taken), form(plan())).status_code == 403
    assert not Message.objects.exists()
    assert stored() == []


def test_a_file_can_be_taken_back_until_the_family_has_opened_it(desk, taken, sent, patient, as_participant):
    back = url(taken, "take_back_attachment")
    assert desk.post(back, {"file": str(sent.pk)}).url.endswith("#documents")
    sent.refresh_from_db()
    assert sent.removed_at is not None
    assert sent.name == ""
    family = as_participant(patient)
    assert family.get(f"/en/case/files/{sent.pk}/").status_code == 404
    assert "We took this file back" in family.get("/en/case/messages/").content.decode()
    assert "took a file back" in family.get("/en/case/").content.decode()
    assert "plan.pdf" not in family.get("/en/case/documents/").content.decode()
    desk.post(back, {"file": str(sent.pk)})
    assert Event.objects.filter(kind="take_back_attachment").count() == 1


def test_taking_back_empties_the_disk_once_it_is_certain(taken, sent, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_back_attachment(case=taken, by=coordinator, attachment=sent)
    assert stored() == []


def test_what_the_family_opened_stays(desk, taken, sent, patient, as_participant):
    as_participant(patient).get(f"/en/case/files/{sent.pk}/")
    response = desk.post(url(taken, "take_back_attachment"), {"file": str(sent.pk)})
    assert "The family has opened this file already" in response.content.decode()
    screen = desk.get(reverse("admin:quotes_quoterequest_change", args=[taken.pk])).content.decode()
    assert "Take it back" not in screen
    sent.refresh_from_db()
    assert sent.removed_at is None


def test_the_copy_of_everything_counts_as_opened(taken, sent, patient, coordinator):
    actions.export(case=taken, by=patient)
    with pytest.raises(NotAllowed):
        actions.take_back_attachment(case=taken, by=coordinator, attachment=sent)


def test_a_look_by_staff_does_not(desk, taken, sent):
    desk.get(reverse("admin:quotes_quoterequest_download_file", args=[taken.pk, sent.pk]))
    sent.refresh_from_db()
    assert sent.opened_at is None


def test_neither_the_familys_files_nor_those_of_another_case_can_be_taken_back(desk, taken, other_patient, coordinator):
    own = factories.attachment(taken)
    theirs = factories.attachment(other_patient.case, added_by_user=coordinator)
    for file in (own, theirs):
        assert desk.post(url(taken, "take_back_attachment"), {"file": str(file.pk)}).status_code == 409
        file.refresh_from_db()
        assert file.removed_at is None


def test_until_the_scanner_has_looked_the_family_reads_that_we_are_checking(desk, taken, patient, as_participant, settings):
    settings.CLAMD = "127.0.0.1:3310"
    desk.post(url(taken), form(plan()))
    file = Attachment.objects.get()
    assert file.state == Attachment.State.PENDING
    family = as_participant(patient)
    for page in ("/en/case/messages/", "/en/case/documents/"):
        html = family.get(page).content.decode()
        assert "We are checking it for viruses." in html, page
        assert f"/en/case/files/{file.pk}/" not in html, page
    actions.record_scan(attachment=file, is_clean=True)
    assert f"/en/case/files/{file.pk}/" in family.get("/en/case/documents/").content.decode()
