"""Files are added, removed, scanned and opened. A file leaves the disk only after the transaction that gave it up is committed."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, clamd
from portal.models import User
from quotes import attachments, staffing
from quotes.actions import conversation, core
from quotes.attachments import CASE_BYTES, FILES, NO_ROOM, Staged
from quotes.models import Attachment, Message, Participant, QuoteRequest
from quotes.workflow import NotAllowed


@transaction.atomic
def add_attachment(*, case: QuoteRequest, by: Participant | None, slot: str, staged: Staged) -> Attachment:
    """Give an uploaded file its row. The very same file in the same slot is kept once: a retry, or a page sent twice, adds nothing."""
    _check_kind(staged)
    # locked before the count: of two uploads at the same moment, the second sees what the first added
    case.lock()
    present = [*case.attachments.kept()]
    for twin in present:
        if twin.slot == slot and twin.size == staged.size and twin.sha256 == staged.sha256 and not twin.is_from_office:
            return twin
    _check_room(present, staged)
    _begin("add_attachment", case=case, by=by)
    made = _keep(case, staged, slot=slot, added_by_participant=by)
    _finish(case, by=by)
    return made


@transaction.atomic
def send_attachment(*, case: QuoteRequest, by: User, message: Message, staged: Staged) -> Attachment:
    """Staff add a file to a message that they have just written: the mail of that message has told the family already."""
    _check_kind(staged)
    case.lock()
    if message.case_id != case.pk or message.from_user_id != by.pk:
        raise NotAllowed(_("Write a message first. The file goes with it."))
    _check_room([*case.attachments.kept()], staged)
    core.begin("send_attachment", case=case, by=by)
    made = _keep(case, staged, slot=Attachment.Slot.OTHER, message=message, added_by_user=by)
    core.finish(case)
    return made


@transaction.atomic
def send_files(*, case: QuoteRequest, by: User, body: str, files: Iterable[Staged]) -> Message:
    """Staff write what these files are, and send all of them with those words, or nothing: one mail says that there is news."""
    message = conversation.send_message(case=case, by=by, body=body)
    for staged in files:
        send_attachment(case=case, by=by, message=message, staged=staged)
    return message


def _check_kind(staged: Staged) -> None:
    if staged.kind is None:
        raise NotAllowed(staged.problem)


def _check_room(present: list[Attachment], staged: Staged) -> None:
    if len(present) >= FILES:
        raise NotAllowed(
            _("%(count)d files are kept already, and that is the most. Remove one that matters less.") % {"count": FILES}
        )
    if sum(one.size for one in present) + staged.size > CASE_BYTES:
        raise NotAllowed(str(NO_ROOM))


def _keep(case: QuoteRequest, staged: Staged, *, slot: str, **where: Message | Participant | User | None) -> Attachment:
    """The row of a file that has arrived, and the file with it. `where`: who added it, and to what."""
    if staged.kind is None:
        raise NotAllowed(staged.problem)
    made = Attachment.objects.create(
        id=staged.id,
        case=case,
        slot=slot,
        name=staged.name,
        kind=staged.kind.key,
        size=staged.size,
        sha256=staged.sha256,
        stored_as=staged.stored_as,
        file_key=staged.file_key,
        state=Attachment.State.PENDING if clamd.is_configured() else Attachment.State.UNSCANNED,
        **where,
    )
    staged.is_kept = True
    return made


@transaction.atomic
def remove_attachment(*, case: QuoteRequest, by: Participant | None, attachment: Attachment) -> None:
    """The family takes a file back. Of a request that was sent, the row stays, emptied: that there was a file, and until when."""
    case.lock()
    attachment.refresh_from_db()
    if attachment.removed_at is not None:
        return
    if attachment.is_from_office:
        raise NotAllowed(_("This file came from us. It stays with the message that it came with."))
    if not attachment.may_be_removed:
        raise NotAllowed(_("Somebody at the office has worked with this file, so it stays. Write to us if it must go."))
    _begin("remove_attachment", case=case, by=by)
    if case.is_draft:
        stored_as = attachment.stored_as
        attachment.delete()
        transaction.on_commit(lambda: attachments.remove_files([stored_as]))
    else:
        _empty(attachment)
    _finish(case, by=by)


@transaction.atomic
def take_back_attachment(*, case: QuoteRequest, by: User, attachment: Attachment) -> None:
    """Staff take back what they sent, until somebody of the family has opened it. The message that it came with stays."""
    case.lock()
    attachment.refresh_from_db()
    if attachment.removed_at is not None:
        return
    if attachment.case_id != case.pk or not attachment.is_from_office:
        raise NotAllowed(_("There is no such file."))
    if not attachment.may_be_taken_back:
        raise NotAllowed(_("The family has opened this file already, so it stays. If it was the wrong one, write to them."))
    core.begin("take_back_attachment", case=case, by=by)
    _empty(attachment)
    core.finish(case)


def _empty(attachment: Attachment) -> None:
    """The row stays without anything that leads to the file; the file goes once that is certain."""
    attachment.removed_at = timezone.now()
    attachment.name = attachment.sha256 = attachment.file_key = ""
    attachment.save(update_fields=["removed_at", "name", "sha256", "file_key"])
    transaction.on_commit(lambda: attachments.remove_files([attachment.stored_as]))


@transaction.atomic
def open_attachment(*, case: QuoteRequest, by: User, attachment: Attachment, how: str) -> None:
    """Staff look at a file or take a copy: written down before a byte of it leaves. `how`: "view file" or "download file"."""
    if not staffing.readable_by(by).filter(pk=case.pk).exists():
        raise NotAllowed(_("A colleague has this case. Take it over first."))
    if not attachments.may_be_opened(attachment):
        raise NotAllowed(_("This file cannot be opened yet: the virus scanner has not looked at it."))
    audit.record(how, by=by, case_id=case.pk, object=f"quotes.attachment {attachment.pk}")
    case.attachments.from_family().filter(pk=attachment.pk).note_opened()


@transaction.atomic
def fetch_attachment(*, case: QuoteRequest, by: Participant, attachment: Attachment) -> None:
    """Somebody of the family takes a copy of what the office sent: written down before a byte of it leaves."""
    # locked first: a file that staff take back at this moment is either gone, or stays
    case.lock()
    attachment.refresh_from_db()
    if by.case_id != case.pk or attachment.case_id != case.pk or not attachment.is_from_office:
        raise NotAllowed(_("There is no such file."))
    if not attachments.may_be_opened(attachment):
        raise NotAllowed(_("This file cannot be opened yet: the virus scanner has not looked at it."))
    audit.record("download file", by=None, case_id=case.pk, object=f"quotes.attachment {attachment.pk}")
    case.attachments.from_office().filter(pk=attachment.pk).note_opened()


@transaction.atomic
def record_scan(*, attachment: Attachment, is_clean: bool | None) -> None:
    """What the scanner said; None: it looked and does not know. A file with a virus is deleted, and its row says so."""
    still = Attachment.objects.to_scan().select_for_update().filter(pk=attachment.pk).first()
    if still is None:  # removed, or judged by another worker meanwhile
        return
    still.scanned_at = timezone.now()
    still.state = {True: Attachment.State.CLEAN, False: Attachment.State.REFUSED, None: Attachment.State.PENDING}[is_clean]
    still.save(update_fields=["scanned_at", "state"])
    if is_clean is False:
        transaction.on_commit(lambda: attachments.remove_files([still.stored_as]))


def forget_files(case: QuoteRequest) -> None:
    """Before a case is deleted: its files go with it, once that is certain."""
    names = [*case.attachments.values_list("stored_as", flat=True)]
    transaction.on_commit(lambda: attachments.remove_files(names))


def _begin(verb: str, *, case: QuoteRequest, by: Participant | None) -> None:
    """In a draft nothing is an event yet."""
    if by is None:
        core.check_person("save_draft", case=case, by=by)
    else:
        core.begin(verb, case=case, by=by)


def _finish(case: QuoteRequest, *, by: Participant | None) -> None:
    """What the family sends of its own accord waits for us, as a message does; a promise that stands is not moved."""
    if by is not None and case.due_at is None:
        core.our_turn(case)
    core.finish(case, fields=("due_at",))
