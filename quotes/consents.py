"""What people are asked to agree to. Each text is kept by version; who agreed, in what role and when stands in Consent.

A new wording is a new version number here: the old texts stay in the database with those who agreed to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.models import User
from quotes.models import Consent, ConsentText, QuoteRequest
from quotes.questions import Text


@dataclass(frozen=True, kw_only=True)
class ConsentKind:
    key: str
    version: int
    text: Text
    required: bool = True


STORAGE = ConsentKind(
    key="storage",
    version=3,
    text=_(
        "I agree that my answers and the files I add, health data included, are kept encrypted while I fill in this request. "
        "If I do not send it, they are deleted 30 days after my last change. I can delete them at any time."
    ),
)
SENDING: tuple[ConsentKind, ...] = (
    ConsentKind(
        key="health",
        version=2,
        text=_(
            "I agree that the office reads and keeps these health answers and files to answer this request. "
            "I can withdraw this at any time on the case page."
        ),
    ),
    ConsentKind(
        key="authority",
        version=1,
        text=_("I am the patient, or I have the patient's agreement, or I am the patient's legal representative."),
    ),
    ConsentKind(
        key="understood",
        version=1,
        text=_(
            "I understand that this is information. It is not emergency care and not a diagnosis. "
            "Treatments that are not proven are named as such."
        ),
    ),
    ConsentKind(
        key="calls",
        version=1,
        required=False,
        text=_(
            "You may call me, or write by WhatsApp to arrange a call. "
            "WhatsApp belongs to another company; nothing about health is written there."
        ),
    ),
    ConsentKind(
        key="follow_up",
        version=1,
        required=False,
        text=_(
            "You may ask me after 3, 6 and 12 months how things are, "
            "and count the answers together with those of others, without names."
        ),
    ),
)
CALL = ConsentKind(
    key="call",
    version=1,
    text=_(
        "I agree that the office keeps my name, my number and these hours, and calls me. "
        "All of it is deleted 30 days after the call is done."
    ),
)
CALL_WITH_DRAFT = ConsentKind(
    key="call-with-draft",
    version=1,
    text=_(
        "I agree that the office keeps my name, my number and these hours, calls me, and opens what I have filled in so far, "
        "so that we go on from there. The number is deleted 30 days after the call is done."
    ),
)
PATIENT_AGREEMENT = ConsentKind(
    key="patient_agreement",
    version=1,
    required=False,
    text=_(
        "I am the patient. I know that the office was asked for help for me. "
        "The office may read and keep what is said about my health, to answer. "
        "The people who share this case may read it too. I can say no at any time."
    ),
)
# `clinic` and `country` are filled in when it is read; the row of the sharing keeps it word for word
SHARE_CLINIC = ConsentKind(
    key="share_clinic",
    version=1,
    required=False,
    text=_(
        "I agree that the office gives the summary that stands here, and the documents that are ticked, "
        "to %(clinic)s in %(country)s, so that the clinic can say whether it can help. "
        "I can take this back at any time. What the clinic already has cannot be called back."
    ),
)
SHARE_CLINIC_OUTSIDE = ConsentKind(
    key="share_clinic_outside",
    version=1,
    required=False,
    text=_(
        "I agree that the office gives the summary that stands here, and the documents that are ticked, "
        "to %(clinic)s in %(country)s, so that the clinic can say whether it can help. "
        "I know that %(country)s is outside the European Union and the EEA, and that the law there may protect these papers less. "
        "I can take this back at any time. What the clinic already has cannot be called back."
    ),
)
BY_KEY: dict[str, ConsentKind] = {kind.key: kind for kind in (STORAGE, *SENDING, PATIENT_AGREEMENT)}
SHORT: dict[str, Text] = {  # by kind: a name for lists, with the exact text beside it
    "storage": _("Keeping the answers while they are given"),
    "health": _("Reading and keeping the health answers"),
    "authority": _("Being the patient, or acting for the patient"),
    "understood": _("Having understood what this is and is not"),
    "calls": _("Calls and WhatsApp"),
    "patient_agreement": _("The patient's own agreement"),
    "follow_up": _("Being asked later how it went"),
}


def text_of(kind: ConsentKind, *, language: str) -> ConsentText:
    """This version of a text, as it is kept."""
    with translation.override(language):
        text = str(kind.text)
    return ConsentText.objects.get_or_create(kind=kind.key, version=kind.version, language=language, defaults={"text": text})[0]


def record(*, case: QuoteRequest, keys: Iterable[str], role: str, language: str, by: User | None = None) -> None:
    """Keep that these texts were agreed to, in the language in which they were read. Repeating changes nothing.

    `by`: who read them aloud to a caller, who said yes.
    """
    with translation.override(language):
        read = [
            ConsentText(kind=key, version=BY_KEY[key].version, language=language, text=str(BY_KEY[key].text)) for key in keys
        ]
    ConsentText.objects.bulk_create(read, ignore_conflicts=True)
    kept = ConsentText.objects.filter(language=language, kind__in=[text.kind for text in read]).order_by("pk")
    agreed = [text for text in kept if text.version == BY_KEY[text.kind].version]
    Consent.objects.bulk_create(
        [Consent(case=case, text=text, role=role, recorded_by=by) for text in agreed], ignore_conflicts=True
    )


WITHDRAWABLE = ("health", "calls", "follow_up")
"""What can be taken back alone. Keeping the answers ends by erasing; the other two texts say what is so, and permit nothing."""


# the European Union with Iceland, Liechtenstein and Norway: where the GDPR itself is the law
EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def leaves_eea(country: str) -> bool:
    """Whether papers that go to this country leave the EU and the EEA; a country that is not known counts as outside."""
    return country not in EEA


def sharing_kind(country: str) -> ConsentKind:
    return SHARE_CLINIC_OUTSIDE if leaves_eea(country) else SHARE_CLINIC


def standing(case: QuoteRequest, key: str) -> Consent | None:
    """The agreement of this kind that holds now."""
    return case.consents.filter(text__kind=key, withdrawn_at__isnull=True).order_by("-given_at").first()


def withdrawn_at(case: QuoteRequest, key: str) -> datetime | None:
    """When it was taken back, if it does not hold any more."""
    rows = case.consents.filter(text__kind=key).values_list("withdrawn_at", flat=True)
    return last_withdrawn([*rows])


def last_withdrawn(moments: list[datetime | None]) -> datetime | None:
    """Of all times an agreement was given: None while one of them still holds."""
    return None if not moments or None in moments else max(moment for moment in moments if moment)


def short_name(kind: str) -> Text:
    return SHORT.get(kind, kind)
