"""The life of a case as a table: which verb leads from which status to which, and who may do it. docs/workflow.md is made from it.

Pure: no database, no request. `quotes/actions/` are the only callers that change a status.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.roles import CLINICAL_REVIEWER, COORDINATOR, MANAGER

Text = str | Promise


class Status(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("new")
    IN_REVIEW = "in_review", _("in review")
    AWAITING_PATIENT = "awaiting_patient", _("waiting for the patient")
    RECOMMENDED = "recommended", _("recommendation sent")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    CLOSED = "closed", _("closed")


# What the patient reads: a heading, and what it means in plain words.
PATIENT_LABELS: dict[str, tuple[Text, Text]] = {
    Status.DRAFT: (_("Not sent yet"), _("You have started a request. It is saved, and nobody has read it yet.")),
    Status.SUBMITTED: (_("We have your request"), _("It is safe with us. A person will read all of it.")),
    Status.IN_REVIEW: (_("We are reading your answers"), _("A coordinator is working on your case.")),
    Status.AWAITING_PATIENT: (
        _("We need something from you"),
        _("We have written to you with a question. Take the time you need."),
    ),
    Status.RECOMMENDED: (
        _("Your recommendation is ready"),
        _("Read it, compare the options, and ask us anything. There is no hurry."),
    ),
    Status.ACCEPTED: (
        _("You have chosen an option"),
        _("We will contact you about the next step. You can still change your mind."),
    ),
    Status.DECLINED: (_("You have declined"), _("Nothing more will happen unless you write to us.")),
    Status.CLOSED: (_("This case is closed"), _("You can write to us at any time; that opens it again.")),
}
# accepted, and the office has confirmed the next step
CONFIRMED_LABEL: tuple[Text, Text] = (
    _("The next step is agreed"),
    _("We go through it with you. You can still change your mind: write to us at any time."),
)


class ClosingReason(TextChoices):
    COMPLETED = "completed", _("completed")
    ADVISED_AGAINST = "advised_against", _("we advised against treatment")
    NO_ANSWER = "no_answer", _("no answer from the patient")
    WITHDRAWN = "withdrawn", _("withdrawn by the patient")
    OTHER_HELP = "other_help", _("the patient found help elsewhere")
    DIED = "died", _("the patient died")
    DUPLICATE = "duplicate", _("duplicate of another case")
    SPAM = "spam", _("not a request (spam)")


class ContactStop(TextChoices):
    """Why nothing is sent any more. Kept short and without detail: it stands in the clear."""

    ASKED = "asked", _("they asked for it")
    WORSE = "worse", _("the patient is worse")
    DIED = "died", _("the patient died")


class NotAllowed(Exception):
    """The verb does not fit the case's status, or not this person. The message is for the person who tried."""


