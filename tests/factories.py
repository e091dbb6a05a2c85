"""Rows for tests, made through the same verbs as the site makes them wherever there is one."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from PIL import Image

from articles import pictures
from articles.models import (
    Article,
    ClinicalTrial,
    EasyRead,
    Edition,
    Feedback,
    GlossaryTerm,
    Person,
    Picture,
    Reference,
    Topic,
    TrialSummary,
)  # fmt: skip
from portal import second_factor, session_clock
from portal.models import User
from quotes import actions, attachments, catalogue, consents, marks
from quotes.models import (
    Absence,
    Attachment,
    CallRequest,
    CaseSession,
    ChecklistStep,
    Clinic,
    Complaint,
    ExchangeRate,
    Flag,
    FollowUp,
    LineItem,
    Option,
    Participant,
    Price,
    QuoteRequest,
    Recommendation,
    ReplyTemplate,
    Sharing,
    SubstituteApprover,
    Treatment,
    UsualLine,
    WorkProfile,
)
from quotes.readiness import content_digest, never_reviewed

PASSWORD = "correct horse battery staple"

ANSWERS: dict[str, Any] = {
    "new_signs": ["none"],
    "filler_role": "patient",
    "filler_name": "María Sample",
    "email": "maria@example.org",
    "phone": "+34 612 345 678",
    "birth_year": "1962",
    "country": "ES",
    "language": "es",
    "stroke_type": "ischaemic",
    "stroke_date": "2024-03",
    "still_changing": "same",
    "f1": "yes",
    "f2": "no",
    "thinners": ["none"],
    "cancer": "no",
    "implants": ["none"],
    "cells_before": "no",
    "goals": "Walk to the market and back.",
}
"""The shortest whole request: nothing in it raises a flag."""


def user(*, role: str, name: str = "Sample Person", email: str = "") -> User:
    email = email or f"{name.split()[0].lower()}@office.example"
    made = User.objects.create_user(email, PASSWORD, name=name, public_role=role)
    made.groups.set(Group.objects.filter(name=role))
    return made


def staff_client(member: User) -> Client:
    """A browser in which this person has given password and second factor."""
    client = Client()
    client.force_login(member)
    session = client.session
    session[second_factor.SESSION_KEY] = str(member.pk)
    session_clock.start(session, "staff")
    session.save()
    return client


def case_client(participant: Participant) -> Client:
    """A browser in which this person has opened the link and entered the code."""
    client = Client()
    session = client.session
    session["participant"] = str(participant.pk)
    session["case_session"] = str(CaseSession.objects.create(participant=participant, browser="Firefox/windows").pk)
    session_clock.start(session, "case")
    session.save()
    return client


def draft_case(*, language: str = "en", **answers: Any) -> QuoteRequest:
    return actions.open_draft(language=language, answers=ANSWERS | answers)


def sent_case(*, language: str = "en", **answers: Any) -> QuoteRequest:
    draft = draft_case(language=language, **answers)
    return actions.submit(case=draft, agreed=["health", "authority", "understood"])


def image(*, suffix: str = "JPEG", size: tuple[int, int] = (60, 40), **how: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, suffix, **how)
    return drawn.getvalue()


def staged(content: bytes, name: str = "letter.jpg") -> attachments.Staged:
    """A file that has just been uploaded, as the upload handler leaves it."""
    handler = attachments.SealingHandler(room=attachments.CASE_BYTES)
    handler.new_file("discharge_letter", name, "", len(content), None, None)
    for start in range(0, len(content), 64 * 1024):
        handler.receive_data_chunk(content[start : start + 64 * 1024], start)
    return handler.file_complete(len(content))


def attachment(case: QuoteRequest, *, slot: str = "discharge_letter", content: bytes = b"", **fields: Any) -> Attachment:
    """A file of a case, added while it was a draft."""
    name = fields.pop("name", "letter.jpg")
    sent = staged(content or image(), name)
    assert sent.kind is not None, sent.problem
    return Attachment.objects.create(
        **{
            "id": sent.id, "case": case, "slot": slot, "name": sent.name, "kind": sent.kind.key, "size": sent.size,
            "sha256": sent.sha256, "stored_as": sent.stored_as, "file_key": sent.file_key, "state": Attachment.State.UNSCANNED,
        }
        | fields
    )  # fmt: skip


def participant(*, case: QuoteRequest, role: str = "reader", email: str = "reader@example.org", **fields: Any) -> Participant:
    return Participant.objects.create(case=case, role=role, email=email, **fields)


def sharing(case: QuoteRequest, **fields: Any) -> Sharing:
    """Papers proposed for a clinic, straight into the database, whatever state the case is in."""
    office = User.objects.filter(email="papers@office.example").first() or user(
        role="coordinator", name="Paula Sample", email="papers@office.example"
    )
    option = Option.objects.filter(recommendation__case=case).first()
    if option is None:
        draft = Recommendation.objects.create(case=case, language="en", created_by=office)
        option = Option.objects.create(recommendation=draft, treatment=treatment("waiting", labels="i"), title="Waiting")
    given: dict[str, Any] = {
        "option": option,
        "clinic": clinic(),
        "language": "en",
        "summary": "Age: 60 to 64",
        "proposed_by": office,
    }
    return Sharing.objects.create(case=case, **given | fields)


def accepted_case(*, coordinator: User, clinical_reviewer: User, **answers: Any) -> QuoteRequest:
    """The family has chosen an option of a clinic in Spain, and the office has confirmed the next step."""
    case = sent_case(**answers)
    recommendation = sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    option = recommendation.options.earliest("position")
    Option.objects.filter(pk=option.pk).update(clinic=clinic())
    case.refresh_from_db()
    actions.accept(case=case, by=case.participants.get(role="owner"), option=recommendation.options.earliest("position"))
    return actions.confirm_accept(case=case, by=coordinator)


def flag(case: QuoteRequest, *, level: str = "R", rule_id: str = "sample", **fields: Any) -> Flag:
    raised = Flag.objects.create(
        case=case, level=level, rule_id=rule_id, **{"rules_version": "1", "question": "cancer", **fields}
    )
    marks.keep(QuoteRequest.objects.filter(pk=case.pk))
    return raised


def complaint(case: QuoteRequest, **fields: Any) -> Complaint:
    given = {"by": case.participants.get(role="owner"), "what": "Nobody called back."}
    return actions.complain(case=case, **given | fields)


def follow_up(case: QuoteRequest, **fields: Any) -> FollowUp:
    """Asked three months after; the agreement is given."""
    consents.record(case=case, keys=["follow_up"], role="patient", language="en")
    return FollowUp.objects.create(**{"case": case, "months": 3, "due_at": timezone.now()} | fields)


def call(**fields: Any) -> CallRequest:
    """Somebody asked to be called."""
    given: dict[str, Any] = {
        "name": "Pilar Sample",
        "phone": "+34612345678",
        "parts": ["morning"],
        "hours": "Let it ring for long.",
        "time_zone": "Europe/Madrid",
        "language": "es",
        "consent_language": "es",
    }
    return actions.ask_for_call(**given | fields)


def reference(key: str = "R001", **fields: Any) -> Reference:
    defaults = {
        "title": "A sample trial of cells after stroke",
        "authors": "Sample A, Sample B",
        "year": 2024,
        "certainty": "sure",
    }
    return Reference.objects.create(key=key, **defaults | fields)


def person(key: str = "editorial-team", language: str = "en", **fields: Any) -> Person:
    made, _created = Person.objects.get_or_create(
        translation_key=key, language=language, defaults={"slug": key, "name": "The editorial team", "is_team": True} | fields
    )
    return made


def topic(key: str = "stem-cells", language: str = "en", **fields: Any) -> Topic:
    defaults = {"slug": key, "title": "Stem cells", "kind": Topic.Kind.TREATMENT}
    made, _created = Topic.objects.get_or_create(translation_key=key, language=language, defaults=defaults | fields)
    return made


def article(key: str = "sample-article", *, language: str = "en", published: bool = True, **edition: Any) -> Article:
    """An article with one edition; published unless you say otherwise."""
    made = Article.objects.create(
        translation_key=key, language=language, slug=key, author=person(language=language), next_review_on=date(2030, 1, 1)
    )
    defaults = {
        "number": 1,
        "title": "A sample article",
        "summary": "What is known, in short.",
        "key_messages": "It is not shown to work.[R001]",
        "body": "## What was tried\n\nPeople were given cells.[R001] {D}",
        "limitations": "We do not know the long-term effects.",
        "regulatory_status": "Not approved.",
        "regulatory_checked_on": date(2026, 2, 1),
        "conflict_statement": "None.",
        "evidence_labels": "D",
    }
    first = Edition.objects.create(article=made, **defaults | edition)
    if published:
        made.published_edition, made.published_at = first, timezone.now() - timedelta(days=1)
        made.save()
    return made


def term(key: str = "stroke", *, language: str = "en", **fields: Any) -> GlossaryTerm:
    defaults = {"term": key.capitalize(), "definition": f"What {key} means."}
    return GlossaryTerm.objects.create(translation_key=key, language=language, **defaults | fields)


def trial(key: str = "T01", *, language: str = "en", **fields: Any) -> TrialSummary:
    """A fair test that did not meet its main goal, in plain words."""
    facts = {
        "name": "SAMPLE (Sample 2024)", "comparison": "blind", "is_randomised": True, "people": 206, "people_with_cells": 104,
        "people_without": 102, "cells": "bone-marrow", "donor": "other", "route": "vein", "stage": "days", "outcome": "not-met",
        "status": "published", "sources": "R001", "certainty": "sure", "main_result": "12/104 vs 10/102.",
    }  # fmt: skip
    words = {
        "title": "Do cells help in the first days?",
        "summary": "Chance decided.\n\nNo difference.",
        "meaning": "It did not help.",
    }
    made, _created = ClinicalTrial.objects.get_or_create(key=key, defaults=facts | fields)
    return TrialSummary.objects.create(trial=made, language=language, **words)


def picture(key: str = "sample-picture", *, language: str = "en", **fields: Any) -> Picture:
    """With its files in the pictures' folder."""
    made = {"alt": "A hand squeezes a ball.", "sizes": pictures.store(io.BytesIO(image(size=(1200, 800))))}
    return Picture.objects.create(key=key, language=language, **made | fields)


