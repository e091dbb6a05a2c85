"""The Markdown of articles, made into safe HTML. Pure: what it needs to know of the database is handed in.

Beside CommonMark and tables: `[R073, R071]` cites, `{D}` or `{D,W}` puts evidence labels, `[words](article:key)` leads to
another article in the same language, `::: note Title` … `:::` (or `warning`) makes a note. `[words](term:key)` explains a
word in place, `::: trial T11` … `:::` shows a trial's card, and `![alt](drawing:name)` on a line of its own one of our drawings,
`![what it shows](picture:key)` a picture.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from articles.labels import LABELS

CITATION = re.compile(r"\[([Rr]\d+(?:\s*[,;،]\s*[Rr]\d+)*)\](?!\()")
LABEL = re.compile(r"\{([^{}\n]{1,20})\}")
SEPARATOR = re.compile(r"\s*[,;،]\s*")
SAFE_URL = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#|(?:article|term|drawing|picture):[a-z0-9-]+$)", re.IGNORECASE)
ARTICLE_LINK = re.compile(r"\(article:([a-z0-9-]+)\)")
TERM_LINK = re.compile(r"\(term:([a-z0-9-]+)\)")
PICTURE_LINK = re.compile(r"\(picture:([a-z0-9-]+)\)")
TRIAL_CARD = re.compile(r"^:{3,} *trial +(T\d{2,})\b", re.MULTILINE)
REFERENCE_KEY = re.compile(r"R\d{3,}")
WORDS_A_MINUTE = 180  # of health texts by people who read slowly or in a second language; the average adult reads about 240

# Where markup of our own (labels, words explained, cards, drawings) goes in once everything else is sanitised.
# Private-use characters: no writer can type them in (`tidy`).
OPEN, CLOSE = "\ue000", "\ue001"
SLOT = re.compile(f"{OPEN}(\\d+){CLOSE}")

# ids of the page around the text: a heading of the text may not take one
TAKEN = frozenset({
    "main", "content", "menu", "nav", "search", "top", "key-messages", "contents", "what-we-do-not-know", "regulatory-status",
    "funding", "references", "labels", "review", "versions", "related", "history", "next-step", "sources", "words",
})  # fmt: skip

COUNTED = ("ref-", "cite-", "term-", "label-")  # what our own markup counts up

TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "a", "sup",
    "section", "aside", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "id", "class", "aria-label", "rel", "title"},
    "sup": {"class"},
    "p": {"class"},
    "section": {"class", "tabindex", "aria-label"},
    "aside": {"class", "role", "aria-label"},
    "table": {"class"},
    "th": {"class", "scope"},
    "td": {"class"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}


@dataclass(kw_only=True)
class Writing:
    """What is known while one article is rendered, part after part, and what was found on the way."""

    known: Collection[str] = ()  # keys of references that exist
    label_html: Callable[[str], str] = escape  # an evidence label's code → its chip
    article_url: Callable[[str], str | None] = lambda key: None  # None: not there or not published, so no link
    terms: Collection[str] = ()  # keys of the glossary
    trial_html: Callable[[str], str | None] = lambda key: None  # a trial's key → its card
    drawing_html: Callable[[str, str], str | None] = lambda name, alt: None
    picture_html: Callable[[str, str], str | None] = lambda key, alt: None
    cited: dict[str, int] = field(default_factory=dict)  # key → times cited, in order of first citation
    labels: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)  # articles pointed to
    paths: set[str] = field(default_factory=set)  # addresses on this site, and places on this page (#…)
    explained: list[str] = field(default_factory=list)  # keys of words explained, in order, each time
    trials: list[str] = field(default_factory=list)  # keys of cards shown
    drawings: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)  # (kind such as "reference", what was written)
    inserts: list[str] = field(default_factory=list)  # markup of our own, by the number of its slot
    ids: set[str] = field(default_factory=lambda: set(TAKEN))
    tables: int = 0

    def cite(self, key: str) -> tuple[int, int]:
        """The number of a reference and how many times it has been cited with this one."""
        self.cited[key] = self.cited.get(key, 0) + 1
        return list(self.cited).index(key) + 1, self.cited[key]

    def report(self, kind: str, what: str) -> None:
        if (kind, what) not in self.problems:
            self.problems.append((kind, what))

    def insert(self, html: str) -> str:
        """The slot into which this markup will go."""
        self.inserts.append(html)
        return f"{OPEN}{len(self.inserts) - 1}{CLOSE}"

    def new_id(self, text: str) -> str:
        """An ASCII id for a heading; `section-3` where its script leaves none."""
        base = slugify(text)[:60].strip("-") or "section-1"
        if base.startswith(COUNTED):
            base = f"section-{base}"
        made, number = base, 1
        while made in self.ids:
            number += 1
            made = f"{base.removesuffix('-1') if base == 'section-1' else base}-{number}"
        self.ids.add(made)
        return made


@dataclass(frozen=True, kw_only=True)
class Heading:
    id: str
    text: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Rendered:
    html: str
    headings: list[Heading]


def render(text: str, *, writing: Writing) -> Rendered:
    """Blocks of Markdown as HTML. Numbers of citations go on from what `writing` has seen."""
    parser = markdown()
    env: dict[str, Any] = {"writing": writing, "headings": []}
    html = parser.render(tidy(text), env)
    return Rendered(html=finish(html, writing=writing), headings=env["headings"])


def render_lines(text: str, *, writing: Writing) -> list[str]:
    """Each line on its own, without a paragraph around it: key messages."""
    env: dict[str, Any] = {"writing": writing, "headings": []}
    lines = [line.strip().removeprefix("- ") for line in tidy(text).splitlines()]
    return [finish(markdown().renderInline(line, env), writing=writing) for line in lines if line]


def minutes(*texts: str) -> int:
    """Reading time."""
    return max(1, round(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def reference_keys(*texts: str) -> set[str]:
    """Every key that may be a citation, to look up once which of them exist."""
    return {key for text in texts for key in REFERENCE_KEY.findall(text)}


def article_keys(*texts: str) -> set[str]:
    return {key for text in texts for key in ARTICLE_LINK.findall(text)}


def term_keys(*texts: str) -> set[str]:
    return {key for text in texts for key in TERM_LINK.findall(text)}


def picture_keys(*texts: str) -> set[str]:
    return {key for text in texts for key in PICTURE_LINK.findall(text)}


def trial_keys(*texts: str) -> set[str]:
    return {key for text in texts for key in TRIAL_CARD.findall(text)}


def lost_anchors(writing: Writing) -> list[str]:
    """Places on the same page that a text points to and that are not there. Ids that the page counts up itself are left out."""
    counted = tuple(f"#{name}" for name in COUNTED)
    return sorted(
        path for path in writing.paths if path[0] == "#" and path[1:] not in writing.ids and not path.startswith(counted)
    )


def tidy(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def finish(html: str, *, writing: Writing) -> str:
    """Sanitise, then put our own markup, which no writer can touch, into its places."""
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel=None)
    return SLOT.sub(lambda slot: writing.inserts[int(slot[1])], clean).strip()


# ── The parser ────────────────────────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    parser.validateLink = lambda url: SAFE_URL.match(url) is not None  # type: ignore[method-assign]
    parser.inline.ruler.before("link", "citation", parse_citation)
    parser.inline.ruler.before("link", "label", parse_label)
    parser.core.ruler.push("article", arrange)
    for name in ("note", "warning"):
        container_plugin(parser, name, validate=is_container(name), render=render_note)
    container_plugin(parser, "trial", validate=is_container("trial"), render=render_trial)
    for rule in (render_citation, render_label, render_term, render_image):
        parser.add_render_rule(rule.__name__.removeprefix("render_"), rule)
    parser.add_render_rule("table_open", render_table_open)
    parser.add_render_rule("table_close", render_table_close)
    return parser


def is_container(name: str) -> Callable[[str, str], bool]:
    return lambda params, _markup: params.strip().split(" ", 1)[0] == name


def parse_citation(state: StateInline, silent: bool) -> bool:
    return take(state, CITATION, "citation", silent=silent)


def parse_label(state: StateInline, silent: bool) -> bool:
    return take(state, LABEL, "label", silent=silent)


def take(state: StateInline, pattern: re.Pattern[str], kind: str, *, silent: bool) -> bool:
    match = pattern.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push(kind, "", 0).content = match[1]
    state.pos = match.end()
    return True


def render_citation(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    writing: Writing = env["writing"]
    links: list[str] = []
    for key in SEPARATOR.split(tokens[index].content):
        if key not in writing.known:
            writing.report("reference", key)
            links.append(escape(key))
            continue
        number, time = writing.cite(key)
        label = escape(_("Reference %(number)s") % {"number": number})
        links.append(f'<a href="#ref-{number}" id="cite-{number}-{time}" aria-label="{label}">{number}</a>')
    return f'<sup class="cite">{", ".join(links)}</sup>'


def render_label(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    writing: Writing = env["writing"]
    content = tokens[index].content
    codes = SEPARATOR.split(content.strip())
    if unknown := [code for code in codes if code not in LABELS]:
        for code in unknown:
            writing.report("label", code)
        return escape(f"{{{content}}}")
    writing.labels.update(codes)
    return " " + " ".join(writing.insert(writing.label_html(code)) for code in codes)


def render_note(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    if token.nesting == -1:
        return "</aside>\n"
    kind, _space, title = token.info.strip().partition(" ")
    title = title.strip()
    name = escape(title or (_("Warning") if kind == "warning" else _("Note")))
    heading = f'<p class="note__title">{name}</p>' if title else ""
    return f'<aside class="note note--{kind}" role="note" aria-label="{name}">{heading}\n'


def render_trial(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token, writing = tokens[index], env["writing"]
    if token.nesting == -1:
        return ""
    key = token.info.strip().partition(" ")[2].strip()
    if (card := writing.trial_html(key)) is None:
        writing.report("trial", key)
        return f"<p>{escape(key)}</p>\n"
    writing.trials.append(key)
    return f"{writing.insert(card)}\n"


def render_term(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """A word that opens its meaning: a button and a popover, as the labels are, so that it works by key, touch and no script."""
    writing: Writing = env["writing"]
    if tokens[index].nesting == -1:
        return writing.insert("</button>")
    return writing.insert(f'<button type="button" class="term" popovertarget="term-{escape(tokens[index].content)}">')


def render_image(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Only our own drawings and pictures, and only on a line of their own; of anything else the words stay."""
    token, writing = tokens[index], env["writing"]
    kind, _colon, name = str(token.attrs.get("src", "")).partition(":")
    if kind == "picture":
        return render_picture(token, name, writing=writing)
    figure = writing.drawing_html(name, token.content) if kind == "drawing" and token.meta.get("alone") else None
    if figure is None:
        writing.report("drawing", name or kind)
        return escape(token.content)
    writing.drawings.append(name)
    return writing.insert(figure)


