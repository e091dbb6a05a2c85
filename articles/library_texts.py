"""The rules for one text of the starter library. Each yields the rule's name and a sentence: what is wrong, and what to do. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from articles import library_rules as rules
from articles import readability
from articles.labels import LABELS, in_order
from articles.library import Source

Found = Iterator[tuple[str, str]]


def front(source: Source, *, topics: Collection[str]) -> Found:
    facts = source.facts
    if facts["translation_key"] != source.path.stem:
        yield "form", f"“translation_key” is “{facts['translation_key']}”. Make it “{source.path.stem}”, the name of the file."
    for topic in facts["topics"]:
        if topic not in topics:
            yield "form", f"there is no topic “{topic}”. Use {', '.join(sorted(topics))}."
    if len(facts["summary"]) > rules.SUMMARY_CHARACTERS:
        yield "length", f"the summary has {len(facts['summary'])} characters. Use {rules.SUMMARY_CHARACTERS} at most."
    least, most = rules.KEY_MESSAGES
    if not least <= len(facts["key_messages"]) <= most:
        yield "length", f"there are {len(facts['key_messages'])} key messages. Write {least} or {most}."
    if facts["regulatory_checked_on"] != rules.CHECKED_ON:
        yield "mandatory", f"“regulatory_checked_on” is {facts['regulatory_checked_on']}. Make it {rules.CHECKED_ON}."
    if facts["next_review_on"] > rules.LAST_REVIEW:
        yield "mandatory", f"the next review is on {facts['next_review_on']}. Make it {rules.LAST_REVIEW} at the latest."


def labels(facts: Mapping[str, Any], *, used: Collection[str]) -> Found:
    """`evidence_labels` are those of the article's own subject: what stands on its card beside the title."""
    declared = set(facts["evidence_labels"])
    used = set(used) & set(LABELS)
    aside = frozenset.union(frozenset(), *(rules.ASIDE.get(topic, frozenset()) for topic in facts["topics"]))
    barred = frozenset.union(frozenset(), *(rules.NEVER_BESIDE.get(topic, frozenset()) for topic in facts["topics"]))
    if idle := in_order(declared - used):
        yield (
            "labels",
            f"“evidence_labels” has {', '.join(idle)}, which no statement carries. Take it out, or label the statement.",
        )
    if wrong := in_order(declared & barred):
        yield (
            "labels",
            (
                f"“evidence_labels” has {', '.join(wrong)}. On the card it would stand beside the title of a text on cells, as if cells "
                "were proven. Keep it at the statement on other care, and take it out of “evidence_labels”."
            ),
        )
    if lacking := in_order(used - declared - aside - barred):
        yield "labels", f"the text uses {', '.join(lacking)}. Add it to “evidence_labels”."


def length(body: str, *, language: str, limits: Mapping[str, tuple[int, int]]) -> Found:
    count = readability.word_count(body)
    least, most = limits[language]
    if count < least:
        yield "length", f"has {count} words. Write {least} at least."
    if count > most:
        yield "length", f"has {count} words. Cut it to {most}."


def level(body: str, *, language: str, bounds: Mapping[str, float]) -> Found:
    score, bound = readability.score(body, language=language), bounds[language]
    if language in rules.HIGHER_IS_EASIER:
        if score < bound:
            yield (
                "reading level",
                f"Fernández Huerta is {score:.1f}. Shorten words and sentences until it is {bound:.0f} or more.",
            )
    elif score > bound:
        measure = "the Flesch-Kincaid grade" if language == "en" else "the mean length of a sentence, in words,"
        yield "reading level", f"{measure} is {score:.1f}. Shorten sentences and words until it is {bound:.0f} or less."


def wording(*texts: str, language: str) -> Found:
    for text in texts:
        bare = rules.QUOTED.sub(" ", text)
        for match in rules.AVOID_PATTERN[language].finditer(bare):
            yield (
                "wording",
                f"says “{match[0]}”. Say what was tested and found instead; a warning may quote it in quotation marks.",
            )
        if mark := rules.EXCLAMATION.search(bare):
            yield "wording", f"has an exclamation mark near “{around(bare, mark.start())}”. End the sentence with a full stop."


def around(text: str, place: int) -> str:
    return text[max(0, place - 20) : place + 5].strip().replace("\n", " ")


