"""What becomes of files later: sent, removed, scanned, erased, swept."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone

from portal import clamd, encryption
from portal.encryption import CannotOpen
from quotes import actions, attachments, jobs
from quotes.models import Attachment, Event
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.hostile_files import PDF

pytestmark = pytest.mark.django_db
State = Attachment.State


def on_disk() -> list[str]:
    return sorted(path.name for path in Path(django_settings.ATTACHMENTS_ROOT).glob("*"))


def content(attachment: Attachment) -> bytes:
    return b"".join(attachments.stream(Attachment.objects.get(pk=attachment.pk)))


def test_files_go_along_when_the_request_is_sent():
    draft = factories.draft_case()
    kept = factories.attachment(draft, content=PDF)
    case = actions.submit(case=draft, agreed=["health", "authority", "understood"])
    assert case.attachments.get() == kept
    assert content(kept) == PDF


def test_discarding_a_draft_removes_its_files(django_capture_on_commit_callbacks):
    draft, other = factories.draft_case(), factories.attachment(factories.draft_case())
    factories.attachment(draft)
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_draft(case=draft)
    assert on_disk() == [other.stored_as]


def test_erasing_a_case_removes_its_files(case, manager, django_capture_on_commit_callbacks):
    factories.attachment(case)
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(case=case, by=manager)
    assert on_disk() == []


def test_an_erasure_that_is_rolled_back_keeps_the_files(case, manager, django_capture_on_commit_callbacks):
    kept = factories.attachment(case, content=PDF)
    with django_capture_on_commit_callbacks(execute=False):
        actions.erase(case=case, by=manager)
    assert on_disk() == [kept.stored_as]


def test_the_family_takes_back_a_file_until_somebody_has_opened_it(
    case, patient, coordinator, django_capture_on_commit_callbacks
):
    kept, opened = factories.attachment(case), factories.attachment(case, content=PDF)
    actions.open_attachment(case=case, by=coordinator, attachment=opened, how="view file")
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_attachment(case=case, by=patient, attachment=kept)
    kept.refresh_from_db()
    assert (kept.removed_at is not None, kept.name, kept.file_key, kept.sha256) == (True, "", "", "")
    assert on_disk() == [opened.stored_as]
    with pytest.raises(NotAllowed, match="worked with this file"):
        actions.remove_attachment(case=case, by=patient, attachment=opened)
    assert Event.objects.filter(kind="remove_attachment", by_participant=patient).count() == 1


def test_a_file_that_is_added_later_starts_our_clock(case, patient):
    case.due_at = None
    case.save()
    made = actions.add_attachment(case=case, by=patient, slot="ecg", staged=factories.staged(PDF, "ecg.pdf"))
    case.refresh_from_db()
    assert made.added_by_participant == patient
    assert case.due_at is not None
    assert Event.objects.filter(kind="add_attachment").exists()


def test_another_family_cannot_add_or_remove(case, other_patient):
    kept = factories.attachment(case)
    with pytest.raises(NotAllowed):
        actions.add_attachment(case=case, by=other_patient, slot="ecg", staged=factories.staged(PDF))
    with pytest.raises(NotAllowed):
        actions.remove_attachment(case=case, by=other_patient, attachment=kept)


def test_a_file_swapped_for_anothers_does_not_open(case):
    mine, theirs = factories.attachment(case, content=PDF), factories.attachment(case, content=PDF + b"%%EOF")
    root = Path(django_settings.ATTACHMENTS_ROOT)
    (root / mine.stored_as).write_bytes((root / theirs.stored_as).read_bytes())
    with pytest.raises(CannotOpen):
        content(mine)
    (root / mine.stored_as).unlink()
    with pytest.raises(CannotOpen):
        content(mine)


def test_rotating_the_keys_touches_no_file_and_the_old_key_can_go(case, settings):
    kept = factories.attachment(case, content=PDF)
    old = dict(settings.FIELD_KEYS)
    new = {"k9": encryption.new_key()}
    settings.FIELD_KEYS = new | old
    call_command("rotate_keys")
    settings.FIELD_KEYS = new
    assert content(kept) == PDF


def test_left_overs_are_swept_and_nothing_else(case):
    kept, fresh = factories.attachment(case), factories.staged(PDF)
    stale = factories.staged(PDF)
    long_ago = time.time() - attachments.LEFT_OVER_SECONDS - 60
    for name in (kept.stored_as, stale.stored_as):
        os.utime(Path(django_settings.ATTACHMENTS_ROOT) / name, (long_ago, long_ago))
    assert jobs.sweep_files() == 1
    assert on_disk() == sorted([kept.stored_as, fresh.stored_as])


# ── The scanner ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def scanner(settings, monkeypatch):
    """A scanner that answers as the test says: True, False, or an exception."""
    settings.CLAMD = "127.0.0.1:3310"
    answers: dict[bytes, object] = {}

    def is_clean(chunks):
        answer = answers[b"".join(chunks)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(clamd, "is_clean", is_clean)
    return answers


def states() -> list[str]:
    return [*Attachment.objects.order_by("added_at").values_list("state", flat=True)]


def test_without_a_scanner_a_file_is_called_not_scanned(case, patient):
    assert actions.add_attachment(case=case, by=patient, slot="ecg", staged=factories.staged(PDF)).state == State.UNSCANNED


def test_with_a_scanner_a_file_waits_and_nobody_opens_it(case, patient, scanner, coordinator):
    made = actions.add_attachment(case=case, by=patient, slot="ecg", staged=factories.staged(PDF))
    assert made.state == State.PENDING
    with pytest.raises(NotAllowed, match="scanner has not looked"):
        actions.open_attachment(case=case, by=coordinator, attachment=made, how="download file")


def test_the_worker_scans_what_waits(case, scanner, django_capture_on_commit_callbacks):
    clean = factories.attachment(case, content=PDF, state=State.PENDING)
    factories.attachment(case, content=PDF + b"1%%EOF", state=State.UNSCANNED)
    scanner |= {PDF: True, PDF + b"1%%EOF": False}
    with django_capture_on_commit_callbacks(execute=True):
        jobs.scan_files()
    assert states() == [State.CLEAN, State.REFUSED]
    assert on_disk() == [clean.stored_as]


def test_a_scanner_that_is_down_leaves_everything_waiting(case, scanner):
    factories.attachment(case, content=PDF, state=State.PENDING)
    scanner[PDF] = ConnectionRefusedError()
    assert jobs.scan_files() == 0
    assert states() == [State.PENDING]


def test_a_file_that_the_scanner_cannot_judge_waits_and_stops_no_other(case, scanner):
    odd = factories.attachment(case, content=PDF, state=State.PENDING, scanned_at=timezone.now())
    factories.attachment(case, content=PDF + b"2%%EOF", state=State.PENDING)
    scanner |= {PDF: clamd.NoVerdict("too large"), PDF + b"2%%EOF": True}
    jobs.scan_files()
    assert states() == [State.PENDING, State.CLEAN]
    odd.refresh_from_db()
    assert not attachments.may_be_opened(odd)


def test_a_refused_file_is_said_to_the_family(client, scanner):
    draft = factories.draft_case()
    session = client.session
    session["draft"] = str(draft.pk)
    session.save()
    factories.attachment(draft, state=State.REFUSED)
    page = client.get("/en/quote/documents/").content.decode()
    assert "The virus scanner refused this file" in page
    assert "0 of 20 files added" in page
