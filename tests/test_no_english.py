"""Who reads Spanish or Arabic meets no English: the public pages, the whole request, the case page, the mails, the staff rooms."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.cache import cache as stored
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from articles import library
from articles.markup import reference_keys
from articles.models import Article, Person, Topic
from portal import outbox, second_factor, views
from quotes import access as doors
from quotes import actions, catalogue, questions, samples
from quotes.models import LineItem, QuoteRequest, Recommendation, Treatment
from quotes.views import access
from quotes.workflow import ClosingReason
from tests import factories
from tests.quotes.intake_pages import STEP_KEYS, sealed_gate
from tests.staff_pages import ROWS, walked

pytestmark = pytest.mark.django_db
LANGUAGES = ["es", "ar"]
Pages = Iterator[tuple[str, str]]
GOALS = {
    "en": samples.CASES["recommended"][2]["goals"],
    "es": samples.CASES["new"][2]["goals"],
    "ar": samples.CASES["accepted"][2]["goals"],
}
WORDS = {"en": "Start with the practice of every day.", "es": "Empiece por practicar cada día.", "ar": "ابدأ بالتدريب كل يوم."}
# words that stand in almost every English sentence and in no Spanish or Arabic one
ENGLISH = re.compile(r"\b(the|and|you|your|with|of|for|is|are|was|this|that|not|to)\b", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+")  # the same in every language
SILENT = {"script", "style", "svg", "code", "template"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = {"aria-label", "alt", "title", "placeholder"}  # attributes that are read out or shown


class VisibleText(HTMLParser):
    """The text of a page that is in the page's own language, piece by piece."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.said = language, [""]
        self.open: list[tuple[str, bool]] = []  # the elements around, and whether each is to be read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        own = (given.get("lang") or self.language) == self.language and tag not in SILENT
        own = own and (not self.open or self.open[-1][1])
        if own:
            self.said += [value for name, value in attrs if name in SAID and value]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.said.append(given.get("value") or "")
            if tag == "meta" and given.get("name") == "description":
                self.said.append(given.get("content") or "")
        if tag not in EMPTY:
            self.open.append((tag, own))
            if tag not in {"a", "b", "em", "strong", "span", "i", "abbr", "time", "sup"}:
                self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag not in {"a", "b", "em", "strong", "span", "i", "abbr", "time", "sup"}:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1][1]:
            self.said[-1] += data


def pieces(html: str, language: str) -> list[str]:
    reader = VisibleText(language)
    reader.feed(html)
    return [text for piece in reader.said if (text := " ".join(piece.split()))]


