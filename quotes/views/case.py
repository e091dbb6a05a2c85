"""The case page: where the patient's side sees what is happening and what to do, and ends it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from quotes import actions, circle, follow_ups, next_steps
from quotes.actions.deciding import runs_out_soon
from quotes.case_forms import PageForm
from quotes.models import Event, Participant, QuoteRequest, Recommendation, Sharing
from quotes.timeline import event_text_for_patient
from quotes.views.access import in_case, page_methods
from quotes.views.case_needs import needs
from quotes.views.case_tabs import TABS
from quotes.workflow import CONFIRMED_LABEL, PATIENT, PATIENT_LABELS, NotAllowed, Status, possible


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The one thing to do now: what, why, and a link when there is something to open."""

    title: str
    text: str
    url: str
    action: str
    kind: str = "primary"  # of the button; "secondary" where nothing waits for this person


def may(participant: Participant, verb: str) -> bool:
    """Whether the page offers this verb. The verb itself checks again."""
    return circle.may(participant, verb) and any(step.name == verb for step in possible(participant.case.status, who=PATIENT))


def case_page(
    request: HttpRequest, participant: Participant, template: str, *, section: str, status: int = 200, **context: object
) -> HttpResponse:
    # a form names its own address: with none, a fragment in the browser's address would take the focus from the error summary
    page = {
        "case": participant.case,
        "participant": participant,
        "section": section,
        "action": request.path,
        "tabs": TABS,
        **context,
    }
    return render(request, f"quotes/case/{template}.html", page, status=status)


