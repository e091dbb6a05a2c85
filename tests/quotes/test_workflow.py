"""Every verb, from every status, for every role: allowed or refused, as the table says, by the real actions."""

from itertools import product

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from portal.models import User
from quotes import actions, marks, workflow
from quotes.management.commands.workflow_table import table
from quotes.models import CallRequest, CaseLink, Event, Flag, FollowUp, Option, QuoteRequest, Sharing
from quotes.workflow import STAFF, VERBS, NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
ROLES = ("coordinator", "clinical_reviewer", "manager", "editor")
STAFF_VERBS = [verb for verb in VERBS.values() if STAFF in verb.who]


def flag(case: QuoteRequest, level: str) -> Flag:
    return factories.flag(case, level=level, rule_id=f"sample-{level}")


def recommendation_of(case: QuoteRequest):
    return case.recommendations.order_by("-number").first()


def call_of(case: QuoteRequest) -> CallRequest:
    """A call whose caller began this request."""
    return factories.call(case=case)


def submit_for_caller(case: QuoteRequest, by: User) -> None:
    """By the person who opened it for a caller. What was sent already is not sent again, and says nothing."""
    if not case.is_draft:
        raise NotAllowed("Sending twice makes one case: shown in test_intake_whole.py.")
    QuoteRequest.objects.filter(pk=case.pk).update(opened_at=timezone.now(), opened_by=by)
    actions.submit(case=case, by=by, agreed=["health", "authority", "understood"])


def reach(case: QuoteRequest, by: User) -> None:
    case.participants.update(unreachable_at=timezone.now())
    marks.keep(QuoteRequest.objects.filter(pk=case.pk))
    actions.reach_otherwise(case=case, by=by)


def resume_contact(case: QuoteRequest, by: User) -> None:
    QuoteRequest.objects.filter(pk=case.pk).update(contact_stopped_at=timezone.now(), contact_stop_reason="asked")
    actions.resume_contact(case=case, by=by)


def colleague() -> User:
    return User.objects.filter(email="colleague@example.org").first() or factories.user(
        role="coordinator", email="colleague@example.org"
    )


def settle(case: QuoteRequest, by: User) -> None:
    case.participants.update(reported_at=timezone.now())
    actions.settle_report(case=case, by=by)


def reset_passphrase(case: QuoteRequest, by: User) -> None:
    case.participants.update(passphrase="kept")
    actions.reset_passphrase(case=case, by=by, person=case.participants.get(), reason="!")


def send_file(case: QuoteRequest, by: User) -> None:
    message = case.messages.create(from_user=by, body="!")
    actions.send_attachment(case=case, by=by, message=message, staged=factories.staged(factories.image()))


def take_back(case: QuoteRequest, by: User) -> None:
    sent = factories.attachment(case, added_by_user=by)
    actions.take_back_attachment(case=case, by=by, attachment=sent)


def speak_about_follow_up(case: QuoteRequest, by: User) -> None:
    FollowUp.objects.create(case=case, months=3, due_at=timezone.now(), needs_person=True)
    actions.handle_follow_up(case=case, by=by)


def confirmed(case: QuoteRequest, by: User) -> Option:
    """The family chose an option of a clinic, and somebody has spoken with them."""
    options = Option.objects.filter(recommendation__case=case).order_by("position")
    options.update(clinic=factories.clinic())
    has_accepted = {"accepted_at": timezone.now(), "accepted_option": options[0]}
    QuoteRequest.objects.filter(pk=case.pk).update(confirmed_at=timezone.now(), confirmed_by=by, **has_accepted)
    return options[0]


def propose(case: QuoteRequest, by: User) -> None:
    confirmed(case, by)
    actions.propose_sharing(case=case, by=by, summary="Age: 60 to 64", language="en")