def easy(article: Article, **fields: Any) -> EasyRead:
    defaults = {"title": "A sample, easy to read", "body": "## What is it?\n\n**Cells** were tested.[R001]{D}"}
    return EasyRead.objects.create(article=article, **defaults | fields)


def feedback(key: str = "report-sample", **fields: Any) -> Feedback:
    """A reader's report of a mistake."""
    about = Article.objects.filter(translation_key=key).first() or article(key)
    defaults = {"edition": 1, "is_useful": False, "text": "The year is wrong.", "has_text": True}
    return Feedback.objects.create(article=about, **defaults | fields)


def usual_lines(kind: str) -> None:
    """The rows people forget, as the starter catalogue has them for this kind."""
    if not UsualLine.objects.filter(kind=kind).exists():
        UsualLine.objects.bulk_create(UsualLine(**row) for row in catalogue.usual_line_rows() if row["kind"] == kind)


def treatment(kind: str = "rehabilitation", *, language: str = "en", labels: str = "A", **fields: Any) -> Treatment:
    """With the usual lines of its kind."""
    usual_lines(kind)
    key = f"sample-{kind}"
    defaults = {
        "name": f"Sample {kind}",
        "kind": kind,
        "evidence_labels": labels,
        "summary": "What it is.",
        "risks": "What can go wrong.",
        "regulatory_status": "Where it stands.",
        "checked_on": date(2026, 2, 1),
    }
    if "article" not in fields and kind != "waiting":
        fields["article"] = Article.objects.filter(translation_key=key, language=language).first() or article(
            key, language=language
        )
    made, _created = Treatment.objects.get_or_create(translation_key=key, language=language, defaults=defaults | fields)
    return made