@cache
def english_phrases(language: str) -> dict[str, set[str]]:
    """Every English message of two or more words whose translation is another, by its first word."""
    path = Path(django_settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        entries = [message for message in read_po(file) if message.id]
    found: dict[str, set[str]] = {}
    for entry in entries:
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in ids:
            # of a message with placeholders, the longest part between them
            parts = re.split(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>", " ".join(text.split()))
            phrase = max(parts, key=len).strip(" .,:;“”()–")
            if len(phrase.split()) > 1 and not any(phrase in other for other in strings):
                found.setdefault(re.findall(r"\w+", phrase)[0], set()).add(phrase)
    return found


@cache  # heads and feet of pages are the same each time
def is_english(piece: str, language: str) -> bool:
    phrases = english_phrases(language)
    return len(ENGLISH.findall(piece)) > 1 or any(
        phrase in piece and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", piece)
        for word in set(re.findall(r"\w+", piece))
        for phrase in phrases.get(word, ())
    )


def english_in(html: str, language: str) -> list[str]:
    return [piece for piece in pieces(html, language) if is_english(ADDRESS.sub("", piece), language)]


def assert_no_english(pages: Pages, language: str) -> None:
    found = {name: left for name, html in pages if (left := english_in(html, language))}
    assert not found, "\n".join(f"{name}: {left}" for name, left in found.items())


def shown(response: Any, *, status: int = 200) -> str:
    assert response.status_code == status, (response.request["PATH_INFO"], response.status_code, getattr(response, "url", ""))
    return response.content.decode()


_numbers = count(1)


def case_in(language: str, **answers: Any) -> QuoteRequest:
    """A request sent in this language; flags and all when the answers raise them."""
    own = {"filler_name": "Salma", "goals": GOALS[language], "email": f"case{next(_numbers)}@example.org"}
    return factories.sent_case(language=language, **own | answers)


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture(autouse=True)
def roomy(settings, monkeypatch):
    stored.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (1000, 900))
    monkeypatch.setattr(access, "LIKE_TIME", 0)


@pytest.fixture
def shelves(db, language, tmp_path) -> None:
    """The starter library in this language alone, which loads fast."""
    for name in ("people.toml", "topics.toml", "trials.json", "order.toml"):
        shutil.copy(library.LIBRARY / name, tmp_path)
    shutil.copytree(library.LIBRARY / language, tmp_path / language)
    cited = {key for path in (tmp_path / language).rglob("*.md") for key in reference_keys(path.read_text())}
    references = json.loads((library.LIBRARY / "references.json").read_text())
    (tmp_path / "references.json").write_text(json.dumps([entry for entry in references if entry["key"] in cited]))
    library.load(tmp_path, say=lambda line: None)


@pytest.fixture
def treatments(db, language) -> None:
    """Our own catalogue, with an article behind each treatment."""
    catalogue.load(say=lambda line: None)
    written = factories.article(language=language, title=WORDS[language])
    Treatment.objects.filter(language=language).update(article=written)


def test_the_reader_finds_what_english_is_left(language):
    page = "<p>Hola <b>Check your answers</b></p><p lang='en'>Check your answers</p>"
    assert english_in(page, language) == ["Hola Check your answers"]
    assert english_in("<p>Go to the end of this list</p>", language)


def test_public_pages(language, client, shelves):
    def pages() -> Pages:
        for address in ("", "articles/", "how-we-work/", "privacy/", "legal/", "quote/", "quote/?note=no-draft", "lost-link/"):
            yield address, shown(client.get(f"/{language}/{address}"))
        for row in (*Article.objects.filter(language=language), *Topic.objects.filter(language=language)):
            yield row.slug, shown(client.get(row.get_absolute_url()))
        person = Person.objects.filter(language=language)[0]
        yield "person", shown(client.get(person.get_absolute_url()))
        article = Article.objects.filter(language=language)[0]
        yield "editions", shown(client.get(article.get_absolute_url() + "editions/"))

    assert_no_english(pages(), language)


def test_error_pages(language, client):
    def pages() -> Pages:
        yield "404", shown(client.get(f"/{language}/nothing/"), status=404)
        strict = Client(enforce_csrf_checks=True)
        yield "403_csrf", shown(strict.post(f"/{language}/lost-link/", {"email": "x"}), status=403)
        with translation.override(language):
            request = RequestFactory().get(f"/{language}/")
            yield "400", views.bad_request(request, Exception()).content.decode()

    assert_no_english(pages(), language)


def test_asking(language, client):
    at = f"/{language}/quote/"

    def gate(**posted: Any) -> Any:
        page = Client().get(f"{at}emergency/")
        return Client().post(f"{at}emergency/", {"gate": sealed_gate(page), "ask": "1", **posted})

    def pages() -> Pages:
        yield "gate", shown(client.get(f"{at}emergency/"))
        yield "gate, empty", shown(gate())
        yield "interruption", shown(gate(new_signs=["weakness", "speech"]))
        yield "suicide", shown(gate(new_signs=["suicide"]))
        consent = gate(new_signs=["none"])
        yield "consent", shown(consent)
        yield "consent, empty", shown(client.post(f"{at}consent/", {"gate": sealed_gate(consent)}))
        client.post(f"{at}consent/", {"gate": sealed_gate(consent), "storage": "on"})
        for step in questions.STEPS:
            yield step.key, shown(client.get(f"{at}{step.key}/"))
            yield f"{step.key}, empty", shown(client.post(f"{at}{step.key}/", {}, follow=True))
            wrong = {question.key: "!" for question in step.questions}
            yield f"{step.key}, wrong", shown(client.post(f"{at}{step.key}/", wrong, follow=True))
        yield "check, too early", shown(client.get(f"{at}check/"))
        answers = factories.ANSWERS | {"language": language, "goals": GOALS[language]}
        for key, names in STEP_KEYS.items():
            client.post(f"{at}{key}/", {name: answers[name] for name in names})
        yield "check", shown(client.get(f"{at}check/"))
        yield "check, empty", shown(client.post(f"{at}check/", {}))
        sent = client.post(f"{at}check/", {"health": "on", "authority": "on", "understood": "on"}, follow=True)
        yield "sent", shown(sent)
        yield "end", shown(client.get(f"{at}end/"))
        yield "too late", shown(client.post(f"{at}hopes/", {"goals": "x"}, follow=True))
        yield "no draft", shown(Client().post(f"{at}hopes/", {"goals": GOALS[language]}), status=409)
        yield "started again", shown(client.post(f"{at}end/", follow=True))

    assert_no_english(pages(), language)


def test_the_door(language, client):
    participant = case_in(language).participants.get()
    door = f"/{language}/c/{participant.token}/"

    def pages() -> Pages:
        yield "lost link, wrong", shown(client.post(f"/{language}/lost-link/", {"email": "maria@"}))
        yield "lost link, sent", shown(client.post(f"/{language}/lost-link/", {"email": "a@example.org"}, follow=True))
        yield "door", shown(client.get(door))
        yield "code", shown(client.post(door, {"send": "1"}, follow=True))
        outbox.send_due()
        for digits in ("", "12", "000000"):
            yield f"code {digits}", shown(client.post(door, {"digits": digits}))
        yield "ended", shown(client.get(f"/{language}/case/ended/"))
        yield "signed out", shown(client.get(f"/{language}/case/signed-out/"))
        yield "typed", shown(Client().post(f"/{language}/case/messages/", {"body": GOALS[language]}), status=403)

    assert_no_english(pages(), language)


@pytest.mark.parametrize("kind", ["confirmation", "news", "lost_link", "access_code"])
def test_mails(language, kind, settings):
    settings.MAIL_REPLY_TO = "office@example.org"
    participant = case_in(language).participants.get()
    subject = doors.make_code(participant, browser="b") if kind == "access_code" else participant
    letter = outbox.KINDS[kind].render(subject.pk)
    assert letter
    message = outbox.compose(letter, message_id="<x@example.org>")
    parts = [("subject", message.subject), ("text", str(message.body)), ("html", str(message.alternatives[0][0]))]
    assert_no_english(iter(parts), language)


def drafted(case: QuoteRequest, *, coordinator: Any) -> Recommendation:
    """A draft with an option of every treatment in our catalogue."""
    actions.assign(case=case, by=coordinator)
    draft = actions.draft_recommendation(case=case, by=coordinator)
    for treatment in Treatment.objects.filter(language=case.language):
        if not draft.options.filter(treatment=treatment).exists():
            actions.add_option(case=case, by=coordinator, recommendation=draft, treatment=treatment)
    draft.refresh_from_db()
    line = LineItem.objects.filter(option__recommendation=draft).earliest("option__position", "position")
    line.low, line.likely, line.high, line.source = 100000, 120000, 150000, LineItem.Source.ESTIMATE
    line.save()
    draft.summary = draft.commission = WORDS[case.language]
    draft.save()
    return draft


def released(draft: Recommendation, *, coordinator: Any, clinical_reviewer: Any) -> None:
    case, words = draft.case, WORDS[draft.language]
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason=words)
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def test_the_case_page(language, treatments, coordinator, clinical_reviewer, as_participant, rf):
    case = case_in(language)
    patient = case.participants.get()
    inside = as_participant(patient)
    at = f"/{language}/case/"
    to_read = f"{at}recommendation/"

    def overview(name: str) -> Pages:
        yield f"overview, {name}", shown(inside.get(at))
        yield f"messages, {name}", shown(inside.get(f"{at}messages/"))

    def pages() -> Pages:
        yield from overview("sent")
        yield "answers", shown(inside.get(f"{at}answers/"))
        yield "no recommendation", shown(inside.get(to_read, follow=True))
        draft = drafted(case, coordinator=coordinator)
        yield from overview("in review")
        actions.ask_patient(case=case, by=coordinator, body=WORDS[language])
        yield from overview("asked")
        yield "message, empty", shown(inside.post(f"{at}messages/", {"body": ""}))
        yield "message", shown(inside.post(f"{at}messages/", {"body": GOALS[language]}, follow=True))
        released(draft, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
        yield from overview("recommended")
        yield "recommendation", shown(inside.get(to_read))
        first, last = draft.options.earliest("position"), draft.options.filter(evidence_labels__contains="D")[0]
        for name, address in (
            ("accept", f"accept/{first.pk}/"),
            ("wait", f"accept/{last.pk}/"),
            ("decline", "decline/"),
            ("change", "change/"),
        ):
            yield name, shown(inside.get(to_read + address))
        yield "wait, refused", shown(inside.post(f"{to_read}accept/{last.pk}/"), status=409)
        yield "change, empty", inside.post(f"{to_read}change/", {}).content.decode()
        yield "withdraw", shown(inside.get(f"{at}withdraw/"))
        yield "accepted", shown(inside.post(f"{to_read}accept/{first.pk}/", follow=True))
        yield "recommendation, accepted", shown(inside.get(to_read))
        yield "taken back", shown(inside.post(f"{at}undo/", follow=True))
        yield "change", shown(inside.post(f"{to_read}change/", {"text": GOALS[language]}, follow=True))
        yield "change, too late", inside.post(f"{to_read}change/", {"text": GOALS[language]}).content.decode()
        yield "withdrawn", shown(inside.post(f"{at}withdraw/", follow=True))
        yield from overview("closed")
        yield "signed out", shown(inside.post(f"{at}sign-out/", follow=True))

    assert_no_english(pages(), language)


def test_staff_sign_in(language, client, coordinator):
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language

    def pages() -> Pages:
        yield "sign-in", shown(client.get("/staff/sign-in/"))
        yield "sign-in, empty", shown(client.post("/staff/sign-in/", {}))
        yield "sign-in, wrong", shown(client.post("/staff/sign-in/", {"email": "a@example.org", "password": "x"}))
        client.post("/staff/sign-in/", {"email": coordinator.email, "password": factories.PASSWORD})
        yield "enrol", shown(client.get("/staff/second-factor/"))
        yield "enrol, wrong", shown(client.post("/staff/second-factor/", {"code": "12"}))
        second_factor.confirm(second_factor.device_to_enrol(coordinator))
        yield "second factor", shown(client.get("/staff/second-factor/"))
        yield "second factor, wrong", shown(client.post("/staff/second-factor/", {"code": "000000"}))

    assert_no_english(pages(), language)


def case_url(case: QuoteRequest) -> str:
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def draft_url(name: str, draft: Recommendation, *more: object) -> str:
    return reverse(f"admin:quotes_recommendation_{name}", args=[draft.pk, *more])


def test_staff_rooms(language, treatments, as_staff, coordinator, clinical_reviewer, manager, editor, auditor, system_user):
    case_in(language, cancer="recent", implants=["pacemaker"], new_signs=["weakness"])

    def pages() -> Pages:
        people = {who.name: as_staff(who) for who in (coordinator, clinical_reviewer, manager, editor, auditor, system_user)}
        for name, inside in people.items():
            inside.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
            desk = inside.get(reverse("admin:index"))
            yield f"desk of {name}", shown(desk)
            for address in sorted(set(re.findall(r'href="(/staff/[a-z]+/[a-z]+/)"', desk.content.decode()))):
                yield f"{name}: {address}", shown(inside.get(address))

    assert_no_english(pages(), language)


def test_every_address_of_the_staff_site(language, groups):
    """By somebody who may open them all, each with a row of its kind."""
    everything = factories.user(role="system", name="Walker Sample")
    everything.groups.set(Group.objects.all())
    inside = factories.staff_client(everything)
    inside.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    rows = {label: make() for label, make in ROWS.items()}
    told = texts_of([*rows.values(), rows["articles.article"].published_edition])

    def pages() -> Pages:
        for name, door, url in walked(rows):
            if door.get is not None and not door.get.nobody:
                response = inside.get(url)
                if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                    yield name, told.sub("", shown(response))

    assert_no_english(pages(), language)


def texts_of(rows: list[Model]) -> re.Pattern[str]:
    """What rows themselves say, in whatever language somebody wrote it."""
    values = (getattr(row, field.attname) for row in rows for field in row._meta.concrete_fields)
    lines = {line for value in values if isinstance(value, str) for line in escape(value).splitlines() if " " in line}
    return re.compile("|".join(re.escape(line) for line in sorted(lines, key=len, reverse=True)))


def test_a_case_on_the_staff_site(language, treatments, as_staff, coordinator, clinical_reviewer):
    case = case_in(language, cancer="past", thinners=["unknown"])
    flagged = case_in(language, cancer="recent", implants=["pacemaker"], new_signs=["weakness"])
    mine, reviewer = as_staff(coordinator), as_staff(clinical_reviewer)

    def pages() -> Pages:
        for who in (mine, reviewer):
            who.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
        draft = drafted(case, coordinator=coordinator)
        for who in (mine, reviewer):
            for one in (case, flagged):
                yield "case", shown(who.get(case_url(one)))
            yield "preview", shown(who.get(draft_url("preview", draft)))
        builder = draft_url("change", draft)
        yield "builder", shown(mine.get(builder))
        yield "option", shown(mine.get(draft_url("option", draft, draft.options.earliest("position").pk)))
        yield "builder, wrong", shown(mine.post(builder, {"valid_until": "x", "lock_version": draft.lock_version}))
        old = {"summary": GOALS[language], "currency": "EUR", "lock_version": 0}
        yield "builder, changed meanwhile", shown(mine.post(builder, old), status=409)
        released(draft, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
        yield "builder, sent", shown(mine.get(builder))
        yield "case, sent", shown(mine.get(case_url(case)))
        close = reverse("admin:quotes_quoterequest_close", args=[case.pk])
        yield "close, no reason", shown(mine.post(close, {}), status=409)
        yield "closed", shown(mine.post(close, {"reason": ClosingReason.ADVISED_AGAINST}, follow=True))

    assert_no_english(pages(), language)


def test_a_case_in_english_is_marked_as_english_for_staff(language, db, as_staff, coordinator):
    catalogue.load(say=lambda line: None)
    case = case_in("en", cancer="past")
    inside = as_staff(coordinator)
    inside.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language

    def pages() -> Pages:
        draft = drafted(case, coordinator=coordinator)
        actions.send_message(case=case, by=coordinator, body=WORDS["en"])
        yield "case", shown(inside.get(case_url(case)))
        for name in ("change", "preview"):
            html = shown(inside.get(draft_url(name, draft)))
            for option in draft.options.all():  # our sentences about an option quote its title, which is in the case's language
                html = html.replace(f"“{option.title}”", "“”").replace(f"«{option.title}»", "«»")
            yield name, html
        yield "option", shown(inside.get(draft_url("option", draft, draft.options.earliest("position").pk)))

    assert_no_english(pages(), language)


def test_a_case_in_english_is_marked_as_english_for_the_family(language, as_participant, coordinator, clinical_reviewer):
    """A daughter reads the page of an English case in her own language."""
    case = factories.sent_case(language="en", filler_name="Salma", goals=GOALS["en"])
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.send_message(case=case, by=coordinator, body=WORDS["en"])
    inside = as_participant(case.participants.get())

    labels = {line.label for line in LineItem.objects.filter(option__recommendation__case=case)}

    def pages() -> Pages:
        for name in ("", "answers/", "messages/", "recommendation/"):
            html = shown(inside.get(f"/{language}/case/{name}"))
            for label in labels:  # "Ask about …" quotes the line, which is in the case's language
                html = html.replace(f"“{label}”", "“”").replace(f"«{label}»", "«»")
            yield name, html

    assert_no_english(pages(), language)
