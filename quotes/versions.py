"""What changed between two versions of a recommendation, as the patient reads them: part by part, and word by word."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from articles.changes import Paragraph, between
from quotes.clinic_questions import ASKS
from quotes.models import LineItem, Option, Recommendation
from quotes.money import money
from quotes.wording import country_name, language_name


@dataclass(frozen=True, kw_only=True)
class Part:
    title: str
    paragraphs: list[Paragraph]


def changed_parts(before: Recommendation, after: Recommendation) -> list[Part]:
    """Only the parts that differ. Options are paired by their treatment and clinic, in order."""
    old, new = parts_of(before), parts_of(after)
    titles = [*new, *(title for title in old if title not in new)]
    pairs = [(title, old.get(title, []), new.get(title, [])) for title in titles]
    return [Part(title=title, paragraphs=between(one, other)) for title, one, other in pairs if one != other]


def parts_of(version: Recommendation) -> dict[str, list[str]]:
    """Title of each part and its lines."""
    texts = ("summary", "against_reasons", "could_change", "alternatives", "elsewhere", "commission")
    parts = {str(version._meta.get_field(name).verbose_name): lines_of(getattr(version, name)) for name in texts}  # type: ignore[union-attr]
    until = version.valid_until
    parts[str(_("What holds for all of it"))] = [
        _("We advise against a procedure.") if version.advise_against else _("We do not advise against a procedure."),
        _("Valid until %(day)s.") % {"day": formats.date_format(until, "DATE_FORMAT") if until else "–"},
        rate_line(version),
        *(str(warning) for warning in version.warnings),
    ]
    options = version.options.select_related("treatment", "clinic").prefetch_related("line_items").order_by("position", "pk")
    order: list[str] = []
    for number, option in enumerate(options, 1):
        name = ", ".join([option.treatment.name, *([option.clinic.name] if option.clinic else [])])
        title = _("Option: %(treatment)s") % {"treatment": name}
        while title in parts:  # the same treatment and clinic twice
            title += " +"
        parts[title] = option_lines(option, version.currency)
        order.append(f"{number}. {name}")
    parts[_("The order of the options")] = order
    return parts


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def day(value: date | str) -> str:
    return formats.date_format(date.fromisoformat(value) if isinstance(value, str) else value, "DATE_FORMAT")


def rate_line(version: Recommendation) -> str:
    if not version.second_currency or version.rate is None or version.rate_as_of is None:
        return _("Sums in %(currency)s.") % {"currency": version.currency}
    return _("Sums in %(currency)s and %(other)s, at %(rate)s of %(day)s (%(source)s).") % {
        "currency": version.currency, "other": version.second_currency, "rate": formats.number_format(version.rate.normalize()),
        "day": day(version.rate_as_of), "source": version.rate_source,
    }  # fmt: skip


def option_lines(option: Option, currency: str) -> list[str]:
    return [
        option.title,
        str(option.get_kind_display()),
        *lines_of(option.description),
        option.evidence_labels,
        *lines_of(option.risks),
        *lines_of(option.regulatory_status),
        _("We checked this on %(date)s.") % {"date": day(option.checked_on)},
        *(
            _("%(country)s: %(status)s Checked on %(date)s. %(source)s")
            % {
                "country": country_name(row["country"]),
                "status": row["status"],
                "date": day(row["checked_on"]),
                "source": row["source"],
            }
            for row in option.regulatory_rows
        ),
        *clinic_lines(option.clinic_facts or {}),
        *(line_text(line, currency) for line in sorted(option.line_items.all(), key=lambda line: line.position)),
    ]


def clinic_lines(facts: dict[str, Any]) -> list[str]:
    """What the option says of its clinic, and each answer to the question sheet."""
    if not facts:
        return []
    languages = ", ".join(language_name(code) for code in facts.get("languages", []))
    found = [", ".join(part for part in (facts.get("name"), facts.get("city"), country_name(facts.get("country", ""))) if part)]
    found += [_("Languages spoken there: %(languages)s") % {"languages": languages}] if languages else []
    if facts.get("accreditation"):
        found.append(_("Accreditation, as the clinic told us: %(accreditation)s") % {"accreditation": facts["accreditation"]})
    if facts.get("accreditation_checked_on"):
        seen = {"date": day(facts["accreditation_checked_on"]), "proof": facts["accreditation_proof"]}
        found.append(_("We saw the proof on %(date)s: %(proof)s") % seen)
    return [*found, *map(answer_line, facts.get("answers", []))]


def answer_line(row: dict[str, str]) -> str:
    asked = ASKS[row["question"]].question if row["question"] in ASKS else row["question"]
    if not row["answer"]:
        return f"{asked} " + _("Asked on %(date)s, no answer.") % {"date": day(row["asked_on"])}
    answered = _("Answered on %(date)s.") % {"date": day(row["answered_on"])}
    proof = _("Proof that we saw: %(proof)s") % {"proof": row["proof"]} if row["proof"] else ""
    return " ".join(part for part in (str(asked), row["answer"], answered, proof) if part)


def line_text(line: LineItem, currency: str) -> str:
    if line.low is None or line.likely is None or line.high is None:
        amount = str(LineItem.Source.UNKNOWN.label)
    else:
        amount = " – ".join(money(each, currency) for each in dict.fromkeys((line.low, line.likely, line.high)))
    source = line.get_source_display()
    if line.source == LineItem.Source.QUOTED and line.quoted_on:
        source = _("quoted by the clinic on %(date)s") % {"date": day(line.quoted_on)}
    return f"{line.get_group_display()}, {line.label} × {line.quantity}: {amount}, {line.get_inclusion_display()}, {source}"
