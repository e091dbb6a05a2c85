"""What the starter library's texts must keep to, as data: lengths, reading levels, words to avoid, lines that must be there.

`manage.py check_library` (articles/library_check.py) applies them. Sources: the portal's fact base, sections 0 and 8.
"""

import re
from datetime import date

# ── Lengths, in words as a reader sees them (headings and tables count) ───────────────────────────────────────────────
BODY_WORDS = {"en": (600, 1150), "es": (600, 1400), "ar": (550, 1250)}
EASY_WORDS = {"en": (250, 450), "es": (250, 520), "ar": (200, 450)}
EASY_LINE_WORDS = 14  # one idea a line: about ten words, a little more in languages with many short words
SUMMARY_CHARACTERS = 165
KEY_MESSAGES = (4, 5)
TRIAL_SENTENCES = (2, 8)
TRIAL_CARDS = 2

# ── Reading level: articles/readability.py says by which measure ──────────────────────────────────────────────────────
# English: grade at most. Spanish: Fernández Huerta at least. Arabic: words a sentence at most. No bound for Arabic is published;
# the first three articles have 9.0 to 9.9, and the bound leaves a fifth above that.
BODY_LEVEL = {"en": 8.0, "es": 60.0, "ar": 12.0}
TRIAL_LEVEL = {"en": 9.0, "es": 55.0, "ar": 14.0}
EASY_LEVEL = {"en": 6.0, "es": 75.0, "ar": 9.0}
HIGHER_IS_EASIER = {"es"}

# ── Words to avoid ────────────────────────────────────────────────────────────────────────────────────────────────────
# A text that warns of them may quote them: what stands between quotation marks is not looked at.
QUOTED = re.compile(r"“[^”\n]{1,160}”|\"[^\"\n]{1,160}\"|«[^»\n]{1,160}»|‘[^’\n]{1,160}’(?!\w)")
AVOID: dict[str, tuple[str, ...]] = {
    "en": (
        r"breakthroughs?", r"miracles?", r"miraculous", r"cutting[- ]edge", r"new hope", r"cure[sd]?", r"curing",
        r"safe and effective", r"effective and safe", r"ground[- ]?breaking", r"promising", r"revolutionary", r"game[- ]chang\w+",
        r"risk[- ]free", r"no risks?(?= (?:with|from|of) your own)", r"FDA[- ]registered", r"success rates?", r"guaranteed?",
        r"don['’]t wait", r"act fast", r"wonder drug",
    ),
    "es": (
        r"milagros?", r"milagros[oa]s?", r"revolucionari[oa]s?", r"de vanguardia", r"vanguardistas?", r"nuevas? esperanzas?",
        r"curas?", r"curar(?:se|lo|la|le)?", r"curad[oa]s?", r"segur[oa]s? y efica(?:z|ces)", r"efica(?:z|ces) y segur[oa]s?",
        r"prometedor(?:a|es|as)?", r"sin (?:ningún )?riesgos?", r"tasas? de éxito", r"garantizad[oa]s?", r"innovador(?:a|es|as)?",
    ),
    "ar": (
        r"معجز(?:ة|ات)", r"اختراق(?:ات)?", r"ثوري(?:ة)?", r"أمل جديد", r"آمن(?:ة)? وفع[ّ]?ال(?:ة)?", r"فع[ّ]?ال(?:ة)? وآمن(?:ة)?",
        r"بلا (?:أي )?مخاطر", r"بدون (?:أي )?مخاطر", r"واعد(?:ة)?", r"نسبة نجاح", r"مضمون(?:ة)?", r"شفاء تام", r"أحدث التقنيات",
    ),
}  # fmt: skip
AVOID_PATTERN = {
    language: re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) for language, words in AVOID.items()
}
EXCLAMATION = re.compile(r"(?<![\[(])[!¡](?!\[)")