def agreed(case: QuoteRequest, by: User, **fields: object) -> Sharing:
    given = {"option": confirmed(case, by), "agreed_at": timezone.now(), "agreed_by": case.participants.get()}
    return factories.sharing(case, **{"state": "agreed", "consent_version": 1} | given | fields)


def answer(case: QuoteRequest, by: User) -> None:
    sent = agreed(case, by, state="sent", sent_at=timezone.now(), sent_by=by)
    actions.record_clinic_answer(
        case=case, by=by, sharing=sent, outcome="accepts", answered_on=timezone.localdate(), text="Yes."
    )


def link(case: QuoteRequest, by: User) -> CaseLink:
    """With a case that nobody has, so that everybody who cares for cases may open it."""
    return actions.link_case(case=case, by=by, other=factories.sent_case(email="twin@example.org"), why="!")


def unlink(case: QuoteRequest, by: User) -> None:
    other = factories.sent_case(email="twin@example.org")
    first, second = sorted((case, other), key=lambda one: one.pk)
    made = CaseLink.objects.create(first=first, second=second, why="!", recorded_by=by)
    actions.unlink_case(case=case, by=by, link=made.pk)


CALLS = {
    "link_case": link,
    "unlink_case": unlink,
    "send_attachment": send_file,
    "take_back_attachment": take_back,
    "propose_sharing": propose,
    "share_with_clinic": lambda case, by: actions.share_with_clinic(case=case, by=by, sharing=agreed(case, by)),
    "record_clinic_answer": answer,
    "settle_report": settle,
    "reset_passphrase": reset_passphrase,
    "record_authority": lambda case, by: actions.record_authority(
        case=case, by=by, person=case.participants.get(), authority="legal", proof_seen=True
    ),
    "handle_follow_up": speak_about_follow_up,
    "open_for": lambda case, by: actions.open_for(call=call_of(case), by=by),
    "submit": submit_for_caller,
    "mark_unreachable": lambda case, by: actions.note_bounce(case=case, by=by, person=case.participants.get()),
    "reach_otherwise": reach,
    "hand_over": lambda case, by: actions.hand_over(case=case, by=by, to=colleague()),
    "stop_contact": lambda case, by: actions.stop_contact(case=case, by=by, reason="asked"),
    "resume_contact": resume_contact,
    "assign": lambda case, by: actions.assign(case=case, by=by),
    "take_over": lambda case, by: actions.take_over(case=case, by=by),
    "ask_patient": lambda case, by: actions.ask_patient(case=case, by=by, body="?"),
    "resume": lambda case, by: actions.resume(case=case, by=by),
    "send_message": lambda case, by: actions.send_message(case=case, by=by, body="!"),
    "add_note": lambda case, by: actions.add_note(case=case, by=by, body="!"),
    "clear_flag": lambda case, by: actions.clear_flag(case=case, by=by, flag=flag(case, "R"), text="!"),
    "resolve_flag": lambda case, by: actions.resolve_flag(case=case, by=by, flag=flag(case, "A"), text="!"),
    "draft_recommendation": lambda case, by: actions.draft_recommendation(case=case, by=by),
    "request_approval": lambda case, by: actions.request_approval(case=case, by=by, recommendation=recommendation_of(case)),
    "approve": lambda case, by: factories.approve(recommendation_of(case), by=by),
    "return_for_changes": lambda case, by: actions.return_for_changes(
        case=case, by=by, recommendation=recommendation_of(case), comment="!"
    ),
    "send_recommendation": lambda case, by: actions.send_recommendation(
        case=case, by=by, recommendation=recommendation_of(case)
    ),
    "revise": lambda case, by: actions.revise(case=case, by=by, reason="!"),
    "confirm_accept": lambda case, by: actions.confirm_accept(case=case, by=by),
    "close": lambda case, by: actions.close(case=case, by=by, reason="completed"),
    "reopen": lambda case, by: actions.reopen(case=case, by=by),
}


