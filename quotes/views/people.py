"""The family circle on the case page: who shares the case, inviting, letting go, handing the case over to the patient."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from quotes import access, actions, circle
from quotes.access_forms import OWN, EndAccessForm, InviteForm, RoleForm
from quotes.actions.agreement import agreements
from quotes.case_forms import PageForm
from quotes.models import Participant, QuoteRequest
from quotes.models.people import INVITATION_LIFE
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain
from quotes.views.case_tabs import TABS
from quotes.workflow import NotAllowed

Role = Participant.Role
MAY_DO = {
    Role.OWNER: gettext_lazy("Owns the case: reads, writes, decides, and lets others in"),
    Role.WRITER: gettext_lazy("Reads everything, and writes to the office"),
    Role.READER: gettext_lazy("Reads everything, and writes nothing"),
}
AUTHORITY: dict[str, str | Promise] = {
    Participant.Authority.PATIENT: gettext_lazy("Is the patient"),
    Participant.Authority.AGREEMENT: gettext_lazy("Has the patient's agreement"),
    Participant.Authority.LEGAL: gettext_lazy("Is the patient's legal representative"),
}


def shared_by(case: QuoteRequest) -> list[Participant]:
    """Who is in the circle or invited: the owner first, then as they came."""
    return sorted(case.participants.active(), key=lambda person: (person.role != Role.OWNER, person.created_at))


def row_of(person: Participant, *, reader: Participant) -> dict[str, object]:
    return {
        "person": person,
        "is_you": person.pk == reader.pk,
        "may_do": MAY_DO[Role(person.role)],
        "authority": AUTHORITY.get(person.authority) or ("" if not person.is_patient else AUTHORITY["patient"]),
        "until": person.invited_at + INVITATION_LIFE if person.is_pending and person.invited_at else None,
        "may_change": reader.role == Role.OWNER and person.role != Role.OWNER,
    }


@require_safe
@in_case
def people(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    shared = shared_by(case)
    owner = next(person for person in shared if person.role == Role.OWNER)
    agreed = agreements(case).filter(withdrawn_at__isnull=True).select_related("text").order_by("-given_at").first()
    return case_page(
        request,
        participant,
        "people",
        section="people",
        rows=[row_of(person, reader=participant) for person in shared],
        may_invite=circle.may(participant, "invite") and len(shared) < circle.MOST_PEOPLE,
        may_leave=circle.may(participant, "leave_circle"),
        is_offered=participant.ownership_offered_at is not None,
        you_are_patient=participant.is_patient,
        owner_is_patient=owner.is_patient,
        agreed=agreed,
        may_agree=participant.is_patient or participant.may_write,
    )


@page_methods
@in_case
def invite(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    has_patient = any(person.is_patient for person in case.participants.active())
    data = request.POST if request.method == "POST" else None
    form = InviteForm(data, may_be_patient=not has_patient, may_own=not has_patient)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        is_to_own = given["role"] == OWN

        def verb() -> object:
            return actions.invite(
                case=case,
                by=participant,
                name=given["name"],
                email=given["email"],
                role=Role.WRITER if is_to_own else given["role"],
                is_patient=given.get("is_patient", False),
                is_to_own=is_to_own,
            )

        if do_or_explain(form, verb, case):
            notices.success(request, _("The invitation is on its way. It works for 14 days."))
            return redirect("quotes:case_people")
        status = 409
    return case_page(request, participant, "invite", section="people", status=status, form=form)


def change_role(*, case: QuoteRequest, by: Participant, person: Participant, data: dict[str, str]) -> None:
    actions.change_role(case=case, by=by, person=person, role=data.get("role", ""))


# what a button of a person's page does, and what is said when it worked
DEEDS: dict[str, tuple[Callable[..., object], str | Promise]] = {
    "role": (change_role, gettext_lazy("Saved. It counts from now on.")),
    "resend": (
        lambda *, case, by, person, data: actions.resend_invitation(case=case, by=by, person=person),
        gettext_lazy("We have sent the invitation again."),
    ),
}


@page_methods
@in_case
def person(request: HttpRequest, participant: Participant, *, person: UUID) -> HttpResponse:
    """One person of the circle, for the owner: what they may do, the invitation again, and the ways to what is for good."""
    case = participant.case
    found = guest_or_404(case, person)
    status = 200
    form = RoleForm(initial={"role": found.role})
    if request.method == "POST":
        verb, said = DEEDS.get(request.POST.get("do", ""), (None, ""))
        if verb is None:
            raise Http404
        try:
            verb(case=case, by=participant, person=found, data=request.POST)
        except NotAllowed as refusal:
            form = RoleForm(request.POST, initial={"role": found.role})
            form.is_valid()
            form.errors.clear()
            form.add_error(None, str(refusal))
            status = 409
        else:
            notices.success(request, str(said))
            return redirect("quotes:case_people")
    return case_page(
        request,
        participant,
        "person",
        section="people",
        status=status,
        form=form,
        row=row_of(found, reader=participant),
        person=found,
        may_offer=may_be_offered(case, found),
    )


def guest_or_404(case: QuoteRequest, pk: UUID) -> Participant:
    """Somebody of this case's circle who is in it now and does not own it."""
    found = case.participants.active().filter(pk=pk).exclude(role=Role.OWNER).first()
    if found is None:
        raise Http404
    return found