def mandatory(source: Source, *, links: Collection[str]) -> Found:
    facts, body = source.facts, source.body
    language, key = facts["language"], facts["translation_key"]
    everything = plain("\n".join([*facts["key_messages"], body, facts["limitations"], facts["regulatory_status"]]))
    if key in rules.CELL_ARTICLES:
        if not rules.NOT_APPROVED[language].search(everything):
            yield (
                "mandatory",
                "does not say that no cell therapy is approved for stroke by the FDA or EMA. Add the line, as in do-stem-cells-work.",
            )
        if not rules.CHECKED_WORDS[language].search(everything):
            yield (
                "mandatory",
                "does not say until when that was checked. Add: checked in stored sources up to 28 February 2026.",
            )
    if key in rules.LINK_TO_REHABILITATION and rules.REHABILITATION not in links:
        yield "mandatory", f"does not link to article:{rules.REHABILITATION}. Add the link where proven care is named."
    if "::: warning" not in body:
        yield (
            "mandatory",
            "has no box with the signs of a stroke. Add “::: warning …” at the end of the body, as in the other articles.",
        )
    if not any(line.startswith(rules.WHAT_TO_DO[language]) for line in body.splitlines()):
        yield "mandatory", f"has no section “{rules.WHAT_TO_DO[language]}”. Add it before the warning box."
    if not rules.STROKE_TEAM[language].search(everything):
        yield "mandatory", "does not send people to their stroke team before they change treatment. Add the sentence."
    if re.search(r"\(/?(?:[a-z]{2}/)?quote", body):
        yield "mandatory", "links to the price request. Take the link out: the page offers it itself, below the status."


def plain(text: str) -> str:
    return readability.CITATION_OR_LABEL.sub("", text).replace("*", "")


def both_groups(*texts: str, language: str) -> Found:
    """A share told for one group alone. Only the plain case is seen: one share in a paragraph or row, and it is the treated group's."""
    for text in texts:
        for paragraph in re.split(r"\n\s*\n|\n(?=\s*[|*-])", plain(text)):
            shares = list(rules.SHARE[language].finditer(paragraph))
            if len(shares) != 1:
                continue
            after = paragraph[shares[0].end() :]
            alone = rules.OF_A_GROUP[language].match(after.lstrip(" *")) and not rules.OTHER_GROUP[language].search(after)
            if alone:
                yield (
                    "both groups",
                    f"tells “{shares[0][0]}” for one group. Tell the other group's share too, in the same paragraph.",
                )


# ── Easy reading, trials in plain words ───────────────────────────────────────────────────────────────────────────────
CONTRACTION = re.compile(r"\b\w+(?:n['’]t|['’](?:re|ve|ll|d|m))\b|\b(?:it|that|there|he|she|what|here)['’]s\b", re.IGNORECASE)


def easy(body: str, *, language: str) -> Found:
    for block in readability.blocks(body):
        if (count := len(readability.words(block))) > rules.EASY_LINE_WORDS:
            yield "one idea a line", f"“{block[:50]}…” has {count} words. Part it: {rules.EASY_LINE_WORDS} at most."
        if language == "en" and (match := CONTRACTION.search(block)):
            yield "one idea a line", f"has “{match[0]}”. Write the words in full."
        if "(" in block or ")" in block:
            yield "one idea a line", f"“{block[:50]}” has brackets. Say it in a line of its own, or leave it out."
    for line in body.splitlines():
        if line.startswith("#") and not line.rstrip().endswith(("?", "؟")):
            yield "one idea a line", f"the heading “{line.strip('# ')}” is no question. Make it a short question."
    if "**" not in body:
        yield "one idea a line", "has no key words in bold. Mark them with two stars on each side."
    if "::: warning" not in body:
        yield "mandatory", "has no box with the signs of a stroke. Add “::: warning …” at the end."


def trial(row: Mapping[str, str], *, language: str) -> Found:
    least, most = rules.TRIAL_SENTENCES
    count = len(readability.sentences(row["summary"]))
    if not least <= count <= most:
        yield "length", f"the summary has {count} sentences. Write {least} to {most}."
    yield from level(row["summary"], language=language, bounds=rules.TRIAL_LEVEL)
