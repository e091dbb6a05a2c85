"""Emergency numbers and crisis lines as data, each with its source. A country without one gets "your local emergency number"."""

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


# People to talk to when there are thoughts of ending one's life; the sources were opened on 28 November 2026.
CRISIS_LINES: tuple[EmergencyNumber, ...] = (
    EmergencyNumber(
        numbers=("024",),
        place=_("Spain"),
        countries=("ES",),
        source="Ministry of Health, as reported by RTVE, 9 May 2022: https://www.rtve.es/noticias/20220509/sanidad-presenta-telefono-prevencion-suicidio/2347183.shtml",
    ),
    EmergencyNumber(
        numbers=("116123",),
        place=_("United Kingdom and Ireland (Samaritans)"),
        countries=("GB", "IE"),
        source="https://www.samaritans.org/how-we-can-help/contact-samaritan/",
    ),
    EmergencyNumber(
        numbers=("988",),
        place=_("United States and Canada"),
        countries=("US", "CA"),
        source="https://en.wikipedia.org/wiki/Suicide_and_Crisis_Lifeline and https://internationalmentalhealth.org/resources/",
    ),
    EmergencyNumber(
        numbers=("131114",),
        place=_("Australia (Lifeline)"),
        countries=("AU",),
        source="https://lifelineh2h.org.au/get-help/telephone-crisis-support/faqs/",
    ),
)


def crisis_lines(country: str) -> list[EmergencyNumber]:
    """All lines, the country's own first."""
    return sorted(CRISIS_LINES, key=lambda row: country not in row.countries)
