"""Emergency numbers as data, each with its source. A country without one gets "your local emergency number"."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from quotes.questions import Text

EUROPEAN_UNION = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EmergencyNumber:
    """`numbers` as they are dialled; `countries` are ISO codes for which we are sure; `source`: where the figure stands."""

    numbers: tuple[str, ...]
    place: Text
    countries: tuple[str, ...]
    source: str


FACT_SHEET = "Fact sheet of the starter library, F1.36 (sure; to be checked for each country that is added)"
NUMBERS: tuple[EmergencyNumber, ...] = (
    EmergencyNumber(
        numbers=("112",), place=_("European Union and many other countries"), countries=EUROPEAN_UNION, source=FACT_SHEET
    ),
    EmergencyNumber(numbers=("999",), place=_("United Kingdom"), countries=("GB",), source=FACT_SHEET),
    EmergencyNumber(numbers=("911",), place=_("United States and Canada"), countries=("US", "CA"), source=FACT_SHEET),
    EmergencyNumber(numbers=("000",), place=_("Australia"), countries=("AU",), source=FACT_SHEET),
    EmergencyNumber(numbers=("112", "108"), place=_("India"), countries=("IN",), source=FACT_SHEET),
    EmergencyNumber(numbers=("119",), place=_("Japan and South Korea"), countries=("JP", "KR"), source=FACT_SHEET),
    EmergencyNumber(numbers=("120",), place=_("China"), countries=("CN",), source=FACT_SHEET),
)


def listed_first(country: str) -> list[EmergencyNumber]:
    """All numbers, the country's own first."""
    return sorted(NUMBERS, key=lambda row: country not in row.countries)
