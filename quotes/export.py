"""A copy of everything that is kept about a case, as one ZIP: data.json, a page to read, and the files as they were sent.

Made while it is downloaded, so that no copy lies anywhere; no more than a chunk of a file and the text of the case is ever in
memory. What goes in is what quotes/privacy.py calls `given`. Keys of data.json: docs/privacy.md.
"""

import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.encryption import CannotOpen
from portal.fields import Sealed
from portal.models import User
from quotes import attachments, filetypes, questions
from quotes.browsers import in_words
from quotes.consents import short_name
from quotes.models import (
    AnswerChange,
    Attachment,
    CallRequest,
    Clinic,
    ConsentText,
    FollowUp,
    LineItem,
    Message,
    Option,
    Participant,
    QuoteRequest,
    Recommendation,
    Sharing,
    Treatment,
)
from quotes.money import money
from quotes.privacy import Row, rows_of_family
from quotes.timeline import event_text_for_patient
from quotes.wording import answer_lines, function_text

logger = logging.getLogger(__name__)
FORMAT = "regain-copy-1"  # a key that is renamed or goes makes it 2


class Pipe:
    """What zipfile writes to: bytes wait here until the next piece of the answer is asked for."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere but here."""

    def tell(self) -> int:
        """Not known: so zipfile writes the sizes behind each file, and never goes back."""
        raise OSError

    def close(self) -> None:
        """The answer ends when the archive does."""

    def taken(self) -> bytes:
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def file_name(case: QuoteRequest) -> str:
    return f"{case.reference}.zip"


def zip_of(case: QuoteRequest, *, reader: Participant, language: str) -> Iterator[bytes]:
    """The archive, piece by piece. `reader` owns the case; `language`: of the page to read."""
    made_at, pipe = timezone.now(), Pipe()
    files = named_files(case)
    with translation.override(language):
        page = render_to_string("quotes/export/case.html", page_of(case, reader=reader, files=files, made_at=made_at))
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry("read-me-first.html", made_at), page)
        archive.writestr(entry("style.css", made_at), Path(str(finders.find("portal/css/export.css"))).read_bytes())
        yield pipe.taken()
        with archive.open(entry("data.json", made_at), "w") as out:
            for piece in json_of(case, reader=reader, files=files, made_at=made_at):
                out.write(piece.encode())
                if len(pipe.waiting) > 64 * 1024:
                    yield pipe.taken()
        for attachment, path in files:
            yield from one_file(archive, pipe, attachment, path)
    yield pipe.taken()


def entry(path: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, timezone.localtime(at).timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return info


def one_file(archive: zipfile.ZipFile, pipe: Pipe, attachment: Attachment, path: str) -> Iterator[bytes]:
    """One that cannot be read does not spoil the others: a note stands in its place."""
    info = entry(path, attachment.added_at)
    info.compress_type = zipfile.ZIP_STORED  # pictures and archives do not get smaller
    try:
        with archive.open(info, "w", force_zip64=attachment.size > 2**31) as out:
            for chunk in attachments.stream(attachment):
                out.write(chunk)
                yield pipe.taken()
    except CannotOpen:
        logger.exception("a file is missing in a copy", extra={"fields": {"attachment": str(attachment.pk)}})
        archive.writestr(f"{path}.could-not-be-read.txt", "This file could not be read. Write to us about it.\n")


def named_files(case: QuoteRequest) -> list[tuple[Attachment, str]]:
    """Each file that is there with its place in the archive; two of one name get a number."""
    named: list[tuple[Attachment, str]] = []
    for number, attachment in enumerate(case.attachments.kept(), 1):
        named.append((attachment, f"files/{number:02}-{filetypes.download_name(attachment.name, attachment.file_kind)}"))
    return named


# ── data.json ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def json_of(
    case: QuoteRequest, *, reader: Participant, files: list[tuple[Attachment, str]], made_at: datetime
) -> Iterator[str]:
    """The data as text, row by row."""
    paths = {attachment.pk: path for attachment, path in files}
    yield "{" + f'"format": {as_json(FORMAT)}, "made_at": {as_json(made_at)}, "site": {as_json(settings.SITE_NAME)}'
    for label, row in reversed(rows_of_family().items()):
        if not row.key:
            continue
        if not row.case:
            yield f',\n"{row.key}": {as_json(data_of(case, row))}'
            continue
        yield f',\n"{row.key}": ['
        for number, item in enumerate(rows(label, row, case, reader=reader)):
            more = {"path": paths.get(item.pk, "")} if isinstance(item, Attachment) else {}
            yield (",\n" if number else "\n") + as_json(data_of(item, row) | more)
        yield "]"
    yield "}\n"


