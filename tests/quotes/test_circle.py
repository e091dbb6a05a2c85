"""The family circle: invited, accepted, changed, ended, left, handed over."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail
from quotes import actions, jobs
from quotes.circle import MOST_PEOPLE
from quotes.models import Participant
from quotes.models.people import new_token
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.test_access_code import ask, door, hide_csrf

pytestmark = pytest.mark.django_db
PEOPLE, INVITE, INVITATION = "/en/case/people/", "/en/case/people/invite/", "/en/case/people/invitation/"
SISTER = {"name": "Lucía", "email": "Lucia@example.org ", "role": "writer"}


@pytest.fixture(autouse=True)
def into_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def contact_case():
    """Asked for by a daughter, with the patient's agreement."""
    return factories.sent_case(
        filler_role="family", relation="child", patient_knows="yes", filler_name="Ana", email="ana@example.org"
    )


@pytest.fixture
def contact(contact_case) -> Participant:
    return contact_case.participants.get()


def invited(owner: Participant, **fields: str) -> Participant:
    assert factories.case_client(owner).post(INVITE, SISTER | fields).url == PEOPLE
    return owner.case.participants.exclude(pk=owner.pk).latest("created_at")


def accepted(person: Participant) -> Participant:
    factories.case_client(person).post(INVITATION, {"answer": "yes"})
    person.refresh_from_db()
    return person


def test_the_owner_invites_and_the_mail_says_nothing(patient):
    person = invited(patient)
    assert (person.name, person.email, person.role, person.invited_by) == ("Lucía", "lucia@example.org", "writer", patient)
    assert OutgoingEmail.objects.filter(kind="invitation", subject_id=person.pk).count() == 1
    outbox.send_due()
    letter = next(one for one in mail.outbox if one.to == ["lucia@example.org"])
    assert f"/c/{person.token}/" in letter.body
    for word in ("Lucía", "María", "stroke"):
        assert word not in letter.body + letter.subject


def test_link_and_code_lead_to_the_invitation_and_yes_leads_in(patient):
    person = invited(patient)
    client = Client()
    client.post(door(person), {"digits": ask(client, person)})
    page = client.get("/en/case/", follow=True).content.decode()
    assert "You are invited" in page and "María Sample" in page
    assert client.post(INVITATION, {"answer": "yes"}).url == "/en/case/"
    assert client.get("/en/case/").status_code == 200
    person.refresh_from_db()
    assert person.accepted_at is not None
    assert OutgoingEmail.objects.filter(kind="news", subject_id=patient.pk).count() == 1


def test_no_ends_the_link_and_the_owner_is_told(patient):
    person = invited(patient)
    client = factories.case_client(person)
    assert client.post(INVITATION, {"answer": "no"}).url == "/en/c/not-me/refused/"
    assert not Participant.objects.with_token(person.token).exists()
    assert OutgoingEmail.objects.filter(kind="news", subject_id=patient.pk).exists()


def test_whoever_has_not_said_yes_gets_no_news(case, patient, coordinator):
    person = invited(patient)
    actions.assign(case=case, by=coordinator)
    actions.send_message(case=case, by=coordinator, body="News.")
    assert not OutgoingEmail.objects.filter(kind="news", subject_id=person.pk).exists()
    actions.accept_invitation(case=case, by=person)
    actions.send_message(case=case, by=coordinator, body="More news.")
    assert OutgoingEmail.objects.filter(kind="news", subject_id=person.pk).exists()


def test_an_invitation_lapses_after_14_days(patient):
    person = invited(patient)
    assert jobs.lapse_invitations() == 0
    Participant.objects.filter(pk=person.pk).update(invited_at=timezone.now() - timedelta(days=15))
    person.refresh_from_db()
    with pytest.raises(NotAllowed, match="too old"):
        actions.accept_invitation(case=patient.case, by=person)
    assert jobs.lapse_invitations() == 1
    assert not Participant.objects.with_token(person.token).exists()
    assert "did not" not in factories.case_client(patient).get(PEOPLE).content.decode()
    invited(patient)  # the same address may be invited again


def test_sending_again_starts_the_14_days_anew_and_has_a_limit(patient, settings):
    settings.LIMITS = settings.LIMITS | {"invite-again": (1, 86400)}
    person = invited(patient)
    Participant.objects.filter(pk=person.pk).update(invited_at=timezone.now() - timedelta(days=13))
    client = factories.case_client(patient)
    assert client.post(f"{PEOPLE}{person.pk}/", {"do": "resend"}).status_code == 302
    person.refresh_from_db()
    assert person.invited_at > timezone.now() - timedelta(minutes=1)
    assert client.post(f"{PEOPLE}{person.pk}/", {"do": "resend"}).status_code == 409
    assert OutgoingEmail.objects.filter(kind="invitation", subject_id=person.pk).count() == 2


