"""The recommendation as the family reads it, and what they decide. Only versions that were sent are ever shown."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import formats, timezone, translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.labels import EvidenceLabel, explained
from quotes import actions
from quotes.actions.deciding import acceptable_from
from quotes.case_forms import ChangeForm, DeclineForm, PageForm
from quotes.models import LineItem, Option, Participant, Recommendation
from quotes.money import money, option_total
from quotes.views.access import in_case, page_methods
from quotes.views.case import case_page, do_or_explain, may
from quotes.wording import country_name
from quotes.workflow import Status


@dataclass(frozen=True, kw_only=True)
class CostLine:
    label: str
    quantity: int
    amount: str  # "" when it is not known
    likely: str  # "" unless the amount is a range
    inclusion: str
    inclusion_text: str
    source_text: str


@dataclass(frozen=True, kw_only=True)
class CostGroup:
    title: str
    lines: list[CostLine]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The article behind an option, when it can be read."""

    title: str
    url: str
    language: str
    review_state: str
    reviewed_on: object


@dataclass(frozen=True, kw_only=True)
class OptionPage:
    option: Option
    number: int
    kind: str
    labels: list[EvidenceLabel]
    unapproved: bool
    evidence: Evidence | None
    clinic_country: str
    groups: list[CostGroup]
    low: str
    likely: str
    high: str
    known: bool
    unknown: int
    acceptable_from: datetime | None  # None: now


def option_pages(recommendation: Recommendation) -> list[OptionPage]:
    """Everything a page says of the options; the staff's preview may use it for a version that is not sent yet."""
    options = (
        recommendation.options.select_related("treatment__article__published_edition")
        .prefetch_related("line_items")
        .order_by("position", "pk")
    )
    return [option_page(option, recommendation, number) for number, option in enumerate(options, 1)]


def option_page(option: Option, recommendation: Recommendation, number: int) -> OptionPage:
    currency, total = recommendation.currency, option_total(option)
    wait_until = acceptable_from(option, recommendation) if recommendation.sent_at else None
    return OptionPage(
        option=option,
        number=number,
        kind=str(option.treatment.get_kind_display()),
        labels=explained(option.evidence_labels),
        unapproved=option.treatment.kind != "trial" and bool(set(option.evidence_labels) & set("DEW")),
        evidence=evidence_of(option),
        clinic_country=country_name(option.clinic_facts.get("country", "")),
        groups=cost_groups(option, currency),
        low=money(total.low, currency),
        likely=money(total.likely, currency),
        high=money(total.high, currency),
        known=any(line.likely is not None for line in option.line_items.all()),
        unknown=total.unknown,
        acceptable_from=wait_until if wait_until and wait_until > timezone.now() else None,
    )


def evidence_of(option: Option) -> Evidence | None:
    article = option.treatment.article
    if article is None or article.published_edition is None or article.retired_at is not None:
        return None
    if article.published_at is None or article.published_at > timezone.now():
        return None
    with translation.override(article.language):
        url = article.get_absolute_url()
    return Evidence(
        title=article.published_edition.title,
        url=url,
        language=article.language,
        review_state=article.review_state,
        reviewed_on=article.reviewed_on,
    )


def cost_groups(option: Option, currency: str) -> list[CostGroup]:
    order = list(LineItem.Group.values)
    lines = sorted(option.line_items.all(), key=lambda line: (order.index(line.group), line.position))
    return [
        CostGroup(title=str(LineItem.Group(group).label), lines=[cost_line(line, currency) for line in rows])
        for group, rows in groupby(lines, key=lambda line: line.group)
    ]


def cost_line(line: LineItem, currency: str) -> CostLine:
    amount = likely = ""
    if line.low is not None and line.likely is not None and line.high is not None:
        low, middle, high = (money(line.quantity * each, currency) for each in (line.low, line.likely, line.high))
        if line.low == line.high:
            amount = low
        else:
            amount = _("%(low)s to %(high)s") % {"low": low, "high": high}
            likely = middle
    return CostLine(
        label=line.label,
        quantity=line.quantity,
        amount=amount,
        likely=likely,
        inclusion=line.inclusion,
        inclusion_text=inclusion_text(line),
        source_text=source_text(line),
    )


def inclusion_text(line: LineItem) -> str:
    if line.group == LineItem.Group.OUR_FEE and line.inclusion == LineItem.Inclusion.INCLUDED:
        return _("The clinic pays it. You do not pay it on top.")
    return {
        LineItem.Inclusion.INCLUDED: _("Included in the price."),
        LineItem.Inclusion.EXCLUDED: _("Not included: you pay this yourself."),
        LineItem.Inclusion.MAY_BE_ADDED: _("May be added."),
    }[LineItem.Inclusion(line.inclusion)]


