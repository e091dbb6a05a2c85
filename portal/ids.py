"""Keys of rows as they come in an address or a form, where anybody may write anything."""

from typing import Any
from uuid import UUID

from django.http import Http404


def uuid_or_none(text: Any) -> UUID | None:
    """None for what is no UUID."""
    try:
        return text if isinstance(text, UUID) else UUID(str(text))
    except ValueError:
        return None


def uuid_or_404(text: Any) -> UUID:
    """A malformed key is an unknown one."""
    found = uuid_or_none(text)
    if found is None:
        raise Http404
    return found
