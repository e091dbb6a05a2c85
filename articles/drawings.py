"""Our own drawings: what each shows, in words. The lines are in portal/static/portal/drawings/, without any text in them.

A drawing is a row of small pictures. Its words stand beside each picture in HTML, so that they can be translated, enlarged and read
aloud, and so that in Arabic the row runs from right to left without a second drawing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).resolve().parent.parent / "portal" / "static" / "portal" / "drawings"
PICTURE = re.compile(r'<svg id="([a-z-]+)"[^>]*>(.*?)</svg>', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    alt: str | Promise  # what it is, for those who do not see it
    pictures: tuple[tuple[str, str | Promise, str | Promise], ...]  # name in the file, a word or two, a sentence


DRAWINGS: dict[str, Drawing] = {
    "be-fast": Drawing(
        alt=_("Six pictures: the signs of a stroke, and what to do"),
        pictures=(
            ("balance", _("Balance"), _("Suddenly unsteady or dizzy")),
            ("eyes", _("Eyes"), _("Suddenly sees less, or double")),
            ("face", _("Face"), _("One side of the face droops")),
            ("arm", _("Arm"), _("One arm is weak and sinks down")),
            ("speech", _("Speech"), _("Words are slurred, wrong or missing")),
            ("time", _("Time"), _("Call the emergency number now")),
        ),
    ),
    "road-of-recovery": Drawing(
        alt=_("Five pictures: the road of recovery, from the first day to the years after"),
        pictures=(
            ("first-day", _("First day"), _("Hospital care. The team sets the pace")),
            ("first-week", _("First week"), _("Therapy begins, in small steps")),
            ("three-months", _("Up to 3 months"), _("Recovery is often fastest")),
            ("six-months", _("3 to 6 months"), _("Practice goes on, gains come more slowly")),
            ("later", _("After 6 months"), _("Gains are smaller, and still possible")),
        ),
    ),
    "fair-test": Drawing(
        alt=_("Five pictures: how a fair test works"),
        pictures=(
            ("people", _("Enough people"), _("They agree to take part")),
            ("chance", _("Chance decides"), _("As when you toss a coin")),
            ("groups", _("Two groups"), _("One gets the treatment, one a pretend treatment")),
            ("hidden", _("Nobody is told"), _("Not the people, and not the testers")),
            ("count", _("Count both groups"), _("Did more people get better in one of them?")),
        ),
    ),
}


@lru_cache(maxsize=16)
def pictures(name: str) -> dict[str, str]:
    """The inside of each small picture of a file, by its name."""
    return dict(PICTURE.findall((FOLDER / f"{name}.svg").read_text()))


def figure(name: str, alt: str) -> str | None:
    """The drawing as HTML in the language of the moment. None when there is no drawing of that name."""
    drawing = DRAWINGS.get(name)
    if drawing is None:
        return None
    lines = pictures(name)
    context = {
        "name": name,
        "alt": alt.strip() or drawing.alt,
        "pictures": [
            {"name": key, "lines": safe(lines[key]), "title": title, "text": text} for key, title, text in drawing.pictures
        ],
    }
    return render_to_string("components/_drawing.html", context).strip()


def safe(lines: str) -> SafeString:
    return mark_safe(lines)  # from our own files
