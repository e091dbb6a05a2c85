"""What is done to many cases at once: a page that lists them and says what will happen, then one verb and one event a case.

A row that cannot be changed is named with the reason, before and after, and stops no other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.admin_site import member
from portal.ids import uuid_or_none
from portal.models import User
from portal.roles import MANAGER
from quotes import actions, queries, workflow
from quotes.models import QuoteRequest
from quotes.questions import Text
from quotes.staffing import caring_colleagues
from quotes.workflow import STAFF, ClosingReason, NotAllowed, Status

MOST = 100  # rows at once; a page of the queue has fewer
REASONS = [(value, label) for value, label in ClosingReason.choices if value != ClosingReason.SPAM]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`choice` is the box that has to be filled in first, or nothing; `done` is what is said of a number of cases."""

    title: Text
    button: Text
    done: Callable[[int], str]
    expected: Callable[[QuoteRequest, User, bool], Text]  # what will happen to a row; the flag: whether this person may open it
    run: Callable[[QuoteRequest, User, Any], Any]
    choice: Text = ""
    choose_first: Text = ""
    note: Text = ""
    is_danger: bool = False


def is_new_to(case: QuoteRequest, by: User) -> bool:
    """Nobody has begun to read it, and it is nobody's or was given to this person automatically."""
    return case.status == Status.SUBMITTED and case.coordinator_id in (None, by.pk)


def expected_of_assigning(case: QuoteRequest, by: User, may_open: bool) -> Text:
    if is_new_to(case, by):
        return _("Is given to the person you choose, and is in review then.")
    workflow.next_status("take_over", case.status, who=STAFF)
    if by.in_role(MANAGER):
        return _("Is given to the person you choose.")
    if case.coordinator_id == by.pk:
        raise NotAllowed(_("You have this case already."))
    return _("Can become yours, if you choose yourself. Only a manager gives it to somebody else.")


def assign_one(case: QuoteRequest, by: User, to: User) -> QuoteRequest:
    if is_new_to(case, by):
        return actions.assign(case=case, by=by, to=to)
    if to == by:
        return actions.take_over(case=case, by=by)
    if not by.in_role(MANAGER):
        raise NotAllowed(_("Only a manager gives it to somebody else."))
    return actions.hand_over(case=case, by=by, to=to)


def expected_of_closing(case: QuoteRequest, by: User, may_open: bool) -> Text:
    workflow.next_status("close", case.status, who=STAFF)
    if not may_open:
        raise NotAllowed(_("A colleague has this case. Take it over first."))
    return _("Is closed.")


KINDS: dict[str, Kind] = {
    "assign_many": Kind(
        title=gettext_lazy("Give cases to a colleague, or take them"),
        button=gettext_lazy("Yes, give them"),
        choice=gettext_lazy("Who looks after them from now on?"),
        choose_first=gettext_lazy("Choose who looks after these cases."),
        done=lambda count: ngettext("%(count)d case has its person now.", "%(count)d cases have their person now.", count),
        expected=expected_of_assigning,
        run=assign_one,
    ),
    "close_many": Kind(
        title=gettext_lazy("Close cases"),
        button=gettext_lazy("Yes, close them"),
        choice=gettext_lazy("Why are they closed?"),
        choose_first=gettext_lazy("Choose why these cases are closed."),
        note=gettext_lazy("The families are told that there is news, except for duplicates, a death or a withdrawal."),
        done=lambda count: ngettext("%(count)d case is closed.", "%(count)d cases are closed.", count),
        expected=expected_of_closing,
        run=lambda case, by, reason: actions.close(case=case, by=by, reason=reason),
        is_danger=True,
    ),
    "spam_many": Kind(
        title=gettext_lazy("Close as spam"),
        button=gettext_lazy("Yes, close them"),
        note=gettext_lazy("These cases will be closed as “not a request (spam)”. Nobody is told. You can open them again."),
        done=lambda count: ngettext("%(count)d case is closed as spam.", "%(count)d cases are closed as spam.", count),
        expected=expected_of_closing,
        run=lambda case, by, _choice: actions.close(case=case, by=by, reason=ClosingReason.SPAM),
        is_danger=True,
    ),
}


def well_formed(ids: Iterable[str]) -> list[str]:
    """Those that can be the key of a case; the rest of what a form sent is nothing."""
    return [str(found) for text in ids if (found := uuid_or_none(text))][:MOST]


def choices_of(name: str, by: User) -> list[tuple[str, Text]]:
    if name == "assign_many":
        return [(str(user.pk), _("me") if user == by else user.name) for user in caring_colleagues()]
    return list(REASONS) if KINDS[name].choice else []


def ask(
    model_admin: admin.ModelAdmin, request: HttpRequest, name: str, cases: list[QuoteRequest], *, problem: Text = ""
) -> HttpResponse:
    """The page before: which cases, what will happen to each, which will stay as they are and why."""
    kind, by = KINDS[name], member(request)
    open_to_me = set(
        QuoteRequest.objects.visible_to(by).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True)
    )
    rows: list[dict[str, Any]] = []
    for case in cases:
        try:
            rows.append({"case": case, "text": kind.expected(case, by, case.pk in open_to_me), "is_refused": False})
        except NotAllowed as refused:
            rows.append({"case": case, "text": str(refused), "is_refused": True})
    back = request.POST.get("back", request.GET.urlencode())
    context = {
        **model_admin.admin_site.each_context(request),
        "title": kind.title,
        "opts": model_admin.opts,
        "kind": kind,
        "rows": rows,
        "can_go": any(not row["is_refused"] for row in rows),
        "choices": choices_of(name, by),
        "chosen": request.POST.get("choice", ""),
        "problem": problem,
        "action": reverse(f"admin:quotes_quoterequest_{name}"),
        "back": back,
        "queue_url": queue_url(back),
    }
    return render(request, "admin/quotes/quoterequest/ticked.html", context)


def press(model_admin: admin.ModelAdmin, request: HttpRequest, name: str) -> HttpResponse:
    """The button of that page: each case by its verb, in a transaction of its own."""
    by = member(request)
    kind, cases = KINDS[name], list(queries.queue(by).filter(pk__in=well_formed(request.POST.getlist("case"))))
    choice: Any = request.POST.get("choice", "")
    if kind.choice:
        if choice not in dict(choices_of(name, by)):
            return ask(model_admin, request, name, cases, problem=kind.choose_first)
        if name == "assign_many":
            choice = User.objects.get(pk=choice)
    done = 0
    for case in cases:
        try:
            kind.run(case, by, choice)
        except NotAllowed as refused:
            said = _("%(reference)s: %(reason)s") % {"reference": case.reference, "reason": refused}
            model_admin.message_user(request, said, messages.WARNING)
        else:
            done += 1
    if done:
        model_admin.message_user(request, kind.done(done) % {"count": done}, messages.SUCCESS)
    return HttpResponseRedirect(queue_url(request.POST.get("back", "")))


def queue_url(back: str) -> str:
    """The list with the filters that it had; whatever `back` holds, the address is the queue's."""
    query = QueryDict(back).urlencode()
    page = reverse("admin:quotes_quoterequest_changelist")
    return f"{page}?{query}" if query else page