# ── Lines that must be there ──────────────────────────────────────────────────────────────────────────────────────────
CELL_ARTICLES = frozenset({
    "regenerative-medicine-guide", "stem-cell-types-and-routes", "do-stem-cells-work", "how-to-read-a-study",
    "safety-of-cell-treatments", "warning-signs-of-bad-clinics", "check-a-real-trial", "rules-by-country",
})  # fmt: skip
NOT_APPROVED = {
    "en": re.compile(r"No cell therapy is approved for stroke by the FDA(?: \([^)]*\))? or (?:the )?EMA"),
    "es": re.compile(r"Ninguna terapia celular está aprobada para el ictus por la FDA(?: \([^)]*\))? ni por la EMA"),
    "ar": re.compile(r"لا يوجد علاج بالخلايا معتمد للسكتة الدماغية لدى (?:هيئة الغذاء والدواء الأمريكية )?\(?FDA"),
}
CHECKED_ON = date(2026, 2, 28)
CHECKED_WORDS = {
    "en": re.compile(r"28 February 2026"),
    "es": re.compile(r"28 de febrero de 2026"),
    "ar": re.compile(r"28 فبراير 2026"),
}
LINK_TO_REHABILITATION = frozenset({
    "do-stem-cells-work", "how-to-read-a-study", "safety-of-cell-treatments", "warning-signs-of-bad-clinics",
})  # fmt: skip
REHABILITATION = "rehabilitation-that-works"
LAST_REVIEW = date(2027, 5, 22)
WHAT_TO_DO = {"en": "## What you can do now", "es": "## Qué puede hacer", "ar": "## ما الذي يمكنكم فعله الآن"}
STROKE_TEAM = {
    "en": re.compile(r"(?:Talk|Speak)(?: first)? (?:to|with) your (?:own )?stroke team", re.IGNORECASE),
    "es": re.compile(r"(?:habl|consult|pregunt)\w+ .{0,40}\bequipo\b", re.IGNORECASE),
    "ar": re.compile(r"فريق (?:علاج )?السكتة"),
}

# ── Evidence labels ───────────────────────────────────────────────────────────────────────────────────────────────────
# The article's own labels stand on its card, beside its title. A text on cells that sends people to rehabilitation says {A} there,
# but "Proven, part of normal care" beside the title of a text on cells would be untrue. And the other way round.
ASIDE = {"stem-cells": frozenset("ABCi"), "safety": frozenset("ABCi"), "stroke": frozenset("i"), "travel": frozenset("ABCDEi"),
         "rehabilitation": frozenset("Di")}  # fmt: skip
NEVER_BESIDE = {"stem-cells": frozenset("AB"), "safety": frozenset("AB")}

# ── Results for both groups ───────────────────────────────────────────────────────────────────────────────────────────
# "12 in 100 with cells" needs "10 in 100 without" in the same paragraph or row.
SHARE = {
    "en": re.compile(r"\b\d+(?:\.\d+)? (?:in|of|out of)(?: every)? 100\b"),
    "es": re.compile(r"\b\d+(?:,\d+)? de cada 100\b"),
    "ar": re.compile(r"\d+(?:[.,٫]\d+)? من (?:كل|بين كل) 100"),
}
OF_A_GROUP = {
    "en": re.compile(
        r"(?:people |patients )?(?:with|given|who (?:got|had|were given)|on) (?:the )?(?:cells?|real|mitt|drug|medicine)\b"
    ),
    "es": re.compile(r"(?:personas )?(?:con|que recibieron) (?:las )?células\b"),
    "ar": re.compile(r"(?:مع|ممن (?:تلقّ?وا|أخذوا|أُعطوا)) (?:ال)?خلايا"),
}
OTHER_GROUP = {
    "en": re.compile(r"\d+ (?:people )?(?:with(?:out)?|given|on|in the) |\bsame\b|no difference", re.IGNORECASE),
    "es": re.compile(r"\d+ (?:personas )?(?:sin|con|que recibieron|en el grupo)\b|\bmism[oa]s?\b", re.IGNORECASE),
    "ar": re.compile(r"\d+ (?:من دون|بدون|مع|في المجموعة|ممن)|نفس"),
}