def clinic(name: str = "Sample Clinic") -> Clinic:
    return Clinic.objects.get_or_create(name=name, defaults={"country": "ES"})[0]


def price(**fields: Any) -> Price:
    """What the sample clinic told us about the sample rehabilitation, in euros."""
    told = {"treatment_key": "sample-rehabilitation", "low": 300000, "high": 400000, "currency": "EUR"}
    told |= {"clinic": fields.pop("clinic", None) or clinic(), "quoted_on": timezone.localdate()}
    return Price.objects.create(**told | fields)


def exchange_rate(base: str = "EUR", quote: str = "USD", rate: str = "1.1", *, by: User, **fields: Any) -> ExchangeRate:
    read = {"as_of": timezone.localdate(), "source": "sample figure, not a real rate", "recorded_by": by}
    return ExchangeRate.objects.create(base=base, quote=quote, rate=Decimal(rate), **read | fields)


def usual_line(**fields: Any) -> UsualLine:
    row = {"kind": "waiting", "language": "en", "group": "medical", "label": "A sample row", "inclusion": "excluded"}
    return UsualLine.objects.create(**row | fields)


def checklist_step(key: str = "sample-step", **fields: Any) -> ChecklistStep:
    return ChecklistStep.objects.create(key=key, **{"case_type": "every", "language": "en", "text": "A sample step"} | fields)


