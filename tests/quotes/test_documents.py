"""The documents page of a request, as a browser without scripts and as uploads.js use it."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quotes import actions, attachments
from quotes.models import Attachment, QuoteRequest
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.hostile_files import BAD, GOOD, PDF

pytestmark = pytest.mark.django_db
PAGE = "/en/quote/documents/"


@pytest.fixture
def draft(client) -> QuoteRequest:
    return intake_pages.with_draft(client)


def upload(name: str = "letter.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def post(client, url: str = PAGE, *, json: bool = False, **data: object):
    headers = {"accept": "application/json"} if json else {}
    return client.post(url, {**data, "whole": "1"}, headers=headers)


def on_disk() -> list[str]:
    return sorted(path.name for path in Path(django_settings.ATTACHMENTS_ROOT).glob("*"))


def test_several_files_are_kept_in_their_slots(client, draft):
    response = post(
        client, discharge_letter=[upload("a.pdf"), upload("b.jpg", GOOD["jpeg"])], ecg=upload("c.png", GOOD["png"]), add="1"
    )
    assert response.url == PAGE + "#files"
    kept = {one.name: (one.slot, one.kind) for one in draft.attachments.all()}
    assert kept == {"a.pdf": ("discharge_letter", "pdf"), "b.jpg": ("discharge_letter", "jpeg"), "c.png": ("ecg", "png")}
    page = client.get(PAGE).content.decode()
    assert "3 of 20 files added" in page
    assert page.count('name="remove"') == 3
    assert on_disk() == sorted(one.stored_as for one in draft.attachments.all())


def test_nothing_readable_lies_on_the_disk(client, draft):
    post(client, other=upload("secret.pdf", PDF.replace(b"Catalog", b"Diabetes")))
    (stored,) = Path(django_settings.ATTACHMENTS_ROOT).iterdir()
    assert b"Diabetes" not in stored.read_bytes()
    assert "secret" not in stored.name
    assert b"".join(attachments.stream(draft.attachments.get())).count(b"Diabetes") == 1


def test_one_bad_file_costs_none_of_the_others(client, draft):
    bad = [upload(f"{name}.pdf", content) for name, (content, _problem) in BAD.items()]
    response = post(client, discharge_letter=[*bad, upload("good.pdf")], images=upload("scans.zip", GOOD["dicom_zip"]))
    page = response.content.decode()
    assert response.status_code == 200
    for name in BAD:
        assert f"“{name}.pdf”" in page
    assert "The other files are saved" in page
    assert sorted(one.name for one in draft.attachments.all()) == ["good.pdf", "scans.zip"]
    assert len(on_disk()) == 2


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [({}, "/en/quote/hopes/"), ({"back": "1"}, "/en/quote/safety/"), ({"switch_language": "ar"}, "/ar/quote/documents/")],
)
def test_every_button_keeps_what_was_chosen(client, draft, button, leads_to):
    assert post(client, other=upload(), **button).url == leads_to
    assert draft.attachments.get().name == "letter.pdf"


def test_the_same_file_twice_is_kept_once(client, draft):
    for _time in range(2):
        post(client, other=upload())
    assert draft.attachments.count() == len(on_disk()) == 1


def test_a_file_is_removed_with_its_content(client, draft, django_capture_on_commit_callbacks):
    post(client, other=[upload(), upload("photo.jpg", GOOD["jpeg"])])
    with django_capture_on_commit_callbacks(execute=True):
        response = post(client, remove=draft.attachments.get(kind="pdf").pk, medicine_list=upload("boxes.png", GOOD["png"]))
    assert response.url == PAGE + "#files"
    assert sorted(one.name for one in draft.attachments.all()) == ["boxes.png", "photo.jpg"]
    assert len(on_disk()) == 2


def test_another_drafts_file_cannot_be_removed(client, draft):
    theirs = factories.attachment(factories.draft_case())
    for wrong in (theirs.pk, "nonsense"):
        assert post(client, remove=wrong).status_code == 404
    assert Attachment.objects.filter(pk=theirs.pk).exists()


def test_a_forged_slot_is_refused_and_leaves_no_file(client, draft):
    assert post(client, passport=upload()).status_code == 404
    assert not draft.attachments.exists()
    assert on_disk() == []


def test_the_twenty_first_file_is_refused_by_name(client, draft):
    for number in range(20):
        factories.attachment(draft, content=PDF + b"%" + str(number).encode() + b"\n%%EOF")
    page = post(client, other=upload("one-too-many.pdf")).content.decode()
    assert "“one-too-many.pdf”: 20 files are kept already" in page
    assert draft.attachments.count() == len(on_disk()) == 20


def test_a_draft_holds_a_gigabyte_and_no_more(client, draft, monkeypatch):
    Attachment.objects.filter(pk=factories.attachment(draft).pk).update(size=attachments.CASE_BYTES - 10)
    page = post(client, other=upload()).content.decode()
    assert "larger than 1 GB" in page
    assert draft.attachments.count() == len(on_disk()) == 1


def test_a_file_over_its_limit_is_given_up_on_the_way(client, draft, monkeypatch):
    monkeypatch.setattr("quotes.filetypes.FILE_BYTES", 1000)
    page = post(client, other=[upload("big.pdf", b"%PDF-" + b"x" * 200_000), upload()]).content.decode()
    assert "“big.pdf”: This file is larger than 50 MB." in page
    assert draft.attachments.get().name == "letter.pdf"
    assert len(on_disk()) == 1


def test_a_post_that_is_far_too_large_is_refused_before_it_is_read(client, draft):
    response = client.post(PAGE, {"other": upload()}, CONTENT_LENGTH=str(2 * attachments.CASE_BYTES))
    assert response.status_code == 413
    assert "Your answers, and files that you added before, are safe" in response.content.decode()


def test_an_upload_that_broke_on_the_way_keeps_no_half_file(client, draft):
    page = client.post(PAGE, {"other": upload("photo.jpg", GOOD["jpeg"])}).content.decode()
    assert "“photo.jpg”: It could not be saved just now." in page
    assert not draft.attachments.exists()
    assert on_disk() == []


def test_without_a_draft_the_files_are_named_to_be_chosen_again(client):
    response = post(client, other=upload("letter.pdf"))
    assert response.status_code == 409
    assert "letter.pdf" in response.content.decode()
    assert "choose these files again" in response.content.decode()
    assert on_disk() == []


def test_a_refused_token_names_the_files_and_keeps_none(draft, client):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = client.cookies
    response = browser.post(PAGE, {"other": upload("letter.pdf"), "whole": "1"})
    assert response.status_code == 403
    assert "letter.pdf" in response.content.decode()
    assert on_disk() == []


def test_after_sending_in_another_tab_nothing_is_added(client, draft):
    actions.submit(case=draft, agreed=["health", "authority", "understood"])
    assert post(client, other=upload()).url == "/en/quote/sent/?note=late"
    assert on_disk() == []


def test_too_many_posts_from_one_address_are_told_to_wait(client, draft, settings):
    settings.LIMITS = {**settings.LIMITS, "upload": (1, 3600)}
    post(client, other=upload())
    page = post(client, other=upload("second.pdf", GOOD["png"])).content.decode()
    assert "“second.pdf”: It could not be saved just now." in page
    assert draft.attachments.count() == len(on_disk()) == 1


def test_a_full_disk_is_said_and_harms_nothing(client, draft, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.sealed_files.SealedWriter.close", full)
    page = post(client, other=upload()).content.decode()
    assert "“letter.pdf”: It could not be saved just now." in page
    assert on_disk() == []


def test_the_script_is_answered_with_what_is_kept_and_what_was_wrong(client, draft):
    answer = post(client, json=True, images=upload("scans.zip", GOOD["dicom_zip"])).json()
    assert "scans.zip" in answer["lists"]["images"]
    assert answer["lists"]["ecg"].strip() == ""
    assert (answer["used"], answer["problems"]) == ("1 of 20 files added", [])
    answer = post(client, json=True, images=upload("page.html", b"<html>")).json()
    assert answer["problems"] == [
        "“page.html”: This is a web page or a drawing for the web. Print it to a PDF, or take a photo of the screen."
    ]


def test_the_script_is_told_where_to_go_when_the_request_is_gone(client):
    assert post(client, json=True, other=upload()).json() == {"leave": "/en/quote/?note=no-draft"}


def test_a_hostile_name_is_shown_harmless(client, draft):
    factories.attachment(draft, name='"><img src=x onerror=alert(1)>.pdf')
    page = client.get(PAGE).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_check_page_lists_the_files(client, draft):
    assert "No file added. You can send without." in client.get("/en/quote/check/").content.decode()
    factories.attachment(draft, slot="medicine_list", name="boxes.jpg")
    page = client.get("/en/quote/check/").content.decode()
    assert "boxes.jpg" in page
    assert 'href="/en/quote/documents/?back=check"' in page
    assert post(client, PAGE + "?back=check").url == "/en/quote/check/"


def test_the_page_costs_the_same_with_many_files(client, draft, django_assert_max_num_queries):
    for number in range(10):
        factories.attachment(draft, content=PDF + str(number).encode() + b"%%EOF")
    client.get(PAGE)  # the first visit is counted
    with django_assert_max_num_queries(4):
        client.get(PAGE)


def test_no_field_forces_the_camera(client, draft):
    page = client.get(PAGE).content.decode()
    assert page.count('type="file"') == 8
    assert page.count("multiple") >= 8
    assert "image/*" in page
    assert "capture" not in page


def test_the_help_page_opens_for_everybody_and_leads_back(client, draft):
    assert PAGE in client.get(PAGE + "help/").content.decode()
    assert PAGE not in Client().get(PAGE + "help/").content.decode().replace(PAGE + "help/", "")