def source_text(line: LineItem) -> str:
    if line.source == LineItem.Source.QUOTED and line.quoted_on:
        return _("Quoted by the clinic on %(date)s.") % {"date": formats.date_format(line.quoted_on, "DATE_FORMAT")}
    if line.source == LineItem.Source.UNKNOWN:
        return _("Nobody has told us yet.")
    return _("Our estimate.")


@require_safe
@in_case
def recommendation(request: HttpRequest, participant: Participant, *, number: int | None = None) -> HttpResponse:
    """The newest version, or an older one by its number. A draft is a 404, as everything that is not theirs."""
    case = participant.case
    versions = list(case.recommendations.sent().order_by("-number"))
    if not versions:
        if number is not None:
            raise Http404
        return case_page(request, participant, "recommendation_none", section="recommendation")
    shown = versions[0] if number is None else next((version for version in versions if version.number == number), None)
    if shown is None:
        raise Http404
    if request.method == "GET":
        actions.open_recommendation(case=case, by=participant, recommendation=shown)
    newest = shown == versions[0]
    options = option_pages(shown)
    return case_page(
        request,
        participant,
        "recommendation",
        section="recommendation",
        recommendation=shown,
        rtl=get_language_info(shown.language)["bidi"],
        options=options,
        labels=all_labels(options),
        newest=newest,
        older=[version for version in versions if version != shown],
        is_out_of_date=bool(shown.valid_until and shown.valid_until < timezone.localdate()),
        may_decide=newest and may(participant, "accept"),
        accepted=case.accepted_option_id,
        hours=settings.REFLECTION_HOURS,
        is_reader=not participant.may_write,
    )


def all_labels(options: list[OptionPage]) -> list[EvidenceLabel]:
    return explained("".join(sorted({label.code for option in options for label in option.labels})))


@page_methods
@in_case
def accept(request: HttpRequest, participant: Participant, *, option: UUID) -> HttpResponse:
    """A page of its own to be sure: what is chosen, what happens next, how to take it back."""
    case = participant.case
    chosen = get_object_or_404(
        Option.objects.select_related("recommendation", "treatment"),
        pk=option,
        recommendation__case=case,
        recommendation__sent_at__isnull=False,
    )
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        if case.status == Status.ACCEPTED and case.accepted_option_id == chosen.pk:  # the button, pressed twice
            return redirect("quotes:case")
        if do_or_explain(form, lambda: actions.accept(case=case, by=participant, option=chosen), case):
            notices.success(request, _("We have your decision. We will contact you about the next step."))
            return redirect("quotes:case")
    page = option_page(chosen, chosen.recommendation, chosen.position)
    return case_page(
        request,
        participant,
        "accept",
        section="recommendation",
        status=409 if form.errors else 200,
        form=form,
        page=page,
        recommendation=chosen.recommendation,
        rtl=get_language_info(chosen.recommendation.language)["bidi"],
        hours=settings.REFLECTION_HOURS,
        possible=may(participant, "accept") and page.acceptable_from is None,
        is_reader=not participant.may_write,
    )


@page_methods
@in_case
def decline(request: HttpRequest, participant: Participant) -> HttpResponse:
    case = participant.case
    sent_or_404(participant)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if case.status == Status.DECLINED:  # the button, pressed twice
            return redirect("quotes:case")
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            if do_or_explain(form, lambda: actions.decline(case=case, by=participant, reason=reason), case):
                notices.success(request, _("You have declined. Thank you for telling us. You can write to us at any time."))
                return redirect("quotes:case")
            status = 409
    return case_page(
        request,
        participant,
        "decline",
        section="recommendation",
        status=status,
        form=form,
        possible=may(participant, "decline"),
    )


@page_methods
@in_case
def change(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Ask for another version. What is written goes to the office as a message."""
    case = participant.case
    sent_or_404(participant)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if do_or_explain(form, lambda: actions.ask_for_change(case=case, by=participant, text=text), case):
            notices.success(request, _("We have your wish. We will look at it and write to you."))
            return redirect("quotes:case")
        status = 409
    return case_page(
        request,
        participant,
        "change",
        section="recommendation",
        status=status,
        form=form,
        possible=may(participant, "ask_for_change"),
    )


def sent_or_404(participant: Participant) -> None:
    if not participant.case.recommendations.sent().exists():
        raise Http404