def reply_template(
    *, language: str = "en", body: str = "Hello {{ name }}, {{ coordinator }} here.", **fields: Any
) -> ReplyTemplate:
    defaults = {"key": "sample", "title": "Sample text", "body": body}
    return ReplyTemplate.objects.create(language=language, **defaults | fields)


def ready_recommendation(case: QuoteRequest, *, coordinator: User) -> Recommendation:
    """A draft with two options and costs, that only lacks approval. Takes the case when nobody has it."""
    for kind, labels in (("rehabilitation", "A"), ("waiting", "i")):
        treatment(kind, labels=labels)
    if case.coordinator_id is None:
        actions.assign(case=case, by=coordinator)
    draft = actions.draft_recommendation(case=case, by=coordinator)
    draft.summary = "Practise first. Here is where and what it costs."
    draft.commission = "The clinic pays us only if you travel."
    draft.save()
    line = LineItem.objects.filter(option__recommendation=draft).order_by("option__position", "position").first()
    assert line
    line.low, line.likely, line.high, line.source = 100000, 120000, 150000, LineItem.Source.ESTIMATE
    line.save()
    return draft


def approve(waiting: Recommendation, *, by: User, **given: Any) -> Recommendation:
    """As by somebody who has just read it, and ticks what there is to tick."""
    read = {"digest": content_digest(waiting), "unreviewed": never_reviewed(waiting)}
    return actions.approve(case=waiting.case, by=by, recommendation=waiting, **read | given)


def sent_recommendation(case: QuoteRequest, *, coordinator: User, clinical_reviewer: User) -> Recommendation:
    """A recommendation that the patient can read."""
    draft = ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    approve(draft, by=clinical_reviewer)
    return actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def add_option(recommendation: Recommendation, *, kind: str = "procedure", labels: str = "DW") -> Option:
    return Option.objects.create(
        recommendation=recommendation, treatment=treatment(kind, labels=labels), position=9, title=f"Sample {kind}"
    )


def work_profile(user: User, *languages: str) -> WorkProfile:
    return WorkProfile.objects.create(user=user, languages=[*languages] or ["en"])


def absence(user: User) -> Absence:
    today = timezone.localdate()
    return Absence.objects.create(user=user, first_day=today, last_day=today)


def substitute_approver() -> SubstituteApprover:
    managers = [user(role="manager", email=f"{name}@stands-in.example") for name in ("named", "namer")]
    today = timezone.localdate()
    return SubstituteApprover.objects.create(
        user=managers[0], named_by=managers[1], first_day=today, last_day=today, reason="Holiday."
    )
