"""Papers for a clinic: proposed by staff, agreed to by the owner of the case, taken out by staff, answered by the clinic.

Nothing leaves without an agreement for this clinic, this text and each document: `papers()` is the only way to what may go.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import audit
from portal.encryption import CannotOpen
from portal.models import User
from quotes import attachments, clinic_summary, consents
from quotes.actions import core
from quotes.models import Attachment, Participant, QuoteRequest, SharedDocument, Sharing
from quotes.wording import country_name
from quotes.workflow import NotAllowed, Status

State = Sharing.State
LONGEST_SUMMARY = 10_000


@transaction.atomic
def propose_sharing(
    *,
    case: QuoteRequest,
    by: User,
    summary: str,
    language: str,
    documents: Iterable[Attachment] = (),
    names_patient: bool = False,
    gives_contact: bool = False,
    submission_id: UUID | None = None,
) -> Sharing:
    """Ask the family whether this summary and these documents may go to the clinic of the option they chose.

    Takes the place of a proposal that has not left yet. The same form, sent twice, is one proposal.
    """
    case.lock()
    if submission_id and (made := case.sharings.filter(submission_id=submission_id).first()):
        return made
    event = core.begin("propose_sharing", case=case, by=by)
    option = case.accepted_option
    if option is None or case.confirmed_at is None:
        raise NotAllowed(_("Speak with the family and confirm the next step first."))
    if option.clinic is None:
        raise NotAllowed(_("The option that the family chose has no clinic: there is nobody to give papers to."))
    if not summary.strip():
        raise NotAllowed(_("Write the summary first."))
    if len(summary) > LONGEST_SUMMARY:
        raise NotAllowed(_("The summary is too long. A clinic needs one page."))
    if found := clinic_summary.told(case, summary, names_patient=names_patient, gives_contact=gives_contact):
        raise NotAllowed(
            _("The summary says who they are or how to reach them, and that is not ticked: %(found)s")
            % {"found": ", ".join(found)}
        )
    chosen = [*documents]
    if any(one.case_id != case.pk or not attachments.may_be_opened(one) for one in chosen):
        raise NotAllowed(_("A document that you ticked is not there any more, or was not checked for viruses yet."))
    running = case.sharings.running().first()
    if running is not None and running.state == State.SENT:
        raise NotAllowed(_("The clinic has papers already. Note its answer first."))
    if running is not None:
        running.state, running.replaced_at, running.replaced_by = State.REPLACED, timezone.now(), by
        running.save(update_fields=["state", "replaced_at", "replaced_by"])
    above = clinic_summary.ticked_lines(case, names_patient=names_patient, gives_contact=gives_contact, language=language)
    sharing = Sharing.objects.create(
        case=case,
        option=option,
        clinic=option.clinic,
        language=language,
        summary="\n\n".join(part for part in (above, summary.strip().replace("\r\n", "\n")) if part),
        names_patient=names_patient,
        gives_contact=gives_contact,
        submission_id=submission_id,
        proposed_by=by,
    )
    SharedDocument.objects.bulk_create([SharedDocument(sharing=sharing, attachment=one) for one in chosen])
    core.finish(case)
    core.tell_family(case, about=event)
    return sharing


def consent_text(sharing: Sharing) -> str:
    """What the owner is asked to agree to, in the language of the page."""
    country = sharing.clinic.country
    text = str(consents.sharing_kind(country).text)
    return text % {"clinic": sharing.clinic.name, "country": country_name(country)}


@transaction.atomic
def agree_sharing(
    *, case: QuoteRequest, by: Participant, sharing: Sharing, documents: Iterable[UUID] = (), language: str
) -> Sharing:
    """The owner agrees to the summary and to these documents of those that were proposed; no other is ever among them."""
    core.begin("agree_sharing", case=case, by=by)
    sharing = locked(case, sharing, State.PROPOSED)
    if sharing.option_id != case.accepted_option_id:
        raise NotAllowed(_("This was for another option. We will make a new summary for the one you chose."))
    chosen = {*documents}
    proposed = {one.attachment_id: one for one in sharing.shared_documents.select_related("attachment")}
    if chosen - set(proposed) or any(proposed[pk].attachment.removed_at for pk in chosen):
        raise NotAllowed(_("A document that you ticked is not in this list any more. Look at the list again, please."))
    kind = consents.sharing_kind(sharing.clinic.country)
    with translation.override(language):
        sharing.consent_text = consent_text(sharing)
    sharing.consent_kind, sharing.consent_version, sharing.consent_language = kind.key, kind.version, language
    sharing.state, sharing.agreed_at, sharing.agreed_by = State.AGREED, timezone.now(), by
    sharing.save()
    sharing.shared_documents.filter(attachment_id__in=chosen).update(is_agreed=True)
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return sharing


@transaction.atomic
def refuse_sharing(*, case: QuoteRequest, by: Participant, sharing: Sharing) -> Sharing:
    """The owner says no; no reason is asked. The case stays as it is, and we talk about another way."""
    core.begin("refuse_sharing", case=case, by=by)
    sharing = locked(case, sharing, State.PROPOSED)
    sharing.state, sharing.refused_at, sharing.refused_by = State.REFUSED, timezone.now(), by
    sharing.save(update_fields=["state", "refused_at", "refused_by"])
    core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return sharing


@transaction.atomic
def withdraw_sharing(*, case: QuoteRequest, by: Participant, sharing: Sharing) -> Sharing:
    """The owner takes the agreement back, at any time. What was taken out before cannot be called back."""
    core.begin("withdraw_sharing", case=case, by=by)
    sharing = locked(case, sharing, State.AGREED, State.SENT, State.ANSWERED)
    sharing.state, sharing.withdrawn_at, sharing.withdrawn_by = State.WITHDRAWN, timezone.now(), by
    sharing.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    if case.status == Status.ACCEPTED:
        core.our_turn(case)
    core.finish(case, fields=("due_at",))
    return sharing


@transaction.atomic
def share_with_clinic(*, case: QuoteRequest, by: User, sharing: Sharing) -> list[Attachment]:
    """The papers leave this site, in the hands of staff. Returns the documents that go with the summary.

    A second time, because the first copy was lost, is written down too, and is no second event.
    """
    event = core.begin("share_with_clinic", case=case, by=by)
    sharing = locked(case, sharing, State.AGREED, State.SENT)
    going = papers(case, sharing)
    audit.record(
        "take out papers for clinic",
        by=by,
        case_id=case.pk,
        object=f"quotes.sharing {sharing.pk}",
        fields=["summary", *(str(one.pk) for one in going)],
    )
    if sharing.state == State.SENT:
        event.delete()
        return going
    sharing.state, sharing.sent_at, sharing.sent_by = State.SENT, timezone.now(), by
    sharing.save(update_fields=["state", "sent_at", "sent_by"])
    # what a clinic has seen is not taken away without a word any more
    case.attachments.filter(pk__in=[one.pk for one in going], opened_at__isnull=True).update(opened_at=timezone.now())
    core.answered(case)
    core.finish(case, fields=("due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return going


def papers(case: QuoteRequest, sharing: Sharing) -> list[Attachment]:
    """The documents that may go now. Raises NotAllowed when an agreement or a document is not what it was."""
    if sharing.case_id != case.pk or sharing.agreed_at is None or sharing.withdrawn_at is not None:
        raise NotAllowed(_("There is no agreement for this clinic. Nothing may go."))
    if sharing.option_id != case.accepted_option_id or case.accepted_option is None:
        raise NotAllowed(_("The family has chosen another option since. Propose the papers for that one."))
    if case.accepted_option.clinic_id != sharing.clinic_id:
        raise NotAllowed(_("The agreement is for another clinic. Nothing may go."))
    going = [one.attachment for one in sharing.shared_documents.filter(is_agreed=True).select_related("attachment")]
    for one in going:
        if one.case_id != case.pk or not attachments.may_be_opened(one):
            raise NotAllowed(_("A document that the family agreed to was removed. Propose the papers again."))
        try:
            attachments.reader(one).close()
        except CannotOpen as error:
            raise NotAllowed(_("A document cannot be read. Nothing was taken out; ask for it again.")) from error
    return going


@transaction.atomic
def record_clinic_answer(
    *, case: QuoteRequest, by: User, sharing: Sharing, outcome: str, answered_on: date | None, text: str
) -> Sharing:
    """What the clinic said, in words for the family, who get a mail that there is news."""
    event = core.begin("record_clinic_answer", case=case, by=by)
    sharing = locked(case, sharing, State.SENT)
    if outcome not in Sharing.Outcome.values:
        raise NotAllowed(_("Choose what the clinic answered."))
    if answered_on is None or answered_on > timezone.localdate():
        raise NotAllowed(_("Say on which day the clinic answered; it cannot be in the future."))
    if sharing.sent_at and answered_on < timezone.localdate(sharing.sent_at):
        raise NotAllowed(_("The clinic cannot have answered before it had the papers."))
    if not text.strip():
        raise NotAllowed(_("Write what the clinic said, in plain words. The family reads it."))
    sharing.outcome, sharing.answered_on, sharing.answer = outcome, answered_on, text.strip()
    sharing.state, sharing.recorded_at, sharing.recorded_by = State.ANSWERED, timezone.now(), by
    sharing.save()
    core.answered(case)
    core.finish(case, fields=("due_at", "first_answered_at"))
    core.tell_family(case, about=event)
    return sharing


def locked(case: QuoteRequest, sharing: Sharing, *states: Sharing.State) -> Sharing:
    """The row as it is now, if it is of this case and in one of these states. The case is locked, so it stays so."""
    found = case.sharings.select_related("clinic", "option").filter(pk=sharing.pk).first()
    if found is None:
        raise NotAllowed(_("These papers do not belong to this case."))
    if found.state not in states:
        raise NotAllowed(_("This has changed meanwhile. Now: %(state)s.") % {"state": found.get_state_display()})
    return found
