"""Keeps the rows that a search looks through. What puts something online, takes it off or changes it calls these, in its transaction.

Every word of a row is a token by each of its forms. A token with a colon before it stands in the title or another name of the thing,
one with a dot in those or the summary, the headings and the key messages. Tokens that begin with # are what results are narrowed by.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.html import strip_tags

from articles.models import Article, ClinicalTrial, EasyRead, GlossaryTerm, SearchEntry, SearchWord, TrialSummary
from portal import searchtext

Kind = SearchEntry.Kind
Spellings = dict[tuple[str, str], tuple[str, bool]]  # language and folded word → how it is written, and whether near the top
FREQUENT = 3  # a word that stands so often in a text is one of its subjects
SUBJECTS = 30
BATCH = 500

# of the page, not of the text: numbers of references, chips of labels, drawings
NOT_TEXT = re.compile(
    r'<sup class="cite">.*?</sup>|<button type="button" class="evidence-label.*?</button>|<svg\b.*?</svg>', re.DOTALL
)
HEADING = re.compile(r'<h[23][^>]*\bid="([^"]+)"[^>]*>(.*?)</h[23]>', re.DOTALL)
BLOCK_END = re.compile(r"</(?:p|li|h\d|tr|td|th|dt|dd|div|figcaption)>|<br>")
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
QUESTION_MARKS = ("?", "؟")
CHECKLIST = 3  # so many questions in a list make a section a checklist


# ── What calls these ──────────────────────────────────────────────────────────────────────────────────────────────────
def keep(row: Any) -> None:
    """After an article, an easy text, a word, a trial or its plain words were saved. Other rows have no place in the search."""
    if entries_of := SOURCES.get(type(row)):
        with transaction.atomic():
            for place, entries in entries_of(row):
                replace(place, entries)


def reindex() -> int:
    """All of it anew. Returns how many rows there are."""
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        kept = Kept()
        articles = Article.objects.published().prefetch_related("topics").select_related("easy_read")
        for article in articles.order_by("language", "position").iterator(BATCH):
            kept.add(article_entries(article))
        for term in GlossaryTerm.objects.order_by("language", "translation_key"):
            kept.add([term_entry(term)])
        for words in TrialSummary.objects.select_related("trial").order_by("language", "trial__key"):
            kept.add([trial_entry(words)])
        return kept.finish()


class Kept:
    """Rows on their way into the database, a batch at a time."""

    def __init__(self) -> None:
        self.waiting: list[SearchEntry] = []
        self.words: Spellings = {}
        self.count = 0

    def add(self, entries: Iterable[SearchEntry]) -> None:
        for entry in entries:
            self.waiting.append(entry)
            note_words(self.words, entry)
        if len(self.waiting) >= BATCH:
            self.write()

    def write(self) -> None:
        SearchEntry.objects.bulk_create(self.waiting, batch_size=BATCH)
        self.count += len(self.waiting)
        self.waiting = []

    def finish(self) -> int:
        self.write()
        add_words(self.words)
        return self.count


# ── One thing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def replace(place: Q, entries: list[SearchEntry]) -> None:
    """These rows instead of those that are there."""
    before = list(SearchEntry.objects.filter(place))
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in before]).delete()
    SearchEntry.objects.bulk_create(entries)
    now: Spellings = {}
    was: Spellings = {}
    for entry in entries:
        note_words(now, entry)
    for entry in before:
        note_words(was, entry)
    add_words(now)
    gone = sorted(set(was) - set(now))
    for language in {language for language, _word in gone}:
        drop_words([word for its, word in gone if its == language], language=language)


# ── Words that a mistyped one may have meant ──────────────────────────────────────────────────────────────────────────
def note_words(words: Spellings, entry: SearchEntry) -> None:
    """Adds those of an entry: how each is written where it is met first, and whether it ever stands near the top."""
    for text, near_top in ((f"{entry.title} {entry.summary}", True), (f"{entry.context} {entry.body}", False)):
        for word in dict.fromkeys(searchtext.written(text)):
            folded = searchtext.fold(word, entry.language)
            if len(folded) > 3 and folded.isalpha() and not searchtext.is_stop(folded, entry.language):
                written, was_near_top = words.get((entry.language, folded), (word.lower(), False))
                words[entry.language, folded] = written, near_top or was_near_top


def add_words(words: Spellings) -> None:
    rows = [
        SearchWord(language=language, word=word, written=written, near_top=near_top)
        for (language, word), (written, near_top) in sorted(words.items())
    ]
    SearchWord.objects.bulk_create([row for row in rows if not row.near_top], batch_size=BATCH, ignore_conflicts=True)
    SearchWord.objects.bulk_create(
        [row for row in rows if row.near_top], batch_size=BATCH, update_conflicts=True, unique_fields=["language", "word"],
        update_fields=["near_top"],
    )  # fmt: skip


def drop_words(words: list[str], *, language: str) -> None:
    """Those of them that no longer stand anywhere: a suggestion must lead to something."""
    for start in range(0, len(words), BATCH):
        some = words[start : start + BATCH]
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(UNUSED[connection.vendor].format(places=places), [language, *some])


UNUSED = {
    "sqlite": "DELETE FROM articles_searchword WHERE language = %s AND word IN ({places}) AND NOT EXISTS (SELECT 1 FROM"
    " articles_searchindex WHERE articles_searchindex MATCH '\"#' || language || '\" AND \"' || word || '\"')",
    "postgresql": "DELETE FROM articles_searchword known WHERE language = %s AND word IN ({places}) AND NOT EXISTS (SELECT 1 FROM"
    " articles_searchentry WHERE vector @@ ('''#' || known.language || ''' & ''' || known.word || '''')::tsquery)",
}


# ── What each thing is found by ───────────────────────────────────────────────────────────────────────────────────────
Places = Iterable[tuple[Q, list[SearchEntry]]]


def of_article(article: Article) -> Places:
    place = Q(language=article.language, kind__in=[Kind.ARTICLE, Kind.QUESTION])
    place &= Q(key=article.translation_key) | Q(key__startswith=f"{article.translation_key}#")
    online = Article.objects.published().filter(pk=article.pk).select_related("easy_read").first()
    yield place, article_entries(online) if online else []


def of_easy(easy: EasyRead) -> Places:
    yield from of_article(easy.article)


def of_term(term: GlossaryTerm) -> Places:
    yield Q(language=term.language, kind=Kind.TERM, key=term.translation_key), [term_entry(term)]


def of_trial(trial: ClinicalTrial) -> Places:
    for words in trial.summaries.select_related("trial"):
        yield from of_trial_words(words)


def of_trial_words(words: TrialSummary) -> Places:
    yield Q(language=words.language, kind=Kind.TRIAL, key=words.trial.key), [trial_entry(words)]


SOURCES: dict[type, Callable[[Any], Places]] = {
    Article: of_article,
    EasyRead: of_easy,
    GlossaryTerm: of_term,
    ClinicalTrial: of_trial,
    TrialSummary: of_trial_words,
}


def article_entries(article: Article) -> list[SearchEntry]:
    """The article, and each of its sections that answers a question or is a list of questions."""
    edition = article.published_edition
    if edition is None:
        return []
    rendered = edition.rendered
    key_messages = plain(" ".join(rendered["key_messages"]))
    easy = getattr(article, "easy_read", None)
    sections = sections_of(rendered["body"])
    rest = [rendered[name] for name in ("body", "limitations", "regulatory_status")]
    with translation.override(article.language):
        url = article.get_absolute_url()
    common: dict[str, Any] = {
        "language": article.language,
        "topics": " ".join(topic.translation_key for topic in article.topics.all()),
        "labels": edition.evidence_labels,
        "updated_on": edition.dated_on,
    }
    whole = SearchEntry(
        kind=Kind.ARTICLE, key=article.translation_key, url=url, title=edition.title, summary=edition.summary,
        body=plain("</p>".join([key_messages, *rest, easy.rendered["body"] if easy else ""])), **common,
    )  # fmt: skip
    fill(whole, heads=" ".join([key_messages, *(title for _id, title, _html in sections)]))
    found = [whole]
    for anchor, title, html in sections:
        asked = [text for item in ITEM.findall(html) if (text := plain(item)).endswith(QUESTION_MARKS)]
        if title.endswith(QUESTION_MARKS) or len(asked) >= CHECKLIST:
            text = plain(html)
            entry = SearchEntry(
                kind=Kind.QUESTION, key=f"{article.translation_key}#{anchor}", url=f"{url}#{anchor}", title=title[:400],
                context=edition.title, summary=shortened(text), body=text, **common,
            )  # fmt: skip
            fill(entry, heads=" ".join([edition.title, *asked]))
            found.append(entry)
    return found


def term_entry(term: GlossaryTerm) -> SearchEntry:
    with translation.override(term.language):
        url = term.get_absolute_url()
    entry = SearchEntry(
        kind=Kind.TERM, language=term.language, key=term.translation_key, url=url, title=term.term,
        context=" · ".join(term.others), summary=term.definition,
    )  # fmt: skip
    fill(entry, names=term.others)
    return entry


def trial_entry(words: TrialSummary) -> SearchEntry:
    trial = words.trial
    with translation.override(words.language):
        url = trial.get_absolute_url()
        facts = [str(trial.get_cells_display()), str(trial.get_route_display()), str(trial.get_stage_display())]
    entry = SearchEntry(
        kind=Kind.TRIAL, language=words.language, key=trial.key, url=url, title=words.title, context=trial.name,
        summary=words.meaning, body=plain(words.summary), labels=trial.label_code,
    )  # fmt: skip
    names = [trial.name, trial.registry_id, trial.key]
    fill(entry, names=[name for name in names if name], heads=" ".join([*facts, trial.cells_in_detail, trial.stroke]))
    return entry


def fill(entry: SearchEntry, *, names: Iterable[str] = (), heads: str = "") -> None:
    """Makes `terms` and `tokens`. Lines of `terms`: title and other names as written, | between; their forms; those of the
    summary; those of headings and the like; those of the subjects of the text. A space on both sides of every word."""
    language = entry.language
    titles = [entry.title, *names]
    said = [" ".join(searchtext.fold(word, language) for word in searchtext.written(text)) for text in titles]
    title, summary, head = (forms_in(text, language) for text in (" ".join(titles), entry.summary, heads))
    body = forms_in(entry.body, language)
    subjects = [form for form, count in body.most_common(SUBJECTS) if count >= FREQUENT]
    entry.terms = "\n".join(
        f" {line} " for line in (" | ".join(said), *(" ".join(part) for part in (title, summary, head, subjects)))
    )
    top = title | summary | head
    filters = [f"#{language}", f"#k-{entry.kind}", *(f"#t-{topic}" for topic in entry.topics.split())]
    filters += [f"#e-{label}" for label in entry.labels]
    marked = [*(f":{form}" for form in title), *(f".{form}" for form in top)]
    entry.tokens = " ".join([*filters, *marked, *(top | body)])


def forms_in(text: str, language: str) -> "Counter[str]":
    found: Counter[str] = Counter()
    for word, count in Counter(searchtext.written(text)).items():
        if not searchtext.is_stop(searchtext.fold(word, language), language):
            for form in searchtext.forms(word, language):
                found[form] += count
    return found


# ── Texts out of pages ────────────────────────────────────────────────────────────────────────────────────────────────
def plain(html: str) -> str:
    return " ".join(unescape(strip_tags(BLOCK_END.sub(" ", NOT_TEXT.sub(" ", html)))).split())


def sections_of(html: str) -> list[tuple[str, str, str]]:
    """Id, heading and what stands below it up to the next one."""
    _before, *parts = HEADING.split(html)
    return [(anchor, plain(title), text) for anchor, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)]


def shortened(text: str, *, length: int = 200) -> str:
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:،؛") + " …"
