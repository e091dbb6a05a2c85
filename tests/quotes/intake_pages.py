"""A browser that fills in a request, page by page, as a person without scripts would."""

import re
from typing import Any

from django.test import Client

from quotes import actions
from quotes.models import QuoteRequest
from tests import factories

CONSENTS = {"health": "on", "authority": "on", "understood": "on"}
STEP_KEYS = {
    "about-you": ("filler_role", "filler_name", "email", "phone"),
    "patient": ("birth_year", "country", "language"),
    "stroke": ("stroke_type", "stroke_date", "still_changing"),
    "daily-life": ("f1", "f2"),
    "safety": ("thinners", "cancer", "implants", "cells_before"),
    "documents": (),
    "hopes": ("goals",),
}


def posted(step: str, **changes: Any) -> dict[str, Any]:
    answers = {**factories.ANSWERS, **changes}
    keys = (*STEP_KEYS[step], *changes)
    return {key: answers[key] for key in keys}


def sealed_gate(response: Any) -> str:
    found = re.search(r'name="gate" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def with_draft(client: Client, **answers: Any) -> QuoteRequest:
    """Put a draft into this browser: complete, but for these answers."""
    draft = actions.open_draft(language="en", answers=factories.ANSWERS | answers)
    session = client.session
    session["draft"] = str(draft.pk)
    session.save()
    return draft


def empty_draft(client: Client) -> QuoteRequest:
    """A draft straight after the consent: nothing but the gate's answer."""
    return with_draft(client, **dict.fromkeys(factories.ANSWERS, "") | {"new_signs": ["none"]})


def pass_gate(client: Client, *, language: str = "en", article: str = "") -> Any:
    """From the start page to the first step."""
    first = client.get(f"/{language}/quote/emergency/", {"article": article} if article else {})
    consent = client.post(f"/{language}/quote/emergency/", {"new_signs": ["none"], "ask": "1", "gate": sealed_gate(first)})
    return client.post(f"/{language}/quote/consent/", {"gate": sealed_gate(consent), "storage": "on"})
