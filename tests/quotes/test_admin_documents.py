"""Staff and files: who opens them, what is written down, and what a browser is given."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from portal import audit
from portal.models import AuditEvent
from quotes import actions, attachments
from quotes.models import Attachment
from tests import factories
from tests.quotes.hostile_files import PDF

pytestmark = pytest.mark.django_db


def url(attachment: Attachment, name: str = "download_file") -> str:
    return reverse(f"admin:quotes_quoterequest_{name}", args=[attachment.case_id, attachment.pk])


@pytest.fixture
def letter(case) -> Attachment:
    return factories.attachment(case, content=PDF, name="letter.exe")


@pytest.fixture
def photo(case) -> Attachment:
    """As a phone takes it: on its side, with the place in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SpyCam"
    exif.get_ifd(0x8825)[1] = "N"
    return factories.attachment(
        case, slot="ecg", content=factories.image(size=(300, 200), exif=exif.tobytes()), name="photo.jpg"
    )


def test_the_panel_says_what_there_is(as_staff, coordinator, case, letter, photo):
    page = as_staff(coordinator).get(reverse("admin:quotes_quoterequest_change", args=[case.pk])).content.decode()
    for text in ("Discharge letter", "letter.exe", "not scanned: no virus scanner is set up", "with the request", "Look at it"):
        assert text in page, text
    assert url(letter) in page
    assert url(photo, "preview_file") in page
    assert url(letter, "preview_file") not in page


def test_many_files_cost_no_more_queries(as_staff, coordinator, case, django_assert_max_num_queries):
    for number in range(8):
        factories.attachment(case, content=PDF + str(number).encode() + b"%%EOF")
    client = as_staff(coordinator)
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    client.get(screen)
    with django_assert_max_num_queries(27):
        client.get(screen)


def test_a_download_is_the_file_itself_and_nothing_in_it_can_run(as_staff, coordinator, letter):
    response = as_staff(coordinator).get(url(letter))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="letter.exe.pdf"'
    assert response["Content-Length"] == str(len(PDF))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


def test_a_preview_is_upright_and_carries_nothing_of_the_phone(as_staff, coordinator, photo):
    response = as_staff(coordinator).get(url(photo, "preview_file"))
    drawn = Image.open(io.BytesIO(response.content))
    assert response["Content-Type"] == "image/jpeg"
    assert drawn.size == (200, 300)
    assert not drawn.getexif()
    assert b"SpyCam" not in response.content


def test_a_large_photo_is_shown_smaller(as_staff, coordinator, case):
    wide = factories.attachment(case, content=factories.image(suffix="PNG", size=(4000, 1000)), name="wide.png")
    response = as_staff(coordinator).get(url(wide, "preview_file"))
    assert Image.open(io.BytesIO(response.content)).size == (2000, 500)


def test_opening_is_written_down_first(as_staff, coordinator, letter, photo):
    client = as_staff(coordinator)
    client.get(url(letter))
    client.get(url(photo, "preview_file"))
    found = {(event.action, event.object) for event in AuditEvent.objects.filter(action__endswith=" file")}
    assert found == {("download file", f"quotes.attachment {letter.pk}"), ("view file", f"quotes.attachment {photo.pk}")}
    letter.refresh_from_db()
    assert letter.opened_at is not None


def test_no_audit_event_no_file(as_staff, coordinator, letter, monkeypatch):
    client = as_staff(coordinator)

    def broken(*args, **kwargs):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        client.get(url(letter))
    letter.refresh_from_db()
    assert letter.opened_at is None


def test_a_colleagues_file_is_404(as_staff, coordinator, other_coordinator, case, letter, photo):
    actions.assign(case=case, by=other_coordinator)
    client = as_staff(coordinator)
    for address in (url(letter), url(photo, "preview_file")):
        assert client.get(address).status_code == 404
    look_in = client.post(reverse("admin:quotes_quoterequest_look_in", args=[case.pk]), {"reason": "covering"}).content.decode()
    assert "letter.exe" in look_in
    assert url(letter) not in look_in


def test_another_cases_file_is_404_under_this_case(as_staff, coordinator, case, other_patient):
    theirs = factories.attachment(other_patient.case)
    address = reverse("admin:quotes_quoterequest_download_file", args=[case.pk, theirs.pk])
    assert as_staff(coordinator).get(address).status_code == 404


def test_a_drafts_file_is_nobodys_business(as_staff, manager):
    assert as_staff(manager).get(url(factories.attachment(factories.draft_case()))).status_code == 404


@pytest.mark.parametrize("who", ["editor", "auditor", "system_user"])
def test_roles_without_cases_get_no_file(who, request, as_staff, letter):
    assert as_staff(request.getfixturevalue(who)).get(url(letter)).status_code == 403


def test_what_waits_for_the_scanner_or_was_refused_is_not_given_out(as_staff, coordinator, settings, case):
    settings.CLAMD = "127.0.0.1:3310"
    client = as_staff(coordinator)
    for state in (Attachment.State.PENDING, Attachment.State.UNSCANNED, Attachment.State.REFUSED):
        waiting = factories.attachment(case, content=PDF + state.encode() + b"%%EOF", state=state)
        assert client.get(url(waiting)).status_code == 404, state
    assert client.get(url(factories.attachment(case, state=Attachment.State.CLEAN))).status_code == 200


def test_a_file_that_was_tampered_with_is_not_given_out(as_staff, coordinator, letter):
    path = attachments.folder() / letter.stored_as
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert as_staff(coordinator).get(url(letter)).status_code == 404


def test_only_get(as_staff, coordinator, letter):
    assert as_staff(coordinator).post(url(letter)).status_code == 405
