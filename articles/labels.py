"""The evidence labels: what we say of a treatment before we say anything else. Source: the portal's fact base, section 0."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class EvidenceLabel:
    code: str
    name: str | Promise
    explanation: str | Promise


LABELS: dict[str, EvidenceLabel] = {
    label.code: label
    for label in (
        EvidenceLabel(
            "A",
            _("Proven, part of normal care"),
            _("Recommended in national guidelines and backed by randomised trials or systematic reviews."),
        ),
        EvidenceLabel("B", _("Helps some people"), _("At least one good randomised trial shows benefit for a defined group.")),
        EvidenceLabel("C", _("Uncertain"), _("Trials disagree, are small, or are of low certainty.")),
        EvidenceLabel("D", _("Research only"), _("Not shown to work. It belongs inside an approved clinical trial only.")),
        EvidenceLabel("E", _("Tested: no benefit found"), _("A good-sized fair test found no difference on its main goal.")),
        EvidenceLabel("W", _("Warning: harm reported"), _("Serious harm is documented, or a regulator has warned.")),
        EvidenceLabel("i", _("Information"), _("No claim about a treatment is made.")),
    )
}


def in_order(codes: Iterable[str]) -> str:
    """A set of codes as it is stored: "DE", each once, in the order of the table. Raises ValueError for an unknown code."""
    return "".join(sorted(set(codes), key=list(LABELS).index))


def explained(codes: Iterable[str]) -> list[EvidenceLabel]:
    """The labels of a set of codes such as "DE", in the order of the table. Raises ValueError for an unknown code."""
    return [LABELS[code] for code in in_order(codes)]
