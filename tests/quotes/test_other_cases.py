"""Every id of another case, on every address that takes one and in every field that takes one: 404, and nothing has changed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from portal import pdf
from quotes import actions, circle
from quotes.models import Attachment, CaseSession, LineItem, Participant, QuoteRequest
from quotes.privacy import rows_of_family
from tests import factories
from tests.quotes.test_circle_matrix import CASE_URLS

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(case, coordinator, clinical_reviewer):
    factories.attachment(case, added_by_user=coordinator)
    made = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    factories.sharing(
        case,
        state="agreed",
        agreed_at=timezone.now(),
        agreed_by=case.participants.get(),
        consent_text="Yes.",
        consent_version=1,
    )
    return made


@pytest.fixture
def sister(case) -> Participant:
    return factories.participant(case=case, role="reader", email="sister@example.org")


@pytest.fixture
def stranger(other_patient) -> Participant:
    """Owns a case of their own, in which the same buttons work."""
    return other_patient


def person_url(name: str) -> Callable[[QuoteRequest], str]:
    return lambda case: reverse(f"quotes:{name}", args=[case.participants.get(role="reader").pk])


# every address whose path holds an id → that id as an address of this case
WITH_ID: dict[str, Callable[[QuoteRequest], str]] = {
    "case_accept": lambda case: reverse(
        "quotes:case_accept", args=[case.recommendations.get().options.earliest("position").pk]
    ),
    "case_recommendation_version": lambda case: reverse("quotes:case_recommendation_version", args=[1]),
    "case_file": lambda case: reverse("quotes:case_file", args=[case.attachments.get(added_by_user__isnull=False).pk]),
    "case_doctor": lambda case: reverse("quotes:case_doctor", args=[1]),
    "case_doctor_pdf": lambda case: reverse("quotes:case_doctor_pdf", args=[1]),
    "case_sharing_withdraw": lambda case: reverse("quotes:case_sharing_withdraw", args=[case.sharings.get().pk]),
    "case_person": person_url("case_person"),
    "case_end_access": person_url("case_end_access"),
    "case_offer": person_url("case_offer"),
}


def everything(case: QuoteRequest) -> str:
    """All rows of a case that quotes/privacy.py knows, as one text."""
    found: list[Model] = []
    for label, row in rows_of_family().items():
        rows = apps.get_model(label)._default_manager.filter(row.of(case))
        found += rows.order_by("pk")
    return serializers.serialize("json", found)


def test_every_address_with_an_id_is_tried():
    # answer steps, and what a code is for, are the same for every case: these are no ids
    assert set(WITH_ID) == {name for name, one in CASE_URLS.items() if set(one.pattern.converters) - {"key", "what"}}


@pytest.mark.parametrize("name", sorted(WITH_ID))
def test_an_address_of_another_case_is_a_404_and_changes_nothing(sent, sister, case, patient, stranger, name, monkeypatch):
    url = WITH_ID[name](case)
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "from_html", lambda page, *, css: b"%PDF-1.7 sample")
    owner, other = factories.case_client(patient), factories.case_client(stranger)
    before = everything(case)
    for data in ({}, {"do": "role", "role": "writer"}, {"do": "resend"}, {"is_sure": "on"}):
        for method in ("get", "head", "post", "put", "patch", "delete"):
            assert getattr(other, method)(url, data if method == "post" else None).status_code in (404, 405), method
    assert other.get(url).status_code == 404
    assert everything(case) == before
    assert owner.get(url).status_code == 200
    assert owner.head(url).status_code == 200
    assert owner.post(url, {"do": "role", "role": "writer"}).status_code in (302, 405, 409)  # done, not done here, or why not


def test_ids_of_another_case_in_any_field_of_the_other_pages_reach_nothing(sent, case, patient, stranger):
    """Each page in a savepoint of its own: a post may change the stranger's own case."""
    factories.case_client(patient)
    file, papers, line = case.attachments.get(), case.sharings.get(), LineItem.objects.filter(option__recommendation=sent)[0]
    message = actions.patient_writes(case=case, by=patient, body="Ours.", submission_id=uuid4())
    ids = {
        "remove": file.pk, "documents": file.pk, "sharing": papers.pk, "session": patient.sessions.get().pk,
        "line": line.pk, "option": line.option_id, "person": patient.pk, "submission_id": message.submission_id,
    }  # fmt: skip
    fields = {key: str(value) for key, value in ids.items()} | {"body": "x", "text": "x", "whole": "1", "agrees": "on"}
    parts, before = {"key": "stroke", "what": "erase"}, everything(case)
    for name in sorted(set(circle.PAGES) - set(WITH_ID)):
        key = {"key": "health"} if name == "case_consent" else {}
        wanted = CASE_URLS[name].pattern.converters
        url = reverse(f"quotes:{name}", kwargs={one: (parts | key)[one] for one in wanted})
        with transaction.atomic():
            other = factories.case_client(stranger)
            for answer in (other.get(url, fields), other.post(url, fields), other.post(url, fields | {"do": "refuse"})):
                assert case.reference.encode() not in b"".join(answer), name
            assert everything(case) == before, name
            transaction.set_rollback(True)


def test_a_file_of_another_case_cannot_be_removed(case, patient, stranger):
    kept = factories.attachment(case)
    response = factories.case_client(stranger).post("/en/case/documents/", {"remove": str(kept.pk), "whole": "1"})
    assert response.status_code == 404
    assert Attachment.objects.get(pk=kept.pk).removed_at is None
    factories.case_client(patient).post("/en/case/documents/", {"remove": str(kept.pk), "whole": "1"})
    assert Attachment.objects.get(pk=kept.pk).removed_at is not None


def test_an_open_page_of_somebody_else_cannot_be_ended(case, patient, stranger, daughter):
    factories.case_client(patient)
    theirs = CaseSession.objects.get(participant=patient)
    for person in (stranger, daughter):  # another family's, and one's own mother's
        response = factories.case_client(person).post("/en/case/access/", {"session": str(theirs.pk)})
        assert response.status_code == 404
    theirs.refresh_from_db()
    assert theirs.ended_at is None
    assert factories.case_client(patient).post("/en/case/access/", {"session": str(theirs.pk)}).status_code == 302
    theirs.refresh_from_db()
    assert theirs.ended_at is not None


def test_nonsense_for_an_id_is_a_404(patient):
    assert factories.case_client(patient).post("/en/case/access/", {"session": "1 OR 1=1"}).status_code == 404