def render_picture(token: Token, key: str, *, writing: Writing) -> str:
    if not token.content.strip():
        writing.report("picture-words", key)
    figure = writing.picture_html(key, token.content.strip()) if token.meta.get("alone") else None
    if figure is None:
        writing.report("picture", key)
        return escape(token.content)
    writing.pictures.append(key)
    return writing.insert(figure)


def render_table_open(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    writing: Writing = env["writing"]
    writing.tables += 1
    number, title = writing.tables, tokens[index].meta.get("title")
    label = _("Table %(number)s: %(title)s") if title else _("Table %(number)s")
    label = escape(label % {"number": number, "title": title})
    return f'<section class="table-frame" tabindex="0" aria-label="{label}"><table class="table">\n'


def render_table_close(self: Any, tokens: list[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return "</table></section>\n"


# ── What is decided when the whole text is known ──────────────────────────────────────────────────────────────────────
def arrange(state: StateCore) -> None:
    """Ids and levels of headings, scopes in tables, links to articles, `rel` on links that leave the site."""
    title, in_body, in_row = "", False, 0
    for index, token in enumerate(state.tokens):
        if token.type == "heading_open":
            title = heading(state, index)
        elif token.type == "heading_close":
            token.tag = below_title(token.tag)
        elif token.type == "table_open":
            token.meta["title"] = title
        elif token.type in {"tbody_open", "tbody_close"}:
            in_body = token.type == "tbody_open"
        elif token.type == "tr_open":
            in_row = 0
        elif token.type in {"th_open", "td_open"}:
            cell(state, index, header=not in_body, first=in_row == 0)
            in_row += 1
        elif token.type == "inline":
            links(token, writing=state.env["writing"])
            picture(state, index)


def below_title(tag: str) -> str:
    """The page's title is its only h1."""
    return "h2" if tag == "h1" else tag


def heading(state: StateCore, index: int) -> str:
    token, inline = state.tokens[index], state.tokens[index + 1]
    text = "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"}).strip()
    token.tag = below_title(token.tag)
    made = Heading(id=state.env["writing"].new_id(text), text=text, level=int(token.tag[1]))
    token.attrSet("id", made.id)
    state.env["headings"].append(made)
    return text


def cell(state: StateCore, index: int, *, header: bool, first: bool) -> None:
    """Scopes for screen readers; the first cell of a row names the row. Alignment as a class: the CSP bars inline style."""
    token = state.tokens[index]
    style = token.attrs.pop("style", None)
    if style in {"text-align:right", "text-align:center"}:
        token.attrSet("class", "table__cell--end" if style == "text-align:right" else "table__cell--centre")
    if header:
        token.attrSet("scope", "col")
    elif first and state.tokens[index + 1].content.strip():
        token.tag = "th"
        token.attrSet("scope", "row")
        closing = next(other for other in state.tokens[index:] if other.type == "td_close")
        closing.tag = "th"


def picture(state: StateCore, index: int) -> None:
    """A drawing that is alone in its paragraph stands without it: a figure may not stand in one."""
    before, inline = state.tokens[index - 1], state.tokens[index]
    children = inline.children or []
    if before.type == "paragraph_open" and len(children) == 1 and children[0].type == "image":
        children[0].meta["alone"] = True
        before.hidden = state.tokens[index + 1].hidden = True


def links(inline: Token, *, writing: Writing) -> None:
    dropped = explaining = False
    kept = []
    for token in inline.children or []:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            if href.lower().startswith("article:"):
                key = href.partition(":")[2]
                writing.links.add(key)
                url = writing.article_url(key)
                dropped = url is None
                token.attrSet("href", url or "")
            elif href.lower().startswith(("drawing:", "picture:")):
                dropped = True
            elif href.lower().startswith("term:"):
                explaining = term(token, key=href.partition(":")[2], writing=writing)
                dropped = not explaining
            elif href.startswith(("#", "/")):
                writing.paths.add(href)
            else:
                token.attrSet("rel", "noopener noreferrer")
            if dropped:
                continue
        elif token.type == "link_close" and dropped:
            dropped = False
            continue
        elif token.type == "link_close" and explaining:
            token.type, explaining = "term", False
        kept.append(token)
    inline.children = kept


def term(token: Token, *, key: str, writing: Writing) -> bool:
    """Makes a link into a word explained. False for a key that the glossary does not have: the words stay, without a link."""
    if key not in writing.terms:
        writing.report("term", key)
        return False
    writing.explained.append(key)
    token.type, token.content = "term", key
    return True