@pytest.fixture
def prepared(other_coordinator, clinical_reviewer) -> QuoteRequest:
    """A case with nobody's name on it and an approved recommendation: no verb lacks anything but the right status and person."""
    case = factories.sent_case()
    draft = factories.ready_recommendation(case, coordinator=other_coordinator)
    actions.request_approval(case=case, by=other_coordinator, recommendation=draft)
    QuoteRequest.objects.filter(pk=case.pk).update(coordinator=None)
    return case


def put(case: QuoteRequest, status: str, verb: str, *, reviewer: User) -> QuoteRequest:
    """The case in this status, with what the verb needs beside it."""
    draft = recommendation_of(case)
    if verb in ("send_recommendation", "revise"):
        factories.approve(draft, by=reviewer)
    if verb == "revise":
        draft.refresh_from_db()
        draft.sent_at, draft.sent_by = timezone.now(), reviewer
        draft.save()
    closed = {"closed_at": timezone.now(), "closing_reason": "completed"} if status == Status.CLOSED else {}
    accepted = {"accepted_at": timezone.now(), "accepted_option": draft.options.earliest("position")}
    QuoteRequest.objects.filter(pk=case.pk).update(status=status, **closed, **(accepted if status == Status.ACCEPTED else {}))
    return QuoteRequest.objects.get(pk=case.pk)


def test_every_verb_of_staff_is_tried_here():
    assert set(CALLS) == {verb.name for verb in STAFF_VERBS}


@pytest.mark.parametrize("role", ROLES)
def test_a_verb_does_what_the_table_says_and_nothing_else(prepared, role, request, clinical_reviewer):
    person: User = request.getfixturevalue(role)
    sees_cases = role != "editor"
    for verb, status in product(STAFF_VERBS, Status):
        with transaction.atomic():
            case = put(prepared, status, verb.name, reviewer=clinical_reviewer)
            right_role = not verb.roles or any(person.in_role(name) for name in verb.roles)
            nobody_has_it = verb.name == "take_over" and status == Status.SUBMITTED  # a new case is taken, not taken over
            allowed = sees_cases and right_role and status in verb.source and not nobody_has_it
            before = Event.objects.filter(case=case, kind=verb.name).count()
            try:
                CALLS[verb.name](case, person)
            except NotAllowed as refused:
                assert not allowed, f"{verb.name} as {role} from {status}: {refused}"
                assert str(refused)
                assert QuoteRequest.objects.get(pk=case.pk).status == status
            else:
                assert allowed, f"{verb.name} as {role} from {status} was not refused"
                assert QuoteRequest.objects.get(pk=case.pk).status == (verb.to or status)
                if verb.name != "draft_recommendation":  # the draft was there already: it is opened, not made again
                    assert Event.objects.filter(case=case, kind=verb.name).count() == before + 1
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", [verb for verb in VERBS.values() if workflow.PATIENT in verb.who], ids=lambda verb: verb.name)
def test_the_table_knows_no_other_step_for_the_patient(verb):
    for status in Status:
        if status in verb.source:
            assert workflow.next_status(verb.name, status, who=workflow.PATIENT) == (verb.to or status)
        else:
            with pytest.raises(NotAllowed):
                workflow.next_status(verb.name, status, who=workflow.PATIENT)


def test_a_colleagues_case_refuses_every_verb_but_taking_over(case, coordinator, other_coordinator):
    actions.assign(case=case, by=other_coordinator)
    for verb in ("ask_patient", "send_message", "add_note", "close", "draft_recommendation"):
        with pytest.raises(NotAllowed, match="A colleague has this case"):
            CALLS[verb](case, coordinator)
    assert actions.take_over(case=case, by=coordinator).coordinator == coordinator


def test_the_document_is_what_the_table_says():
    call_command("workflow_table", check=True)
    assert (
        "| `send_recommendation` | Send to the patient | staff | coordinator, manager | `in_review` | `recommended` |"
        in table()
    )
