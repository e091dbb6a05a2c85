"""What somebody types and does not send: kept for them, sealed, until they send it or throw it away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from quotes import actions, jobs
from quotes.models import CaseSession, MessageDraft, Participant
from tests import factories

pytestmark = pytest.mark.django_db
URL, SAVE = "/en/case/messages/", "/en/case/messages/draft/"


@pytest.fixture
def sent(case, coordinator, clinical_reviewer):
    return factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)


def test_a_draft_is_there_again_for_its_writer_alone(as_participant, patient, daughter):
    assert as_participant(patient).post(SAVE, {"place": "message", "text": "I began to wri"}).status_code == 204
    page = as_participant(patient).get(URL).content.decode()
    assert "I began to wri" in page
    assert "It is not sent yet" in page
    assert "You began a message" in as_participant(patient).get("/en/case/").content.decode()
    assert "I began to wri" not in as_participant(daughter).get(URL).content.decode()


def test_a_draft_is_sealed_in_the_database(as_participant, patient):
    as_participant(patient).post(SAVE, {"place": "message", "text": "Only for you"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM quotes_messagedraft")
        assert "Only for you" not in cursor.fetchone()[0]


def test_sending_ends_the_draft_and_a_late_save_does_not_bring_it_back(as_participant, patient):
    client, key = as_participant(patient), "4a3f9d1c-6c2b-4e0e-9a55-0d2b6a7f3f10"
    client.post(SAVE, {"place": "message", "text": "Hello"})
    client.post(URL, {"body": "Hello", "submission_id": key, "whole": "1"})
    assert not MessageDraft.objects.exists()
    assert client.post(SAVE, {"place": "message", "text": "Hello", "submission_id": key}).status_code == 204
    assert not MessageDraft.objects.exists()


def test_a_draft_can_be_thrown_away(as_participant, patient):
    client = as_participant(patient)
    client.post(SAVE, {"place": "message", "text": "Never mind"})
    client.post(URL, {"discard": "1", "body": "Never mind", "whole": "1"})
    assert "Never mind" not in client.get(URL).content.decode()


def test_an_emptied_field_leaves_no_row(as_participant, patient):
    client = as_participant(patient)
    client.post(SAVE, {"place": "message", "text": "Something"})
    client.post(SAVE, {"place": "message", "text": "  "})
    assert not MessageDraft.objects.exists()


def test_a_text_that_is_too_long_is_kept_to_be_cut(as_participant, patient):
    page = as_participant(patient).post(URL, {"body": "x" * 10_001, "whole": "1"}).content.decode()
    assert "too long" in page
    assert len(MessageDraft.objects.get().text) == 10_001


def test_what_was_typed_while_the_page_closed_by_itself_is_kept(as_participant, patient):
    client = as_participant(patient)
    CaseSession.objects.update(ended_at=timezone.now())
    response = client.post(URL, {"body": "I typed for an hour", "whole": "1"})
    assert response.status_code == 403
    assert "We have kept it for you." in response.content.decode()
    assert "I typed for an hour" in response.content.decode()
    assert "I typed for an hour" in as_participant(patient).get(URL).content.decode()


def test_of_somebody_who_was_let_out_nothing_is_kept(as_participant, daughter):
    client = as_participant(daughter)
    Participant.objects.filter(pk=daughter.pk).update(revoked_at=timezone.now())
    assert client.post(URL, {"body": "Secret", "whole": "1"}).status_code == 404
    assert not MessageDraft.objects.exists()


@pytest.mark.parametrize(("place", "field"), [("change", "text"), ("decline", "reason")])
def test_a_wish_for_a_change_and_a_reason_are_kept_too(as_participant, patient, sent, place, field):
    client = as_participant(patient)
    client.post(SAVE, {"place": place, "text": "Another country"})
    address = f"/en/case/recommendation/{place}/"
    assert "Another country" in client.get(address).content.decode()
    client.post(address, {field: "Another country, please"})
    assert not MessageDraft.objects.exists()


def test_a_refused_wish_is_kept(as_participant, patient, sent, coordinator):
    client = as_participant(patient)
    actions.revise(case=sent.case, by=coordinator, reason="New prices")
    assert client.post("/en/case/recommendation/change/", {"text": "Cheaper"}).status_code == 409
    assert MessageDraft.objects.get().text == "Cheaper"


def test_nobody_saves_where_they_may_not(client, as_participant, case):
    reader = factories.participant(case=case, role="reader")
    assert as_participant(reader).post(SAVE, {"place": "message", "text": "x"}).status_code == 403
    assert client.post(SAVE, {"place": "message", "text": "x"}).status_code == 403
    writer = as_participant(factories.participant(case=case, role="writer", email="w@example.org"))
    assert writer.post(SAVE, {"place": "elsewhere", "text": "x"}).status_code == 404
    assert writer.post(SAVE, {"place": "message", "text": "x", "submission_id": "no"}).status_code == 404
    assert writer.get(SAVE).status_code == 405
    assert not MessageDraft.objects.exists()


def test_what_nobody_comes_back_for_goes_after_30_days(patient):
    MessageDraft.keep(patient, place="message", text="Old")
    jobs.purge_message_drafts()
    assert MessageDraft.objects.exists()
    MessageDraft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    jobs.purge_message_drafts()
    assert not MessageDraft.objects.exists()