def may_be_offered(case: QuoteRequest, person: Participant) -> bool:
    has_patient = any(one.is_patient for one in case.participants.active() if one.pk != person.pk)
    return not person.is_pending and not has_patient and person.ownership_offered_at is None


@page_methods
@in_case
def end_access(request: HttpRequest, participant: Participant, *, person: UUID) -> HttpResponse:
    """To be sure, before somebody is let out; for the patient a box has to be ticked, too."""
    case = participant.case
    if request.method == "POST" and case.participants.filter(pk=person, revoked_at__isnull=False).exists():
        return redirect("quotes:case_people")  # the button, pressed twice
    found = guest_or_404(case, person)
    form = EndAccessForm(request.POST if request.method == "POST" else None, is_patient=found.is_patient)
    status = 200
    if request.method == "POST" and form.is_valid():
        if do_or_explain(form, lambda: actions.revoke_access(case=case, by=participant, person=found), case):
            notices.success(request, _("This person cannot open the case any more. What they wrote stays."))
            return redirect("quotes:case_people")
        status = 409
    return case_page(request, participant, "end_access", section="people", status=status, form=form, person=found)


@page_methods
@in_case
def offer(request: HttpRequest, participant: Participant, *, person: UUID) -> HttpResponse:
    """To be sure, before the case is offered to the patient: who says yes owns it, and only they could give it back."""
    case = participant.case
    found = guest_or_404(case, person)
    if found.ownership_offered_at is not None:  # the button, pressed twice
        return redirect("quotes:case_people")
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if do_or_explain(form, lambda: actions.offer_ownership(case=case, by=participant, person=found), case):
            notices.success(request, _("We have asked the patient. The case is theirs when they say yes."))
            return redirect("quotes:case_people")
    return case_page(
        request,
        participant,
        "offer",
        section="people",
        status=409 if form.errors else 200,
        form=form,
        person=found,
        possible=may_be_offered(case, found),
    )


@page_methods
@in_case
def leave(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if do_or_explain(form, lambda: actions.leave_circle(case=participant.case, by=participant), participant.case):
            access.close_case_session(request)
            return redirect("quotes:not_me_done", what="left")
    return case_page(request, participant, "leave", section="people", form=form, status=409 if form.errors else 200)


ANSWERS: dict[tuple[str, bool], Callable[..., None]] = {
    # the answer, and whether they are only invited so far
    ("yes", True): actions.accept_invitation,
    ("no", True): actions.refuse_invitation,
    ("yes", False): actions.accept_ownership,
    ("no", False): actions.refuse_ownership,
}


@page_methods
@in_case
def invitation(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Yes or no: to sharing the case, or to owning it as the patient. Nothing of the case is shown before a yes."""
    was_pending = participant.is_pending
    if not was_pending and participant.ownership_offered_at is None:
        return redirect("quotes:case_people")
    form = PageForm(request.POST if request.method == "POST" else None)
    answer = ANSWERS.get((request.POST.get("answer", ""), was_pending))
    if request.method == "POST" and answer is not None:
        form.is_valid()
        if do_or_explain(form, lambda: answer(case=participant.case, by=participant), participant.case):
            if participant.revoked_at is not None:
                access.close_case_session(request)
                return redirect("quotes:not_me_done", what="refused")
            return redirect("quotes:case")
    return case_page(
        request,
        participant,
        "invitation",
        section="people",
        form=form,
        status=409 if form.errors else 200,
        tabs=() if was_pending else TABS,
        was_pending=was_pending,
        inviter=participant.invited_by.name if participant.invited_by else "",
        may_do=MAY_DO[Role(participant.role)],
        is_to_own=participant.ownership_offered_at is not None,
    )
