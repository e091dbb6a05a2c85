"""What the buttons of the case screen and the builder do: each calls a verb of quotes/actions, which may refuse."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.admin_site import member
from portal.ids import uuid_or_404, uuid_or_none
from portal.models import User
from quotes import actions, news, search
from quotes.attachments import NOT_KEPT, said_of
from quotes.models import Option, Participant, Price, QuoteRequest, Recommendation
from quotes.proposal import treatments_for
from quotes.questions import Text
from quotes.workflow import NotAllowed


def clear(verb: Callable[..., Any]) -> Callable[..., None]:
    def run(*, case: QuoteRequest, by: User, data: Any) -> None:
        flag = case.flags.filter(pk=uuid_or_404(data.get("flag", ""))).first()
        if flag is None:
            raise NotAllowed(_("This flag is not open any more. Load the page again."))
        verb(case=case, by=by, flag=flag, text=data.get("text", ""))

    return run


def of_person(verb: Callable[..., Any], **names: str) -> Callable[..., None]:
    """A verb about one person of the case; `names`: its arguments, and the fields that they come from."""

    def run(*, case: QuoteRequest, by: User, data: Any) -> None:
        person = next((one for one in case.participants.all() if str(one.pk) == data.get("person")), None)
        if person is None:
            raise NotAllowed(_("This person does not share the case any more."))
        verb(case=case, by=by, person=person, **{name: data.get(field, "") for name, field in names.items()})

    return run


def of_file(verb: Callable[..., Any]) -> Callable[..., None]:
    def run(*, case: QuoteRequest, by: User, data: Any) -> None:
        attachment = case.attachments.filter(pk=uuid_or_404(data.get("file", ""))).first()
        if attachment is None:
            raise NotAllowed(_("There is no such file."))
        verb(case=case, by=by, attachment=attachment)

    return run


def send_files(*, case: QuoteRequest, by: User, data: Any) -> None:
    """All the files or none: words that speak of three papers must not arrive with two."""
    files = data.getlist("files")
    if "whole" not in data:
        raise NotAllowed(NOT_KEPT)
    if not files:
        raise NotAllowed(_("Choose the file that you want to send."))
    if problems := [said_of(staged.name, staged.problem) for staged in files if staged.problem]:
        raise NotAllowed(" ".join(problems))
    if not data.get("text", "").strip():
        raise NotAllowed(_("Say what it is and what to do with it. The family reads this beside the file."))
    actions.send_files(case=case, by=by, body=data["text"], files=files)


def record_authority(*, case: QuoteRequest, by: User, person: Participant, authority: str, proof: str) -> None:
    actions.record_authority(case=case, by=by, person=person, authority=authority, proof_seen=proof == "yes")


def link_case(*, case: QuoteRequest, by: User, data: Any) -> None:
    typed = data.get("reference", "").strip()
    if not typed:
        raise NotAllowed(_("Type the reference of the other case."))
    other = QuoteRequest.objects.visible_to(by).filter(reference=search.reference_in(typed)).first()
    if other is None:
        raise NotAllowed(_("No case that you may open has this reference."))
    actions.link_case(case=case, by=by, other=other, why=data.get("text", ""))


# How each button of the screen calls its verb, and what is said when it worked.
RUN: dict[str, tuple[Callable[..., Any], Any]] = {
    "assign": (lambda *, case, by, data: actions.assign(case=case, by=by), _("The case is yours now.")),
    "take_over": (lambda *, case, by, data: actions.take_over(case=case, by=by), _("You look after this case now.")),
    "send_message": (
        lambda *, case, by, data: actions.send_message(case=case, by=by, body=data.get("text", "")),
        _("Your message is on the case page."),
    ),
    "send_attachment": (send_files, _("It is on the case page.")),
    "take_back_attachment": (
        of_file(actions.take_back_attachment),
        _("The file is taken back. The message that it came with is still there."),
    ),
    "ask_patient": (
        lambda *, case, by, data: actions.ask_patient(case=case, by=by, body=data.get("text", "")),
        _("Your question is on the case page. The case now waits for the patient."),
    ),
    "resume": (lambda *, case, by, data: actions.resume(case=case, by=by), _("The case is in review again.")),
    "add_note": (
        lambda *, case, by, data: actions.add_note(case=case, by=by, body=data.get("text", "")),
        _("The note is kept. Only staff see it."),
    ),
    "clear_flag": (clear(actions.clear_flag), _("The flag is cleared.")),
    "resolve_flag": (clear(actions.resolve_flag), _("The flag is marked as dealt with.")),
    "draft_recommendation": (lambda *, case, by, data: actions.draft_recommendation(case=case, by=by), None),
    "revise": (lambda *, case, by, data: actions.revise(case=case, by=by, reason=data.get("text", "")), None),
    "confirm_accept": (
        lambda *, case, by, data: actions.confirm_accept(case=case, by=by),
        _("The next step is confirmed."),
    ),
    "reach_otherwise": (
        lambda *, case, by, data: actions.reach_otherwise(case=case, by=by),
        _("Done. The case is not marked as “could not be reached” any more."),
    ),
    "mark_unreachable": (
        of_person(actions.note_bounce),
        _("It is noted. The case stands on the desk among those to call."),
    ),
    "settle_report": (
        lambda *, case, by, data: actions.settle_report(case=case, by=by),
        _("Done. The case is not marked with “this was not me” any more."),
    ),
    "reset_passphrase": (
        of_person(actions.reset_passphrase, reason="text"),
        _("The passphrase is taken away. This person gets an e-mail about it."),
    ),
    "link_case": (link_case, _("The two cases are linked. Each shows the other's status.")),
    "unlink_case": (
        lambda *, case, by, data: actions.unlink_case(case=case, by=by, link=uuid_or_none(data.get("link"))),
        _("The link is taken away, on both cases."),
    ),
    "tick_step": (
        lambda *, case, by, data: actions.tick_step(
            case=case, by=by, key=data.get("tick") or data.get("untick", ""), is_done="tick" in data
        ),
        _("The checklist is kept."),
    ),
    "record_authority": (of_person(record_authority, authority="authority", proof="proof"), _("It is noted.")),
    "close": (
        lambda *, case, by, data: actions.close(case=case, by=by, reason=data.get("reason", "")),
        _("The case is closed."),
    ),
    "stop_contact": (
        lambda *, case, by, data: actions.stop_contact(case=case, by=by, reason=data.get("reason", "")),
        _("Nothing is sent to this family any more."),
    ),
    "resume_contact": (
        lambda *, case, by, data: actions.resume_contact(case=case, by=by),
        _("The family is written to again."),
    ),
    "handle_follow_up": (
        lambda *, case, by, data: actions.handle_follow_up(case=case, by=by),
        _("Done. It is not on the desk any more."),
    ),
    "reopen": (lambda *, case, by, data: actions.reopen(case=case, by=by), _("The case is open again.")),
}
BACK_TO = {
    "mark_unreachable": "#people",
    "reset_passphrase": "#people",
    "record_authority": "#people",
    "link_case": "#together",
    "tick_step": "#checklist",
    "unlink_case": "#together",
    "send_message": "#conversation",
    "ask_patient": "#conversation",
    "send_attachment": "#documents",
    "take_back_attachment": "#documents",
    "add_note": "#notes",
    "clear_flag": "#flags",
    "resolve_flag": "#flags",
    "handle_follow_up": "#follow-ups",
}


# ── The builder: each calls its verb and returns what is said when it worked ─────────────────────────────────────────────


def request_approval(request: HttpRequest, recommendation: Recommendation, option: None) -> Text:
    actions.request_approval(case=recommendation.case, by=member(request), recommendation=recommendation)
    return _("A clinical reviewer finds it on the desk now.")


def approve(request: HttpRequest, recommendation: Recommendation, option: None) -> Text:
    actions.approve(
        case=recommendation.case,
        by=member(request),
        recommendation=recommendation,
        reason=request.POST.get("reason", ""),
        digest=request.POST.get("digest", ""),
        unreviewed=request.POST.getlist("unreviewed"),
    )
    return _("Approved. The coordinator can send it now.")


def return_for_changes(request: HttpRequest, recommendation: Recommendation, option: None) -> Text:
    comment = request.POST.get("comment", "")
    actions.return_for_changes(case=recommendation.case, by=member(request), recommendation=recommendation, comment=comment)
    return _("Returned. Your comment is a note on the case.")


def send_recommendation(request: HttpRequest, recommendation: Recommendation, option: None) -> Text:
    case = recommendation.case  # the verb reads the recommendation anew
    actions.send_recommendation(case=case, by=member(request), recommendation=recommendation)
    return news.after(case, _("Sent."))


def add_option(request: HttpRequest, recommendation: Recommendation, option: None) -> Text:
    chosen = request.POST.get("treatment", "")
    treatment = treatments_for(recommendation.language).filter(pk=chosen if chosen.isdecimal() else 0).first()
    if treatment is None:
        raise NotAllowed(_("Choose a treatment first."))
    actions.add_option(case=recommendation.case, by=member(request), recommendation=recommendation, treatment=treatment)
    return _("The option is added at the end, with the lines that belong to it.")


def remove_option(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    actions.remove_option(case=recommendation.case, by=member(request), option=option)
    return _("The option is removed.")


def copy_option(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    actions.copy_option(case=recommendation.case, by=member(request), option=option)
    return _("The option stands once more at the end, with its words and costs.")


def add_usual_lines(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    added = actions.add_usual_lines(case=recommendation.case, by=member(request), option=option)
    text = ngettext("%(count)d line is added, “not known yet”.", "%(count)d lines are added, each “not known yet”.", added)
    return text % {"count": added}


def take_price(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    chosen = request.POST.get("price", "")
    price = Price.objects.filter(pk=chosen if chosen.isdecimal() else 0).first()
    if price is None:
        raise NotAllowed(_("This price is not in the catalogue any more. Load the page again."))
    actions.take_price(case=recommendation.case, by=member(request), option=option, price=price)
    return _("The price is a line now, as quoted by the clinic. Look at the likely sum: it is the middle of what they said.")


def move_earlier(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    actions.move_option(case=recommendation.case, by=member(request), option=option, earlier=True)
    return _("The order is changed.")


def move_later(request: HttpRequest, recommendation: Recommendation, option: Option) -> Text:
    actions.move_option(case=recommendation.case, by=member(request), option=option, earlier=False)
    return _("The order is changed.")
