"""Every address of the staff site, with a row of each kind to open: for the walks that look at all of them."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date

from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal import audit, doors, roles
from portal.models import OutgoingEmail, User
from quotes.models import QuoteRequest, Recommendation, RuleSetApproval, StepCount
from tests import factories


def anybody() -> User:
    return User.objects.first() or factories.user(role=roles.COORDINATOR, name="Ana Sample")


def mail() -> OutgoingEmail:
    row_id = uuid.uuid4()
    return OutgoingEmail.objects.create(
        kind="x", subject_type="x", subject_id=row_id, dedupe_key=str(row_id), delivery_class="A", message_id="x"
    )


def recommendation() -> Recommendation:
    """Of a case that nobody has taken, so that everybody who cares for cases may open it."""
    case = factories.sent_case()
    draft = factories.ready_recommendation(case, coordinator=factories.user(role=roles.COORDINATOR, name="Olga Sample"))
    QuoteRequest.objects.filter(pk=case.pk).update(coordinator=None)
    return draft


def approval() -> RuleSetApproval:
    return RuleSetApproval.objects.create(
        version="x", approved_by="Dr Sample", credentials="x", approved_on=date(2026, 1, 1), recorded_by=anybody()
    )


def step_count() -> StepCount:
    return StepCount.objects.get_or_create(day=date(2026, 1, 1), step="stroke", language="en")[0]


# a row of each registered model, so that its page is opened for real
ROWS: dict[str, Callable[[], models.Model]] = {
    "portal.user": anybody,
    "portal.outgoingemail": mail,
    "portal.auditevent": lambda: audit.record("view", by=None),
    "articles.article": factories.article,
    "articles.topic": factories.topic,
    "articles.feedback": factories.feedback,
    "articles.person": factories.person,
    "articles.reference": factories.reference,
    "articles.glossaryterm": factories.term,
    "articles.clinicaltrial": lambda: factories.trial("T09").trial,
    "articles.trialsummary": lambda: factories.trial("T08"),
    "articles.easyread": lambda: factories.easy(factories.article("easy-sample")),
    "articles.picture": factories.picture,
    "quotes.quoterequest": factories.sent_case,
    "quotes.recommendation": recommendation,
    "quotes.treatment": factories.treatment,
    "quotes.callrequest": factories.call,
    "quotes.clinic": factories.clinic,
    "quotes.complaint": lambda: factories.complaint(factories.sent_case(email="complaint@example.org")),
    "quotes.followup": lambda: factories.follow_up(factories.sent_case(email="followup@example.org")),
    "quotes.workprofile": lambda: factories.work_profile(anybody()),
    "quotes.absence": lambda: factories.absence(anybody()),
    "quotes.substituteapprover": factories.substitute_approver,
    "quotes.price": factories.price,
    "quotes.exchangerate": lambda: factories.exchange_rate(by=anybody()),
    "quotes.usualline": factories.usual_line,
    "quotes.checkliststep": factories.checklist_step,
    "quotes.stepcount": step_count,
    "quotes.rulesetapproval": approval,
    "quotes.replytemplate": factories.reply_template,
}


def patterns(resolver: URLResolver | None = None) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in (
        resolver or next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "admin")
    ).url_patterns:
        found += patterns(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def address(pattern: URLPattern, row: models.Model | None) -> str:
    """With the keys of real rows."""
    children = {
        "option_id": lambda: row.options.first().pk,
        "attachment_id": lambda: factories.attachment(row).pk,
        "number": lambda: 1,
        "sharing_id": lambda: (row.sharings.first() or factories.sharing(row)).pk,
        "app_label": lambda: "portal",
        "content_type_id": lambda: 1,
    }
    keys = [*pattern.pattern.converters, *(key for key in pattern.pattern.regex.groupindex if key == "app_label")]
    return reverse(
        f"admin:{pattern.name}", kwargs={key: children[key]() if key in children else row.pk if row else 1 for key in keys}
    )


# leads to the door; would end the walk; Django's own, which look at what is asked for
NOT_WALKED = {"login", "logout", "view_on_site", "autocomplete"}


def walked(rows: dict[str, models.Model]) -> Iterator[tuple[str, doors.Door, str]]:
    for pattern in patterns():
        if pattern.name and pattern.name not in NOT_WALKED:
            row = rows.get(".".join(pattern.name.split("_")[:2]))
            yield pattern.name, doors.DOORS[pattern.name], address(pattern, row)
