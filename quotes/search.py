"""Finding a case by what staff hear on the phone: its reference, an exact e-mail, a word of a name, a phone number."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Value

from portal.encryption import blind_index
from quotes.digits import only_digits
from quotes.models import Participant, QuoteRequest, SearchKey
from quotes.models.case import QuoteRequestQuerySet
from quotes.models.people import email_digest

Kind = SearchKey.Kind
MOST = 200
TOO_COMMON = 10  # so many other cases with the same patient, and it says nothing
ARABIC_FORMS = str.maketrans({"ة": "ه", "ى": "ي", "ٱ": "ا"})
MISREAD = str.maketrans("OIL", "011")  # letters that references never hold, for the digits they are taken for


def folded_words(text: str, *, shortest: int = 2) -> list[str]:
    """Words in small letters without accents, so that "José" is found as "jose", and Arabic final letters alike."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("ـ", "").translate(ARABIC_FORMS)
    return [word for word in re.findall(r"\w+", plain) if len(word) >= shortest]


def phone_digits(text: str) -> str:
    """The last nine digits, whichever script they are written in: the same with and without a country code."""
    digits = only_digits(text)
    return digits[-9:] if len(digits) >= 6 else ""


def keys_for(*, name: str = "", email: str = "", phone: str = "") -> list[tuple[str, str]]:
    keys: list[tuple[str, str]] = [(Kind.NAME, blind_index("name", word)) for word in sorted(set(folded_words(name)))]
    if email:
        keys.append((Kind.EMAIL, email_digest(email)))
    if digits := phone_digits(phone):
        keys.append((Kind.PHONE, blind_index("phone", digits)))
    return keys


def patient_keys(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The words of the patient's name, and who they are: their name, or initials, with the year of birth.

    A patient who asks for themselves has two names here, the one of the sender and the one of the patient.
    """
    name, sender = (str(answers.get(key) or "") for key in ("patient_name", "filler_name"))
    names = [name, sender] if answers.get("filler_role") == "patient" else [name]
    wholes = {" ".join(sorted(set(folded_words(one, shortest=1)))) for one in names} - {""}
    year = str(answers.get("birth_year") or "")
    return keys_for(name=name) + [(Kind.PATIENT, blind_index("patient", f"{whole}:{year}")) for whole in sorted(wholes) if year]


def find(cases: QuoteRequestQuerySet, text: str) -> QuoteRequestQuerySet:
    """Cases that match exactly: every name word must match; a reference may be typed with or without hyphens.

    Of a name that more than MOST cases have, the newest: nobody reads through the others, and sorting them all is what costs.
    """
    text = text.strip()
    if reference := reference_in(text):
        return cases.filter(reference=reference)
    if "@" in text:
        return having(cases, Kind.EMAIL, [email_digest(text)])
    if digits := phone_digits(text):
        return having(cases, Kind.PHONE, [blind_index("phone", digits)])
    words = folded_words(text)
    return having(cases, Kind.NAME, [blind_index("name", word) for word in words]) if words else cases.none()


def reference_in(text: str) -> str:
    """The reference that was typed, with or without hyphens, as it is kept; empty for anything else."""
    typed = re.sub(r"[^0-9A-Z]", "", text.upper())
    if not re.fullmatch(r"RG[0-9A-Z]{8}", typed):
        return ""
    code = typed[2:].translate(MISREAD)
    return f"RG-{code[:4]}-{code[4:]}"


def having(cases: QuoteRequestQuerySet, kind: str, digests: list[str]) -> QuoteRequestQuerySet:
    """Cases with all of these keys, the newest MOST of them."""
    keys = SearchKey.objects.filter(kind=kind, digest=digests[0])
    for digest in digests[1:]:
        keys = keys.filter(Exists(SearchKey.objects.filter(case=OuterRef("case"), kind=kind, digest=digest)))
    return cases.filter(pk__in=keys.order_by("-id").values("case")[:MOST])


def similar(case: QuoteRequest) -> dict[UUID, set[str]]:
    """Other cases with the same e-mail address or phone number of somebody, the same whole name, or the same patient: their keys, and which of these.

    By digests alone: nothing of another case is opened. Of a name that very many have, among the newest thousand.
    """
    people, owner = case.participants.all(), case.owner
    words = [blind_index("name", word) for word in folded_words(owner.name)] if owner else []
    phones = [blind_index("phone", digits) for person in people if (digits := phone_digits(person.phone))]
    emails = [person.email_index for person in people if person.email_index]
    keys = SearchKey.objects.exclude(case=case).order_by()
    with_name = keys.none()
    if len(words) > 1:  # a first name alone is everybody's
        newest = SearchKey.objects.filter(kind=Kind.NAME, digest=words[-1]).order_by("-id")[:1000]
        with_name = keys.filter(pk__in=newest.values("pk"))
        for digest in words[:-1]:
            with_name = with_name.filter(Exists(SearchKey.objects.filter(case=OuterRef("case"), kind=Kind.NAME, digest=digest)))
    found = (
        Participant.objects.filter(email_index__in=emails)
        .exclude(case=case)
        .values_list("case", Value(Kind.EMAIL.value, output_field=CharField()))
        .union(
            keys.filter(kind=Kind.PHONE, digest__in=phones).values_list("case", "kind"), with_name.values_list("case", "kind")
        )
    )
    reasons: dict[UUID, set[str]] = {}
    for key, kind in found[:MOST]:
        reasons.setdefault(key, set()).add(kind)
    for key in same_patient(case):
        reasons.setdefault(key, set()).add(Kind.PATIENT)
    return reasons


def same_patient(case: QuoteRequest) -> list[UUID]:
    """Other cases whose patient has the same name, or initials, and year of birth; none where many have: then it says nothing."""
    own = SearchKey.objects.filter(case=case, kind=Kind.PATIENT).values("digest")
    others = SearchKey.objects.filter(kind=Kind.PATIENT, digest__in=own).exclude(case=case)
    found = [*others.order_by("-id").values_list("case", flat=True)[: TOO_COMMON + 1]]
    return found if len(found) <= TOO_COMMON else []