def do_or_explain(form: PageForm, verb: Callable[[], object], case: QuoteRequest) -> bool:
    """Run a verb; when it does not fit, say so at the top of the form and keep what was typed."""
    try:
        verb()
    except NotAllowed as refusal:
        case.refresh_from_db()  # the verb had already set what it could not keep
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
@in_case
def overview(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    unread = case.messages.filter(from_user__isnull=False, read_at__isnull=True).count()
    latest = case.recommendations.sent().order_by("-number").first()
    is_confirmed = case.status == Status.ACCEPTED and case.confirmed_at is not None
    heading, sentence = CONFIRMED_LABEL if is_confirmed else PATIENT_LABELS[case.status]
    return case_page(
        request,
        participant,
        "overview",
        section="overview",
        heading=heading,
        sentence=sentence,
        step=next_step(participant, unread=unread, latest=latest),
        is_late=case.due_at is not None and case.due_at < timezone.now(),
        timeline=timeline(case, reader=participant),
        needs=needs(
            participant,
            may_correct=may(participant, "correct_answers"),
            may_add=may(participant, "add_attachment"),
        ),
        is_waiting_for_us=case.status in (Status.SUBMITTED, Status.IN_REVIEW),
        accepted=case.accepted_option if case.status == Status.ACCEPTED else None,
        may_undo=may(participant, "undo_accept") and case.confirmed_at is None,
        may_withdraw=may(participant, "withdraw"),
        latest=latest,
        after=next_steps.next_steps(case),
        is_set_aside=next_steps.choice_is_set_aside(case, latest=latest),
        # without a recommendation nobody is asked how things are
        asked_how=latest is not None and participant.may_write and follow_ups.open_one(case) is not None,
    )


def next_step(participant: Participant, *, unread: int, latest: Recommendation | None) -> NextStep:
    case = participant.case
    to_messages, to_recommendation = reverse("quotes:case_messages"), reverse("quotes:case_recommendation")
    if participant.complaints.unread().exists():
        return NextStep(
            title=_("A manager has answered you"),
            text=_("It is the answer to what you wrote to a manager. It stands below your own words."),
            url=reverse("quotes:case_complaint"),
            action=_("Read the answer"),
        )
    if may(participant, "agree_sharing") and case.sharings.filter(state=Sharing.State.PROPOSED).exists():
        return NextStep(
            title=_("Decide what the clinic may get"),
            text=_("Read the summary first. The clinic has seen nothing, and gets nothing without your yes."),
            url=reverse("quotes:case_sharing"),
            action=_("Read the summary and decide"),
        )
    if not participant.may_write and case.status != Status.RECOMMENDED:
        return NextStep(
            title=_("You need not do anything now"),
            text=_("You may read this case. The person who owns it writes to us and decides."),
            url=to_messages,
            action=_("Read the messages"),
            kind="secondary",
        )
    if case.status == Status.AWAITING_PATIENT:
        return NextStep(
            title=_("Answer our question"),
            text=_("We need it to go on. A few words are enough, and “I don't know” is an answer too."),
            url=to_messages,
            action=_("Read the question and answer"),
        )
    if unread:
        return NextStep(
            title=ngettext("You have a new message", "You have %(count)s new messages", unread) % {"count": unread},
            text=_("We wrote to you. Read it when you have a quiet moment."),
            url=to_messages,
            action=_("Read and answer"),
        )
    if case.status == Status.RECOMMENDED and latest:
        if runs_out_soon(latest) and latest.first_read_at is not None and participant.may_write:
            return NextStep(
                title=_("The prices in your recommendation end soon"),
                text=_("If you would like more time, we ask the clinics for new ones. It costs nothing, and you lose nothing."),
                url=to_recommendation,
                action=_("Open the recommendation"),
            )
        new = latest.first_read_at is None
        return NextStep(
            title=_("Read your recommendation") if new else _("Think about your recommendation"),
            text=_("Take your time. Read it with somebody you trust, and show it to your own doctor."),
            url=to_recommendation,
            action=_("Open the recommendation"),
        )
    if case.status in (Status.DECLINED, Status.CLOSED):
        return NextStep(
            title=_("There is nothing to do"),
            text=_("If you want to ask something or begin again, write to us."),
            url=to_messages,
            action=_("Write to us"),
            kind="secondary",
        )
    return NextStep(
        title=_("You need not do anything now"),
        text=_("It is our turn. We write to you by e-mail as soon as there is news."),
        url=to_messages,
        action=_("Add something you forgot"),
        kind="secondary",
    )


def timeline(case: QuoteRequest, *, reader: Participant) -> list[dict[str, object]]:
    """What happened, newest first, without what is the office's own business."""
    events = Event.objects.filter(case=case).select_related("by_user", "by_participant").order_by("-at")
    rows: list[dict[str, object]] = []
    for event in events:
        event.case = case  # it is loaded already
        if text := event_text_for_patient(event, reader=reader):
            rows.append({"at": event.at, "text": text})
    return rows


@page_methods
@in_case
def withdraw(request: HttpRequest, participant: Participant) -> HttpResponse:
    """One page to be sure; no reason asked."""
    case = participant.case
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if case.status == Status.CLOSED:  # the button, pressed twice
            return redirect("quotes:case")
        if do_or_explain(form, lambda: actions.withdraw(case=case, by=participant), case):
            notices.success(request, _("You have withdrawn the request. Nothing more will happen."))
            return redirect("quotes:case")
    return case_page(
        request,
        participant,
        "withdraw",
        section="overview",
        form=form,
        possible=may(participant, "withdraw"),
        status=409 if form.errors else 200,
    )


@page_methods
@in_case
def stop_contact(request: HttpRequest, participant: Participant) -> HttpResponse:
    """No mail and no call any more, without ending the case; and the way back."""
    case = participant.case
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        verb = actions.resume_contact if request.POST.get("again") == "yes" else actions.stop_contact
        if do_or_explain(form, lambda: verb(case=case, by=participant), case):
            case.refresh_from_db()
            if case.contact_stopped_at is None:
                notices.success(request, _("We write to you again when there is news."))
            else:
                notices.success(request, _("We do not write or call any more. This page stays open for you."))
            return redirect("quotes:case")
    return case_page(
        request,
        participant,
        "stop_contact",
        section="overview",
        form=form,
        stopped=case.contact_stopped_at,
        is_reader=not participant.may_write,
        status=409 if form.errors else 200,
    )


@require_POST
@in_case
def undo(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Take back an acceptance, until the office has confirmed the next step."""
    case = participant.case
    try:
        actions.undo_accept(case=case, by=participant)
    except NotAllowed as refusal:
        notices.error(request, str(refusal))
        return redirect("quotes:case")
    notices.success(request, _("You have taken your decision back. The recommendation is open again."))
    return redirect("quotes:case_recommendation")
