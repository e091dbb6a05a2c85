"""The options of a recommendation in words and figures: what the family's page, its print, the doctor's copy and the staff's preview show."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from articles.labels import EvidenceLabel, explained
from articles.models import Article
from quotes.actions.deciding import acceptable_from
from quotes.clinic_questions import ASKS
from quotes.models import LineItem, Option, Recommendation
from quotes.money import in_second_currency, money, option_total, sureness, total
from quotes.questions import Text
from quotes.views.cost_chart import Bar, bar
from quotes.wording import country_name, language_name


@dataclass(frozen=True, kw_only=True)
class CostLine:
    id: str
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
class Part:
    """What is in the clinic's price, what is not, or what may be added: how much of each, as far as it is known."""

    inclusion: str
    title: str
    amount: str  # "" when nothing of it is known
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The article behind an option or a treatment, when it can be read."""

    title: str
    url: str
    language: str
    review_state: str
    reviewed_on: object


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one country's authority says."""

    country: str
    status: str
    source: str
    checked_on: date | None
    is_clinics: bool  # of the country in which the clinic is


@dataclass(frozen=True, kw_only=True)
class Said:
    """A line of the question sheet, and what the clinic said; nothing is an answer too."""

    question: Text
    asked_on: date | None
    answered_on: date | None
    answer: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class OptionPage:
    option: Option
    number: int
    kind: str
    labels: list[EvidenceLabel]
    unapproved: bool
    evidence: Evidence | None
    rules: list[Rule]
    clinic_country: str
    clinic_languages: str
    accreditation_checked_on: date | None
    said: list[Said]
    not_said: int  # questions that the clinic left open
    groups: list[CostGroup]
    parts: list[Part]
    sureness: list[tuple[Text, int]]  # how we know: so many lines
    low: str
    likely: str
    high: str
    second: dict[str, str]  # the same three in the family's own currency; nothing without a rate
    bar: Bar | None
    known: bool
    unknown: int
    acceptable_from: datetime | None  # None: now


def option_pages(recommendation: Recommendation) -> list[OptionPage]:
    """Everything a page says of the options; the staff's preview may use it for a version that is not sent yet."""
    options = list(
        recommendation.options.select_related("treatment__article__published_edition")
        .prefetch_related("line_items")
        .order_by("position", "pk")
    )
    top = max((option_total(option).high for option in options), default=0)  # one scale for all: they are compared
    return [option_page(option, recommendation, number, top=top) for number, option in enumerate(options, 1)]


def option_page(option: Option, recommendation: Recommendation, number: int, *, top: int = 0) -> OptionPage:
    currency, sums, lines = recommendation.currency, option_total(option), list(option.line_items.all())
    wait_until = acceptable_from(option, recommendation) if recommendation.sent_at else None
    facts, known = option.clinic_facts, any(line.likely is not None for line in lines)
    said = question_sheet(facts)
    return OptionPage(
        option=option,
        number=number,
        kind=str(option.get_kind_display()),
        labels=explained(option.evidence_labels),
        unapproved=option.is_unapproved,
        evidence=evidence_of(option.treatment.article),
        rules=rules_of(option),
        clinic_country=country_name(facts.get("country", "")),
        clinic_languages=", ".join(language_name(code) for code in facts.get("languages", [])),
        accreditation_checked_on=day(facts.get("accreditation_checked_on", "")),
        said=said,
        not_said=sum(not one.answer for one in said),
        groups=cost_groups(lines, currency),
        parts=parts_of(lines, currency),
        sureness=sureness(option),
        low=money(sums.low, currency),
        likely=money(sums.likely, currency),
        high=money(sums.high, currency),
        second=in_second_currency(sums, recommendation),
        bar=bar(low=sums.low, likely=sums.likely, high=sums.high, top=top, rtl=translation.get_language_bidi())
        if known
        else None,
        known=known,
        unknown=sums.unknown,
        acceptable_from=wait_until if wait_until and wait_until > timezone.now() else None,
    )


def evidence_of(article: Article | None) -> Evidence | None:
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


