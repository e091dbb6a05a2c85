"""Words as a search compares them: of a text and of a query alike, so that both databases find the same. Pure.

A word has two forms: as it was written, without case, accents and the letters that people mix up; and its stem, so that a plural
finds the singular. Snowball's rules for Spanish know accents, so the word is stemmed as written and folded afterwards. Its rules for
Arabic treat a word with the article unlike the same word without, so there the article goes first.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

LONGEST = 40  # letters of a word that are looked at; no word of ours comes near
MARKS = (
    "\u00ad\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200d"  # accents, vowel signs, invisible joiners
)
WORD = re.compile(rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*(?:['’](?:s|t|re|ve|ll|d|m)\b)?")
POSSESSIVE = re.compile(r"['’].*$")
ALIKE = str.maketrans({"ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None, "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o"})
# "the", alone or after "and", "so", "with", "like", "to": what is left must still be a word
ARABIC_ARTICLE = re.compile(r"^(?:[وف]?(?:ال|بال|كال)|[وف]?لل)(?=.{3})")
ARABIC_PLURAL = re.compile(r"(?<=.{3})ات$")
# American and British spelling are one word here, and so are ph and f, by which people mistake Greek words
BRITISH = (
    (re.compile(r"(?<=.)ae"), "e"), (re.compile(r"^oe"), "e"), (re.compile(r"(?<=.{3})our(?=s?$|ed$|ing$|al$)"), "or"),
    (re.compile(r"ph"), "f"), (re.compile(r"is(?=(?:e|ed|es|er|ing|ation|ations)$)"), "iz"), (re.compile(r"(?<=ave)ll|(?<=nce)ll|(?<=abe)ll"), "l"),
)  # fmt: skip

# plurals that no rule makes, in folded letters
IRREGULAR = {
    "en": {"people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "flew": "fly", "flight": "fly"},
    "es": {"vuelo": "volar", "vuelos": "volar", "vuela": "volar", "viaje": "viajar", "viajes": "viajar"},
    "ar": {
        "خلايا": "خليه", "تجارب": "تجربه", "مخاطر": "خطر", "اخطار": "خطر", "ادويه": "دواء", "اسئله": "سوال", "اطباء": "طبيب",
        "مرضي": "مريض", "تكاليف": "تكلفه", "اسعار": "سعر", "حقوق": "حق", "طرق": "طريقه", "اسابيع": "اسبوع", "اشهر": "شهر",
        "مشافي": "مستشفي", "اوراق": "ورقه", "قواعد": "قاعده", "انواع": "نوع", "كلمات": "كلمه", "ايدي": "يد", "اذرع": "ذراع",
    },
}  # fmt: skip

# words that stand in every text and say nothing of what is looked for, in folded letters
STOP = {
    language: frozenset(words.split())
    for language, words in {
        "en": (
            "a about after again all also am an and any are as at be because been being but by can could did do does doing for from "
            "get had has have he her here him his how i if in into is it its me more most my no not of on one or our out over own "
            "she should so some such than that the their them then there these they this those to too up us very was we were what "
            "when where which while who whom why will with would you your"
        ),
        "es": (
            "a al algo algun alguna ante asi aun cada como con cual cuando cuanto cuanta cuantos de del desde donde e el ella ellos en "
            "entre era es esa ese eso esta estan este esto estos fue ha hace hay la las le les lo los mas me mi mis muy nada ni no "
            "nos o os para pero poco por porque puede pueden que quien se segun ser si sin sobre son su sus tambien tan te tiene "
            "todo todos tras tu un una uno unos usted ustedes y ya yo"
        ),
        "ar": (
            "الي ان انا انت انتم او اي ايضا بعد بعض بل بما به بها تكون ثم حتي حول حين ذلك سوف عن عند عندما علي عليه عليها غير في فيه "
            "فيها قد قبل كان كانت كل كما كم كيف لا لان لدي لكن لم لن له لها ليس لماذا ما ماذا متي مع من منه منها مما نحن هذا هذه هل هم "
            "هناك هو هي وهو وهي يكون يمكن التي الذي الذين ذين لي ولماذا الان يا و ب ل ك ف"
        ),
    }.items()
}


def written(text: str) -> list[str]:
    """The words of a text, as they stand there."""
    return WORD.findall(text)


@lru_cache(maxsize=1 << 15)
def fold(word: str, language: str) -> str:
    """As it was written, but for case, accents, marks, Arabic letters that are mixed up, the Arabic article and digits."""
    plain = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKD", POSSESSIVE.sub("", word).casefold()[:LONGEST])
        if letter.isalnum()
    ).translate(ALIKE)[:LONGEST]
    return ARABIC_ARTICLE.sub("", plain) if language == "ar" else plain


@lru_cache(maxsize=1 << 15)
def forms(word: str, language: str) -> tuple[str, ...]:
    """What the word may be found by: its stem first, then the word itself, folded; each once."""
    folded = fold(word, language)
    bases = [IRREGULAR.get(language, {}).get(folded, folded)]
    if bases == [folded] and language == "es":
        # people leave accents out: what they type is stemmed like that, and a text is found by that stem too
        bases.insert(0, unicodedata.normalize("NFC", word.casefold())[:LONGEST])
    return tuple(dict.fromkeys([*(stem(base, language) for base in bases), folded]))


def stem(word: str, language: str) -> str:
    """What a word has in common with its plural and its other endings, folded."""
    if language not in STEMMERS or not word.isalpha():
        return fold(word, language)
    if language == "en":
        for spelling, ours in BRITISH:
            word = spelling.sub(ours, word)
    if language == "ar":
        word = ARABIC_PLURAL.sub("", word)
    with LOCK:
        stemmed = STEMMERS[language].stemWord(word)
    return fold(stemmed, "") or fold(word, language)


def is_stop(folded: str, language: str) -> bool:
    return folded in STOP.get(language, ())


def distance(one: str, other: str, *, most: int) -> int:
    """Letters to change, add, drop or swap with their neighbour to come from one word to the other; `most` + 1 if it takes more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i] + [0] * len(other)
        for j, its in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


ALGORITHMS = {"en": "english", "es": "spanish", "ar": "arabic"}
STEMMERS = {language: snowballstemmer.stemmer(name) for language, name in ALGORITHMS.items()}
LOCK = Lock()  # a stemmer keeps the word it is at work on in itself