def test_ending_the_access_counts_at_once(patient):
    person = accepted(invited(patient))
    theirs = factories.case_client(person)
    assert theirs.get("/en/case/").status_code == 200
    assert factories.case_client(patient).post(f"{PEOPLE}{person.pk}/end/").url == PEOPLE
    assert theirs.get("/en/case/").status_code == 404
    client = Client()
    client.post(door(person), {"send": "1"})
    assert not OutgoingEmail.objects.filter(kind="access_code").exists()


def test_a_revoked_writer_can_copy_what_was_typed(patient):
    person = accepted(invited(patient))
    theirs = factories.case_client(person)
    actions.revoke_access(case=patient.case, by=patient, person=person)
    response = theirs.post("/en/case/messages/", {"body": "An hour's work."})
    assert response.status_code == 404
    assert b"An hour&#x27;s work." in response.content


def test_the_role_is_changed_and_counts_with_the_next_click(patient):
    person = accepted(invited(patient))
    theirs = factories.case_client(person)
    factories.case_client(patient).post(f"{PEOPLE}{person.pk}/", {"do": "role", "role": "reader"})
    assert theirs.post("/en/case/messages/", {"body": "Hello"}).status_code == 403


def test_nobody_is_made_an_owner_by_the_role_form(patient):
    person = accepted(invited(patient))
    assert factories.case_client(patient).post(f"{PEOPLE}{person.pk}/", {"do": "role", "role": "owner"}).status_code == 409
    person.refresh_from_db()
    assert person.role == "writer"


@pytest.mark.parametrize("page", ["", "end/", "offer/"])
def test_the_owners_own_page_is_not_there_to_be_ended(patient, page):
    client = factories.case_client(patient)
    assert client.get(f"{PEOPLE}{patient.pk}/{page}").status_code == 404
    assert client.post(f"{PEOPLE}{patient.pk}/{page}", {"do": "role", "is_sure": "on"}).status_code == 404
    patient.refresh_from_db()
    assert (patient.role, patient.revoked_at) == ("owner", None)


def test_ending_somebodys_access_is_read_about_first(patient):
    person = accepted(invited(patient))
    client = factories.case_client(patient)
    assert f'href="{PEOPLE}{person.pk}/end/"' in client.get(f"{PEOPLE}{person.pk}/").content.decode()
    page = client.get(f"{PEOPLE}{person.pk}/end/").content.decode()
    for text in ("Lucía", "What this person will no longer see", "What they wrote stays here, with their name."):
        assert text in page
    assert "This person is the patient" not in page
    assert client.post(f"{PEOPLE}{person.pk}/", {"do": "revoke"}).status_code == 404  # no button ends it at once
    person.refresh_from_db()
    assert person.revoked_at is None


def test_pressing_the_end_twice_ends_it_once(case, patient):
    person = accepted(invited(patient))
    client = factories.case_client(patient)
    for _press in range(2):
        assert client.post(f"{PEOPLE}{person.pk}/end/").url == PEOPLE
    assert case.events.filter(kind="revoke_access").count() == 1
    assert client.get(f"{PEOPLE}{person.pk}/end/").status_code == 404


def test_an_open_invitation_is_taken_back_in_other_words(patient):
    person = invited(patient)
    client = factories.case_client(patient)
    page = client.get(f"{PEOPLE}{person.pk}/end/").content.decode()
    assert "has seen nothing of the case" in page
    assert "What this person will no longer see" not in page
    client.post(f"{PEOPLE}{person.pk}/end/")
    assert not Participant.objects.with_token(person.token).exists()


def test_the_patients_own_access_ends_only_with_a_tick(contact_case, contact):
    person = accepted(invited(contact, is_patient="on", email="maria@example.org"))
    client = factories.case_client(contact)
    refused = client.post(f"{PEOPLE}{person.pk}/end/").content.decode()
    assert "This person is the patient. Tick this box" in refused
    assert "<title>Error:" in refused
    person.refresh_from_db()
    assert person.revoked_at is None
    assert client.post(f"{PEOPLE}{person.pk}/end/", {"is_sure": "on"}).url == PEOPLE
    person.refresh_from_db()
    assert person.revoked_at is not None


