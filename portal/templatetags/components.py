"""Small tags every template may use without loading them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    MultiWidget,
    RadioSelect,
    Select,
    SelectDateWidget,
    Textarea,
)
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from portal.context import site_names

register = template.Library()
ICONS = Path(__file__).resolve().parent.parent / "static" / "portal" / "icons"


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    """The inside of an icon file of our own, without its outer <svg>."""
    source = (ICONS / f"{name}.svg").read_text()
    match = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if not match:
        raise ValueError(f"{name}.svg is not an SVG file")
    return match[1].strip()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An icon from portal/static/portal/icons/, drawn in the text's colour. Without a label it is decoration."""
    drawing = mark_safe(_drawing(name))
    if label:
        return format_html(
            '<svg class="icon icon--{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', name, label, drawing
        )
    return format_html('<svg class="icon icon--{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', name, drawing)


@register.filter
def ended(text: str) -> str:
    """With a full stop, unless it has an end of its own: “et al.”, “Does it help?”."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


_drawn: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def same_everywhere(name: str) -> SafeString:
    """A template that says the same on every page of a language: drawn once a process. It can name nothing of the page around it."""
    names = site_names()
    key = (name, translation.get_language(), *names.values())
    if settings.DEBUG or key not in _drawn:
        _drawn[key] = SafeString(render_to_string(name, names))
    return _drawn[key]


@register.simple_tag
def evidence_label(label: Any, plain: bool = False) -> SafeString:
    """A label (code, name) as its chip; not plain: a button that opens its explanation, which stands on the page."""
    return _chip(label.code, str(label.name), plain)


@lru_cache(maxsize=128)
def _chip(code: str, name: str, plain: bool) -> SafeString:
    """Lists show dozens of them: each is put together once."""
    said = format_html('<span class="evidence-label__code">{}</span><span class="evidence-label__name">{}</span>', code, name)
    if plain:
        return format_html('<span class="evidence-label evidence-label--{}">{}</span>', code.lower(), said)
    return format_html(
        '<button type="button" class="evidence-label evidence-label--{}" popovertarget="label-{}">{}</button>',
        code.lower(), code, said,
    )  # fmt: skip


CHOICE_ICONS = {
    "yes": "check", "no": "cross", "none": "cross", "unknown": "question", "prefer_not": "lock",
    "0": "level-0", "1": "level-1", "2": "level-2", "3": "level-3",
}  # fmt: skip


@register.simple_tag
def choice_icon(value: object) -> SafeString:
    """The drawing beside an answer that means the same wherever it is offered; nothing for others. Seen in the easy mode only."""
    name = CHOICE_ICONS.get(str(value))
    return icon(name) if name else SafeString("")


@register.simple_tag
def query(carried: Mapping[str, str], **more: str) -> str:
    """`?article=…&way=whole` of what is carried along and what is added; nothing without any."""
    values = {**carried, **more}
    return "?" + urlencode(values) if values else ""


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, object]]:
    """This page in every language: from the view's `alternates` (language, address) when it gives them, else the same path.

    A page that has no address of its own in a language (an error page) leads to that language's start page.
    """
    alternates = context.get("alternates")
    given: dict[str, str] = dict(alternates or ())
    request = context.get("request")
    path = request.path if request else "/"
    current = translation.get_language() or settings.LANGUAGE_CODE
    links = []
    for code, _name in settings.LANGUAGES:
        if alternates is None:
            address = translate_url(path, code)
            href = address if address.startswith(f"/{code}/") else f"/{code}/"
        else:
            href = given.get(code, f"/{code}/").removeprefix(settings.SITE_URL)
        info = translation.get_language_info(code)
        links.append({"code": code, "name": info["name_local"].capitalize(), "href": href, "current": code == current})
    return links


@register.filter
def with_default(versions: Iterable[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """Language and address of each version, and the one for readers of every other language, where there is one."""
    found = list(versions or ())
    return [*found, *(("x-default", address) for language, address in found if language == settings.LANGUAGE_CODE)]


@register.simple_tag
def error_links(form: BaseForm) -> list[dict[str, str]]:
    """What the error summary lists: each message with the id of the first input that it is about, in the form's order."""
    links = [{"href": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        links += [{"href": f"#{first_input_id(field)}", "text": str(text)} for text in field.errors]
    return links


@register.filter
def first_input_id(field: BoundField) -> str:
    """The id of the input itself, of a group's first choice, or of a widget's first part."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return field.subwidgets[0].id_for_label or field.auto_id if field.subwidgets else field.auto_id
    if isinstance(widget, MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def with_column_names(rows: Iterable[Any], headers: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """The rows of a list of the admin, each cell with its column's name for narrow screens; a box to tick needs none."""
    names = [
        "" if "action-checkbox" in header.get("class_attrib", "") else f' data-column="{escape(capfirst(header["text"]))}"'
        for header in headers
    ]
    for row in rows:
        row[:] = [with_column_name(cell, name) if name else cell for cell, name in zip(row, names, strict=True)]
        yield row


def with_column_name(cell: str, name: str) -> SafeString:
    tag, inside = cell[:-5].split(">", 1)  # "<td class=…>…</td>", or th
    scope = ' scope="row"' if tag.startswith("<th") else ""
    return mark_safe(f"{tag}{scope}{name}><div>{inside}</div>{cell[-5:]}")


@register.filter
def field_kind(field: BoundField) -> str:
    """How the template pack draws a field: choices, checkbox, parts, select, textarea, file or input."""
    widget = field.field.widget
    kinds = (
        (RadioSelect | CheckboxSelectMultiple, "choices"),
        (CheckboxInput, "checkbox"),
        (MultiWidget | SelectDateWidget, "parts"),
        (Select, "select"),
        (Textarea, "textarea"),
        (FileInput, "file"),
    )
    return next((kind for widgets, kind in kinds if isinstance(widget, widgets)), "input")
