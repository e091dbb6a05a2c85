"""A case that has every kind of row, with a word of its own planted in each personal field of quotes/privacy.py."""

from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from portal.fields import EncryptedJSONField, EncryptedTextField
from portal.models import User
from quotes import actions
from quotes.access import make_code
from quotes.models import MessageDraft, QuoteRequest
from quotes.privacy import Row, rows_of_family
from tests import factories

CHOSEN = {"quotes.callrequest.came_from", "quotes.callrequest.time_zone"}  # sealed, but one of a list


def full_case(*, coordinator: User, reviewer: User, **answers: Any) -> QuoteRequest:
    """Through the verbs, so that it is as a real one: each model of the family has a row."""
    case = factories.sent_case(**answers)
    owner = case.participants.get()
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=reviewer)
    draft = actions.revise(case=case, by=coordinator, reason="A newer price.")
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    actions.patient_writes(case=case, by=owner, body="Hello")
    actions.send_message(case=case, by=coordinator, body="Hello")
    actions.add_note(case=case, by=coordinator, body="A note")
    actions.correct_answers(case=case, by=owner, answers={"goals": "Cook again."})
    factories.attachment(case, content=factories.image(size=(80, 80)))
    call = factories.call(case=case)
    actions.log_call(call=call, by=coordinator, outcome="later", note="Later")
    factories.complaint(case)
    papers = factories.sharing(
        case, consent_text="I agree.", consent_version=1, agreed_at=timezone.now(), agreed_by=owner, state="agreed"
    )
    papers.shared_documents.create(attachment=case.attachments.get(), is_agreed=True)
    factories.follow_up(case, answered_at=timezone.now(), answers={"how": "same"})
    factories.participant(case=case, role="writer", email=f"sister-of-{owner.email}", name="Sister", phone="+34600000000")
    case.flags.create(rule_id="sample", level="A", rules_version="1", question="cancer", answer="yes", clearance="seen")
    MessageDraft.keep(owner, place="message", text="I began to write")
    make_code(owner, browser="a")
    twin = factories.sent_case(email=f"twin-of-{owner.email}")
    actions.link_case(case=case, by=coordinator, other=twin, why="The same person, a year later")
    case.ticks.create(key="sample-step", recorded_by=coordinator)
    owner.sessions.create()
    owner.new_addresses.create(email="new@example.org", expires_at=timezone.now(), tries_left=5)
    return QuoteRequest.objects.get(pk=case.pk)


def plantable(label: str, row: Row) -> list[models.Field]:
    """Sealed fields and free text that the table calls personal."""
    personal = {*row.given.split(), *row.on_request.split()}
    fields = [field for field in apps.get_model(label)._meta.concrete_fields if field.name in personal]
    return [field for field in fields if isinstance(field, EncryptedTextField) and f"{label}.{field.name}" not in CHOSEN]


def word(mark: str, label: str, name: str) -> str:
    return f"{mark}-{label.replace('.', '-')}-{name.replace('_', '-')}"


def plant(case: QuoteRequest, mark: str) -> dict[str, str]:
    """Write one word into each; returns where (`model.field`) → the word."""
    words: dict[str, str] = {}
    for label, row in rows_of_family().items():
        model, fields = apps.get_model(label), plantable(label, row)
        for item in model._default_manager.filter(row.of(case)):
            for field in fields:
                words[f"{label}.{field.name}"] = text = word(mark, label, field.name)
                setattr(item, field.name, planted(field, getattr(item, field.name), text))
            if fields:
                save = type(item).save if label == "quotes.participant" else models.Model.save  # past what forbids a change
                save(item)
    return words


def planted(field: models.Field, value: Any, text: str) -> Any:
    """The field's value with the word in it: among the answers, in a list, or alone."""
    if isinstance(field, EncryptedJSONField):
        return {**value, "goals": text, "words": text, "name": text} if isinstance(value, dict) else [text]
    return f"{text}@example.org" if field.name == "email" else text


def is_given(where: str) -> bool:
    label, _dot, name = where.rpartition(".")
    return bool(rows_of_family()[label].key) and name in rows_of_family()[label].given.split()