def test_leaving(patient):
    person = accepted(invited(patient))
    client = factories.case_client(person)
    assert client.post("/en/case/people/leave/", {"leave": "1"}).url == "/en/c/not-me/left/"
    assert client.get("/en/case/").url == "/en/case/ended/"
    person.refresh_from_db()
    assert person.revoked_at is not None


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"email": "maria@example.org"}, "shares the case already"),
        ({"role": "owner"}, "Select a valid choice"),
        ({"role": ""}, "Choose what this person may do"),
        ({"email": "x"}, "not a whole e-mail address"),
        ({"name": ""}, "Type a name"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_kept(patient, fields, problem):
    response = factories.case_client(patient).post(INVITE, SISTER | fields)
    assert problem in response.content.decode()
    assert patient.case.participants.count() == 1


def test_a_circle_has_a_most_and_a_day_too(case, patient, settings):
    settings.LIMITS = settings.LIMITS | {"invite": (2, 86400)}
    client = factories.case_client(patient)
    codes = [client.post(INVITE, SISTER | {"email": f"p{n}@example.org"}).status_code for n in range(3)]
    assert codes == [302, 302, 409]
    for number in range(MOST_PEOPLE - 3):
        factories.participant(case=case, email=f"more{number}@example.org")
    settings.LIMITS = settings.LIMITS | {"invite": (99, 86400)}
    assert client.post(INVITE, SISTER | {"email": "eleven@example.org"}).status_code == 409


def test_the_patient_is_invited_to_own_the_case(contact_case, contact):
    assert contact.authority == Participant.Authority.AGREEMENT
    person = invited(contact, role="own", email="maria@example.org", name="María")
    assert (person.role, person.is_patient) == ("writer", True)
    assert contact_case.owner == contact  # nothing has changed before the yes
    accepted(person)
    contact.refresh_from_db()
    assert (person.role, person.authority, contact.role) == ("owner", Participant.Authority.PATIENT, "writer")
    assert contact_case.participants.filter(role="owner").count() == 1
    assert factories.case_client(contact).get(INVITE).status_code == 403
    assert factories.case_client(person).get(INVITE).status_code == 200


def test_the_patient_may_read_the_same_mailbox_as_the_contact(contact):
    assert invited(contact, role="own", email=contact.email).is_patient


def test_the_case_is_offered_to_a_patient_who_shares_it_already(contact_case, contact):
    person = accepted(invited(contact))
    client = factories.case_client(contact)
    assert "You cannot take the case back yourself." in client.get(f"{PEOPLE}{person.pk}/offer/").content.decode()
    for _press in range(2):
        assert client.post(f"{PEOPLE}{person.pk}/offer/").url == PEOPLE
    assert contact_case.events.filter(kind="offer_ownership").count() == 1
    assert "The case is offered to you" in factories.case_client(person).get(PEOPLE).content.decode()
    assert accepted(person).role == "owner"


def test_an_offer_can_be_refused(contact_case, contact):
    person = accepted(invited(contact))
    actions.offer_ownership(case=contact_case, by=contact, person=person)
    factories.case_client(person).post(INVITATION, {"answer": "no"})
    person.refresh_from_db()
    assert (person.role, person.ownership_offered_at, person.revoked_at) == ("writer", None, None)
    with pytest.raises(NotAllowed):
        actions.accept_ownership(case=contact_case, by=person)


def test_a_patient_who_owns_the_case_cannot_give_it_away(patient):
    person = accepted(invited(patient))
    client = factories.case_client(patient)
    assert f"{PEOPLE}{person.pk}/offer/" not in client.get(f"{PEOPLE}{person.pk}/").content.decode()
    assert '<form class="form"' not in client.get(f"{PEOPLE}{person.pk}/offer/").content.decode()
    assert client.post(f"{PEOPLE}{person.pk}/offer/").status_code == 409
    assert 'value="own"' not in factories.case_client(patient).get(INVITE).content.decode()


def test_valid_lapsed_refused_replaced_revoked_and_unknown_links_look_the_same(case, patient, daughter, settings):
    settings.LIMITS = settings.LIMITS | {"code": (100, 900), "code-try": (100, 3600)}
    lapsed, refused = invited(patient), invited(patient, email="second@example.org")
    Participant.objects.filter(pk=lapsed.pk).update(invited_at=timezone.now() - timedelta(days=15))
    jobs.lapse_invitations()
    actions.refuse_invitation(case=case, by=refused)
    actions.revoke_access(case=case, by=patient, person=daughter)
    replaced = patient.token
    actions.report_not_me(case=case, by=patient)
    patient.refresh_from_db()
    pages = []
    for token in (patient.token, lapsed.token, refused.token, daughter.token, replaced, new_token()):
        client = Client()
        looked = client.get(door(token))
        assert client.post(door(token), {"send": "1"}).status_code == 302
        waits, tried = client.get(door(token)), client.post(door(token), {"digits": "000000", "is_shared": "on"})
        pages.append([hide_csrf(one.content).replace(token.encode(), b"") for one in (looked, waits, tried)])
    assert all(one == pages[0] for one in pages)


def test_everything_written_carries_a_name(case, patient):
    person = accepted(invited(patient))
    client = factories.case_client(person)
    client.post("/en/case/messages/", {"body": "A question."})
    with_file = {"whole": "1", "discharge_letter": SimpleUploadedFile("letter.jpg", factories.image())}
    client.post("/en/case/documents/", with_file)
    actions.correct_answers(case=case, by=person, answers={"stroke_type": "bleed"})
    seen = factories.case_client(patient)
    for url in ("messages/", "documents/", "answers/"):
        assert "Lucía" in seen.get(f"/en/case/{url}").content.decode(), url


def test_number_of_queries(patient, daughter, django_assert_num_queries):
    for number in range(5):
        factories.participant(case=patient.case, email=f"p{number}@example.org")
    client = factories.case_client(patient)
    client.get(PEOPLE)
    with django_assert_num_queries(4):  # session, open page with person and case, people, agreement
        client.get(PEOPLE)