def rows(label: str, row: Row, case: QuoteRequest, *, reader: Participant) -> Iterator[models.Model]:
    model = apps.get_model(label)
    wanted = [name for name in row.given.split() if model._meta.get_field(name).is_relation]
    own = {row.own: reader} if row.own else {}
    found = model._default_manager.filter(row.of(case), **row.only, **own).select_related(*wanted)
    return found.order_by(*(model._meta.ordering or ["pk"])).iterator(chunk_size=200)


def as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def data_of(item: models.Model, row: Row) -> dict[str, Any]:
    return {name: value_of(item, name) for name in row.given.split()}


def value_of(item: models.Model, name: str) -> Any:
    """A field as data; who or what it points at, as people know it. Of staff: first name and role."""
    value = getattr(item, name)
    match value:
        case User():
            return {"office": value.first_name, "role": value.public_role}
        case Participant():
            return {"name": value.name, "role": value.role}
        case ConsentText():
            return {"kind": value.kind, "version": value.version, "language": value.language, "text": value.text}
        case Recommendation():
            return {"number": value.number}
        case Option():
            return {"recommendation": value.recommendation.number, "title": value.title}
        case Message():
            return {"sent_at": value.sent_at}
        case Sharing():
            return {"clinic": value.clinic.name, "proposed_at": value.proposed_at}
        case Attachment():
            return {"slot": value.slot, "name": value.name}
        case Treatment() | Clinic():
            return value.name
        case models.Model() | Sealed():
            raise TypeError(f"{item._meta.label}.{name} cannot be given as it is: say how in quotes/export.py")
    return value


# ── The page to read ──────────────────────────────────────────────────────────────────────────────────────────────────
def page_of(
    case: QuoteRequest, *, reader: Participant, files: list[tuple[Attachment, str]], made_at: datetime
) -> dict[str, Any]:
    given = case.answers
    asked = [(questions.NEW_SIGNS.wording(given), answer_lines(questions.NEW_SIGNS, given))]
    asked += [
        (q.wording(given), answer_lines(q, given))
        for step in questions.STEPS
        for q in step.questions
        if questions.is_answered(q, given)
    ]
    recommendations = case.recommendations.sent().prefetch_related(
        "options__line_items", "options__treatment", "options__clinic"
    )
    events = []
    for event in case.events.select_related("by_user", "by_participant"):
        event.case = case
        if text := event_text_for_patient(event, reader=reader):
            events.append({"at": event.at, "text": text})
    return {
        "site": settings.SITE_NAME,
        "office": settings.OFFICE_NAME,
        "rtl": translation.get_language_bidi(),
        "language": translation.get_language(),
        "made_at": made_at,
        "case": case,
        "reference": case.reference,
        "people": case.participants.all(),
        "answers": asked,
        "earlier": [earlier(change) for change in case.answer_changes.select_related("recorded_by")],
        "flags": case.flags.all(),
        "conversation": case.messages.select_related("from_user", "from_participant"),
        "open_pages": [(in_words(page.browser), page) for page in reader.sessions.all()],
        "new_addresses": reader.new_addresses.all(),
        "unsent": reader.message_drafts.all(),
        "recommendations": [(one, [(option, costs(option, one)) for option in one.options.all()]) for one in recommendations],
        "files": files,
        "removed": case.attachments.exclude(pk__in=[attachment.pk for attachment, _path in files]),
        "agreements": [(short_name(one.text.kind), one) for one in case.consents.select_related("text")],
        "calls": [(call, ", ".join(str(part) for part in call_parts(call.parts))) for call in case.calls.all()],
        "complaints": case.complaints.filter(by_participant=reader),
        "follow_ups": [(one, follow_up_lines(one.answers)) for one in case.follow_ups.all()],
        "papers": [*case.sharings.select_related("clinic").prefetch_related("shared_documents__attachment")],
        "events": events,
    }


def costs(option: Option, recommendation: Recommendation) -> list[tuple[LineItem, str]]:
    return [
        (line, str(line.get_source_display()) if line.likely is None else money(line.likely, recommendation.currency))
        for line in option.line_items.all()
    ]


def earlier(change: AnswerChange) -> dict[str, Any]:
    lines = [
        (questions.QUESTIONS[key].label, answer_lines(questions.QUESTIONS[key], change.before))
        for key in change.before
        if key in questions.QUESTIONS
    ]
    return {"at": change.recorded_at, "lines": lines}


def call_parts(parts: list[str]) -> list[Any]:
    labels = dict(CallRequest.Part.choices)
    return [labels.get(part, part) for part in parts]


def follow_up_lines(answers: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What was said of how things are."""
    named = [
        (_("How things are"), dict(FollowUp.How.choices).get(answers.get("how", ""), "")),
        (_("Daily life"), function_text(answers["score"]) if answers.get("score") is not None else ""),
        (_("Had the treatment"), dict(FollowUp.Treatment.choices).get(answers.get("treatment", ""), "")),
        (_("Where"), answers.get("where", "")),
        (_("In your own words"), answers.get("words", "")),
    ]
    return [(label, value) for label, value in named if value]
