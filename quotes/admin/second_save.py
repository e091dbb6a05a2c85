"""When two save one page: what the second never touched becomes what the first has saved; all that was typed stays.

A page carries what it showed, as digests. With them a refused form knows its reader's words from those that merely stood there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm, Field, MultipleChoiceField
from django.http import QueryDict
from django.utils.translation import gettext

from quotes.admin.forms import in_words

NOT_WORDS = ("id", "DELETE")


def values(form: BaseForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields if name not in NOT_WORDS}


def row_of(form: BaseForm) -> str:
    """The key of the line that a form is about; nothing for the words of the page itself."""
    return str(form["id"].value() or "new") if "id" in form.fields else ""


def digest(value: Any) -> str:
    """Alike for a value as it is saved and as a browser sends it back."""
    parts = sorted(map(str, value)) if isinstance(value, list | tuple) else ["" if value in (None, False) else str(value)]
    return hashlib.sha256("\n".join(parts).replace("\r\n", "\n").strip().encode()).hexdigest()[:8]


def shown(forms: Iterable[BaseForm]) -> str:
    """For the hidden field `shown` of a page with these forms."""
    return json.dumps({row_of(form): {name: digest(value) for name, value in values(form).items()} for form in forms})


def taken_over(data: QueryDict, *, typed: Iterable[BaseForm], saved: Iterable[BaseForm]) -> QueryDict:
    """What was sent, with what is saved now in every box that was left as the page showed it."""
    merged, now = data.copy(), {row_of(form): values(form) for form in saved}
    before = read(data.get("shown", ""))
    for form in typed:
        row = row_of(form)
        for name, mine in values(form).items():
            theirs = now.get(row, {}).get(name, mine)
            if before.get(f"{row} {name}") == digest(mine) != digest(theirs):
                put(merged, form.add_prefix(name), theirs)
    return merged


def typed(data: QueryDict, *, fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    """What was written over what the page showed, by its labels, for where that page cannot come back; a line of costs is one text.

    Reads no row: whoever typed it may not open the case any more.
    """
    before = read(data.get("shown", ""))
    words: list[tuple[str, str]] = []
    lines: dict[str, list[str]] = {}
    touched = set()
    for name in data:
        prefix, _dash, field_name = name.rpartition("-")
        if field_name not in fields or field_name in NOT_WORDS:
            continue
        field, row = fields[field_name], (data.get(f"{prefix}-id") or "new") if prefix else ""
        value = data.getlist(name) if isinstance(field, MultipleChoiceField) else data[name]
        is_new = before.get(f"{row} {field_name}") != digest(value)
        if prefix:
            lines.setdefault(prefix, []).extend([in_words(field, value)] if value and field_name != "position" else [])
            touched |= {prefix} if is_new else set()
        elif is_new and value:
            words.append((str(field.label), in_words(field, value)))
    numbered = enumerate(lines.items(), 1)
    return words + [
        (gettext("Line %(number)s") % {"number": number}, " · ".join(parts))
        for number, (key, parts) in numbered
        if key in touched
    ]


def read(text: str) -> dict[str, str]:
    """Nothing for what no page of ours has written: then all counts as typed."""
    try:
        return {f"{row} {name}": str(each) for row, names in json.loads(text).items() for name, each in names.items()}
    except (ValueError, AttributeError):
        return {}


def put(data: QueryDict, name: str, value: Any) -> None:
    if isinstance(value, list | tuple):
        data.setlist(name, [str(one) for one in value])
    elif value in (None, False):
        data.pop(name, None)
    else:
        data[name] = "on" if value is True else str(value)
