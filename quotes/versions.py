"""What changed between two versions of a recommendation, as the patient reads them: part by part, and word by word."""

from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from articles.changes import Paragraph, between
from quotes.models import LineItem, Option, Recommendation
from quotes.money import money


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
    for option in options:
        title = _("Option: %(treatment)s") % {"treatment": option.treatment.name}
        if option.clinic:
            title = f"{title}, {option.clinic.name}"
        while title in parts:  # the same treatment and clinic twice
            title += " +"
        parts[title] = option_lines(option, version.currency)
    return parts


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def rate_line(version: Recommendation) -> str:
    if not version.second_currency or version.rate is None or version.rate_as_of is None:
        return _("Sums in %(currency)s.") % {"currency": version.currency}
    return _("Sums in %(currency)s and %(other)s, at %(rate)s of %(day)s.") % {
        "currency": version.currency, "other": version.second_currency, "rate": formats.number_format(version.rate.normalize()),
        "day": formats.date_format(version.rate_as_of, "DATE_FORMAT"),
    }  # fmt: skip


def option_lines(option: Option, currency: str) -> list[str]:
    return [
        option.title,
        *lines_of(option.description),
        option.evidence_labels,
        *lines_of(option.risks),
        *lines_of(option.regulatory_status),
        *(line_text(line, currency) for line in sorted(option.line_items.all(), key=lambda line: line.position)),
    ]


def line_text(line: LineItem, currency: str) -> str:
    if line.low is None or line.likely is None or line.high is None:
        amount = str(LineItem.Source.UNKNOWN.label)
    else:
        amount = " – ".join(money(each, currency) for each in dict.fromkeys((line.low, line.likely, line.high)))
    return f"{line.label} × {line.quantity}: {amount}, {line.get_inclusion_display()}, {line.get_source_display()}"