PATIENT, STAFF = "patient", "staff"
JOB: Final = "job"
NOTHING = ""  # the source of a verb that begins a case
OPEN = (Status.SUBMITTED, Status.IN_REVIEW, Status.AWAITING_PATIENT, Status.RECOMMENDED)
UNFINISHED = (*OPEN, Status.ACCEPTED, Status.DECLINED)
SENT = (*UNFINISHED, Status.CLOSED)
ANSWERED = (Status.IN_REVIEW, Status.AWAITING_PATIENT, Status.RECOMMENDED, Status.ACCEPTED, Status.DECLINED, Status.CLOSED)
CARING = (COORDINATOR, MANAGER)
# what the family did that somebody should read: all that makes the next step ours, and files; opening a page is not among it
ANSWERS_OF_FAMILY = (
    "record_reply", "send_message", "ask_for_change", "ask_for_requote", "accept", "decline", "correct_answers", "add_attachment",
    "agree_sharing", "refuse_sharing", "withdraw_sharing",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Verb:
    """`to` None: the status stays. `roles`: which staff roles; empty: any who may open the case."""

    name: str
    label: Text
    who: tuple[str, ...]
    source: tuple[str, ...]
    to: str | None = None
    roles: tuple[str, ...] = ()


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(name="save_draft", label=_("Save"), who=(PATIENT,), source=(Status.DRAFT,)),
        Verb(name="open_for", label=_("Open a request for this caller"), who=(STAFF,), source=(NOTHING, Status.DRAFT), to=Status.DRAFT, roles=CARING),
        Verb(name="submit", label=_("Send the request"), who=(PATIENT, STAFF), source=(Status.DRAFT,), to=Status.SUBMITTED, roles=CARING),
        Verb(name="remind", label=_("Remind to confirm the address"), who=(JOB,), source=OPEN),
        Verb(name="lapse", label=_("Close an unconfirmed request"), who=(JOB,), source=(Status.SUBMITTED, Status.IN_REVIEW), to=Status.CLOSED),
        Verb(name="mark_unreachable", label=_("Could not be reached by e-mail"), who=(STAFF, JOB), source=UNFINISHED, roles=CARING),
        Verb(name="reach_otherwise", label=_("Reached another way"), who=(STAFF,), source=UNFINISHED, roles=CARING),
        Verb(name="correct_answers", label=_("Correct answers"), who=(PATIENT,), source=UNFINISHED),
        Verb(name="assign_automatically", label=_("Give to a colleague automatically"), who=(JOB,), source=(Status.SUBMITTED,)),
        Verb(name="hand_over", label=_("Hand over"), who=(STAFF,), source=UNFINISHED, roles=(MANAGER,)),
        Verb(name="nudge", label=_("Remind that we wait"), who=(JOB,), source=(Status.AWAITING_PATIENT, Status.RECOMMENDED)),
        Verb(name="stop_contact", label=_("Stop all contact"), who=(PATIENT, STAFF), source=SENT, roles=(*CARING, CLINICAL_REVIEWER)),
        Verb(name="resume_contact", label=_("Allow contact again"), who=(PATIENT, STAFF), source=SENT, roles=CARING),
        Verb(name="assign", label=_("Take"), who=(STAFF,), source=(Status.SUBMITTED,), to=Status.IN_REVIEW, roles=CARING),
        Verb(name="take_over", label=_("Take over"), who=(STAFF,), source=UNFINISHED, roles=CARING),
        Verb(name="ask_patient", label=_("Ask the patient"), who=(STAFF,), source=(Status.IN_REVIEW,), to=Status.AWAITING_PATIENT, roles=CARING),
        Verb(name="record_reply", label=_("Answer"), who=(PATIENT,), source=(Status.AWAITING_PATIENT,), to=Status.IN_REVIEW),
        Verb(name="resume", label=_("The answer came another way"), who=(STAFF,), source=(Status.AWAITING_PATIENT,), to=Status.IN_REVIEW, roles=CARING),
        Verb(name="send_message", label=_("Send a message"), who=(PATIENT, STAFF), source=UNFINISHED, roles=CARING),
        Verb(name="add_attachment", label=_("Add a file"), who=(PATIENT,), source=UNFINISHED),
        Verb(name="remove_attachment", label=_("Remove a file"), who=(PATIENT,), source=UNFINISHED),
        Verb(name="send_attachment", label=_("Send a file"), who=(STAFF,), source=UNFINISHED, roles=CARING),
        Verb(name="take_back_attachment", label=_("Take a file back"), who=(STAFF,), source=UNFINISHED, roles=CARING),
        Verb(name="add_note", label=_("Add a note"), who=(STAFF,), source=SENT),
        Verb(name="link_case", label=_("Link with another case"), who=(STAFF,), source=SENT, roles=(*CARING, CLINICAL_REVIEWER)),
        Verb(name="unlink_case", label=_("Take a link away"), who=(STAFF,), source=SENT, roles=(*CARING, CLINICAL_REVIEWER)),
        Verb(name="clear_flag", label=_("Clear the flag"), who=(STAFF,), source=UNFINISHED, roles=(CLINICAL_REVIEWER,)),
        Verb(name="resolve_flag", label=_("Mark as dealt with"), who=(STAFF,), source=UNFINISHED, roles=(*CARING, CLINICAL_REVIEWER)),
        Verb(name="draft_recommendation", label=_("Draft a recommendation"), who=(STAFF,), source=(Status.IN_REVIEW,), roles=CARING),
        Verb(name="request_approval", label=_("Send for approval"), who=(STAFF,), source=(Status.IN_REVIEW,), roles=CARING),
        Verb(name="approve", label=_("Approve"), who=(STAFF,), source=(Status.IN_REVIEW,), roles=(CLINICAL_REVIEWER,)),
        Verb(name="return_for_changes", label=_("Return with a comment"), who=(STAFF,), source=(Status.IN_REVIEW,), roles=(CLINICAL_REVIEWER,)),
        Verb(name="send_recommendation", label=_("Send to the patient"), who=(STAFF,), source=(Status.IN_REVIEW,), to=Status.RECOMMENDED, roles=CARING),
        Verb(name="revise", label=_("Revise"), who=(STAFF,), source=(Status.RECOMMENDED, Status.ACCEPTED), to=Status.IN_REVIEW, roles=CARING),
        Verb(name="ask_for_change", label=_("Ask for a change"), who=(PATIENT,), source=(Status.RECOMMENDED,), to=Status.IN_REVIEW),
        Verb(name="ask_for_requote", label=_("Ask for new prices"), who=(PATIENT,), source=(Status.RECOMMENDED,), to=Status.IN_REVIEW),
        Verb(name="accept", label=_("Accept"), who=(PATIENT,), source=(Status.RECOMMENDED,), to=Status.ACCEPTED),
        Verb(name="undo_accept", label=_("Undo"), who=(PATIENT,), source=(Status.ACCEPTED,), to=Status.RECOMMENDED),
        Verb(name="confirm_accept", label=_("Confirm the next step"), who=(STAFF,), source=(Status.ACCEPTED,), roles=CARING),
        Verb(name="propose_sharing", label=_("Propose papers for the clinic"), who=(STAFF,), source=(Status.ACCEPTED,), roles=CARING),
        Verb(name="agree_sharing", label=_("Agree to papers for the clinic"), who=(PATIENT,), source=(Status.ACCEPTED,)),
        Verb(name="refuse_sharing", label=_("Say no to papers for the clinic"), who=(PATIENT,), source=(Status.ACCEPTED,)),
        Verb(name="withdraw_sharing", label=_("Take back the agreement to papers for the clinic"), who=(PATIENT,), source=SENT),
        Verb(name="share_with_clinic", label=_("Take out the papers for the clinic"), who=(STAFF,), source=(Status.ACCEPTED,), roles=CARING),
        Verb(name="record_clinic_answer", label=_("Note the clinic's answer"), who=(STAFF,), source=(Status.ACCEPTED,), roles=CARING),
        Verb(name="decline", label=_("Decline"), who=(PATIENT,), source=(Status.RECOMMENDED,), to=Status.DECLINED),
        Verb(name="announce_expiry", label=_("Say that the prices run out soon"), who=(JOB,), source=(Status.RECOMMENDED,)),
        Verb(name="expire", label=_("Expire"), who=(JOB,), source=(Status.RECOMMENDED,), to=Status.IN_REVIEW),
        Verb(name="withdraw", label=_("Withdraw the request"), who=(PATIENT,), source=UNFINISHED, to=Status.CLOSED),
        Verb(name="close", label=_("Close"), who=(STAFF,), source=UNFINISHED, to=Status.CLOSED, roles=CARING),
        Verb(name="invite", label=_("Invite somebody to the case"), who=(PATIENT,), source=SENT),
        Verb(name="resend_invitation", label=_("Send the invitation again"), who=(PATIENT,), source=SENT),
        Verb(name="accept_invitation", label=_("Accept an invitation"), who=(PATIENT,), source=SENT),
        Verb(name="refuse_invitation", label=_("Refuse an invitation"), who=(PATIENT,), source=SENT),
        Verb(name="lapse_invitation", label=_("Let an invitation lapse"), who=(JOB,), source=SENT),
        Verb(name="change_role", label=_("Change what somebody may do"), who=(PATIENT,), source=SENT),
        Verb(name="revoke_access", label=_("End somebody's access"), who=(PATIENT,), source=SENT),
        Verb(name="leave_circle", label=_("Leave the case"), who=(PATIENT,), source=SENT),
        Verb(name="offer_ownership", label=_("Offer the case to the patient"), who=(PATIENT,), source=SENT),
        Verb(name="accept_ownership", label=_("Take the case as the patient"), who=(PATIENT,), source=SENT),
        Verb(name="refuse_ownership", label=_("Leave the case with its owner"), who=(PATIENT,), source=SENT),
        Verb(name="agree_as_patient", label=_("The patient's own agreement"), who=(PATIENT,), source=SENT),
        Verb(name="refuse_as_patient", label=_("The patient does not agree"), who=(PATIENT,), source=SENT),
        Verb(name="record_authority", label=_("Note who speaks for the patient"), who=(STAFF,), source=SENT, roles=CARING),
        Verb(name="set_passphrase", label=_("Set a passphrase"), who=(PATIENT,), source=SENT),
        Verb(name="remove_passphrase", label=_("Remove the passphrase"), who=(PATIENT,), source=SENT),
        Verb(name="reset_passphrase", label=_("Take a forgotten passphrase away"), who=(STAFF,), source=SENT, roles=CARING),
        Verb(name="change_contact", label=_("Change the e-mail address"), who=(PATIENT,), source=SENT),
        Verb(name="report_not_me", label=_("“This was not me”"), who=(PATIENT,), source=SENT),
        Verb(name="settle_report", label=_("Looked into “this was not me”"), who=(STAFF,), source=SENT, roles=CARING),
        Verb(name="reopen", label=_("Open again"), who=(PATIENT, STAFF), source=(Status.CLOSED,), to=Status.IN_REVIEW, roles=CARING),
        Verb(name="withdraw_consent", label=_("Take an agreement back"), who=(PATIENT,), source=SENT),
        Verb(name="give_consent", label=_("Agree again"), who=(PATIENT,), source=SENT),
        Verb(name="complain", label=_("Make a complaint"), who=(PATIENT,), source=SENT),
        Verb(name="ask_how_things_are", label=_("Ask how things are"), who=(JOB,), source=ANSWERED),
        Verb(name="answer_follow_up", label=_("Say how things are"), who=(PATIENT,), source=ANSWERED),
        Verb(name="handle_follow_up", label=_("I have spoken with them"), who=(STAFF,), source=ANSWERED, roles=CARING),
    )
}  # fmt: skip


def next_status(verb: str, status: str, *, who: str) -> str:
    """The status after the verb. Raises NotAllowed when the table has no such step."""
    step = VERBS[verb]
    if who not in step.who or status not in step.source:
        raise NotAllowed(_("This is not possible now: the case is “%(status)s”.") % {"status": Status(status).label})
    return step.to or status


def possible(status: str, *, who: str) -> list[Verb]:
    """The verbs that fit a status, in the order of the table."""
    return [verb for verb in VERBS.values() if who in verb.who and status in verb.source]