def rules_of(option: Option) -> list[Rule]:
    """The clinic's country first: what holds there matters most."""
    there = option.clinic_facts.get("country", "")
    rows = [
        Rule(
            country=country_name(row["country"]),
            status=row["status"],
            source=row["source"],
            checked_on=day(row["checked_on"]),
            is_clinics=row["country"] == there,
        )
        for row in option.regulatory_rows
    ]
    return sorted(rows, key=lambda row: (not row.is_clinics, row.country.casefold()))


def question_sheet(facts: dict[str, Any]) -> list[Said]:
    return [
        Said(
            question=ASKS[row["question"]].question if row["question"] in ASKS else row["question"],
            asked_on=day(row["asked_on"]),
            answered_on=day(row["answered_on"]),
            answer=row["answer"],
            proof=row["proof"],
        )
        for row in facts.get("answers", [])
    ]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# ── Costs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cost_groups(lines: list[LineItem], currency: str) -> list[CostGroup]:
    order = list(LineItem.Group.values)
    in_order = sorted(lines, key=lambda line: (order.index(line.group), line.position))
    return [
        CostGroup(title=str(LineItem.Group(group).label), lines=[cost_line(line, currency) for line in rows])
        for group, rows in groupby(in_order, key=lambda line: line.group)
    ]


def cost_line(line: LineItem, currency: str) -> CostLine:
    amount = likely = ""
    if line.low is not None and line.likely is not None and line.high is not None:
        amount = from_to(line.quantity * line.low, line.quantity * line.high, currency)
        if line.low != line.high:
            likely = money(line.quantity * line.likely, currency)
    return CostLine(
        id=str(line.pk),
        label=line.label,
        quantity=line.quantity,
        amount=amount,
        likely=likely,
        inclusion=line.inclusion,
        inclusion_text=inclusion_text(line),
        source_text=source_text(line),
    )


def from_to(low: int, high: int, currency: str) -> str:
    if low == high:
        return money(low, currency)
    return _("%(low)s to %(high)s") % {"low": money(low, currency), "high": money(high, currency)}


def inclusion_text(line: LineItem) -> str:
    if is_paid_by_clinic(line):
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


def is_paid_by_clinic(line: LineItem) -> bool:
    return line.group == LineItem.Group.OUR_FEE and line.inclusion == LineItem.Inclusion.INCLUDED


def parts_of(lines: list[LineItem], currency: str) -> list[Part]:
    """The three sums that a family asks for; what the clinic pays us is in none of them."""
    titles = {
        LineItem.Inclusion.INCLUDED: _("In the price"),
        LineItem.Inclusion.EXCLUDED: _("Not in the price: you pay it yourself"),
        LineItem.Inclusion.MAY_BE_ADDED: _("May be added"),
    }
    paid = [line for line in lines if not is_paid_by_clinic(line)]
    found = []
    for inclusion, title in titles.items():
        rows = [line for line in paid if line.inclusion == inclusion]
        if rows:
            sums = total(rows)
            amount = from_to(sums.low, sums.high, currency) if sums.unknown < len(rows) else ""
            found.append(Part(inclusion=inclusion, title=title, amount=amount, unknown=sums.unknown))
    return found


def rate_text(recommendation: Recommendation) -> str:
    """1 EUR = 1.0842 USD, with the day and the source; nothing when the family counts in the clinic's currency."""
    if recommendation.rate is None or recommendation.rate_as_of is None:
        return ""
    # an amount as its database gives it has eight decimals: only those that say something are shown
    rate = Decimal(recommendation.rate).normalize()
    return _("1 %(base)s = %(rate)s %(quote)s on %(date)s (source: %(source)s)") % {
        "base": recommendation.currency,
        "rate": formats.number_format(rate, use_l10n=True),
        "quote": recommendation.second_currency,
        "date": formats.date_format(recommendation.rate_as_of, "DATE_FORMAT"),
        "source": recommendation.rate_source,
    }


def all_labels(options: list[OptionPage]) -> list[EvidenceLabel]:
    return explained("".join(sorted({label.code for option in options for label in option.labels})))
