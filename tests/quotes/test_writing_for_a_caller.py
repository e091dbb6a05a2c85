"""Staff write a request for a caller, on the same pages, in their own browser; nobody else sees that draft."""

import pytest
from django.test import Client
from django.urls import reverse

from portal import second_factor
from portal.models import AuditEvent
from quotes import actions
from quotes.consents import SENDING
from quotes.models import CallRequest, QuoteRequest
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS, STEP_KEYS, posted, sealed_gate

pytestmark = pytest.mark.django_db
BANNER = "You are writing for a caller"


@pytest.fixture
def call(db) -> CallRequest:
    return factories.call()


def url(call: CallRequest, button: str = "change") -> str:
    return reverse(f"admin:quotes_callrequest_{button}", args=[call.pk])


@pytest.fixture
def desk(as_staff, coordinator, call) -> Client:
    """Carmen's browser, after the gate and the storage consent for the caller."""
    client = as_staff(coordinator)
    assert client.post(url(call, "open_for"), {"language": "en"}).url == "/en/quote/emergency/"
    intake_pages.pass_gate(client)
    call.refresh_from_db()
    return client


def fill_in(client: Client) -> None:
    for step in STEP_KEYS:
        client.post(f"/en/quote/{step}/", posted(step))


def test_the_emergency_question_and_the_storage_consent_come_first(as_staff, coordinator, call):
    client = as_staff(coordinator)
    client.post(url(call, "open_for"), {"language": "en"})
    gate = client.get("/en/quote/emergency/")
    assert BANNER in gate.content.decode()
    assert not QuoteRequest.objects.exists()
    signs = client.post("/en/quote/emergency/", {"new_signs": ["face"], "ask": "1", "gate": sealed_gate(gate)}).content.decode()
    assert "Please call for help now" in signs
    assert "/en/quote/call-me/" not in signs  # they are on the phone already
    consent = client.post("/en/quote/emergency/", {"new_signs": ["none"], "ask": "1", "gate": sealed_gate(gate)})
    assert "I have read this aloud to the caller, who says yes" in consent.content.decode()
    assert not QuoteRequest.objects.exists()


def test_the_whole_way_ends_in_the_queue_with_who_wrote_it(desk, coordinator, call):
    assert BANNER in desk.get("/en/quote/stroke/").content.decode()
    fill_in(desk)
    check = desk.get("/en/quote/check/").content.decode()
    assert check.count("I have read this aloud to the caller") == len(SENDING)
    response = desk.post("/en/quote/check/", CONSENTS)
    case = QuoteRequest.objects.get()
    assert response.url == reverse("admin:quotes_quoterequest_change", args=[case.pk])
    assert (case.status, case.opened_by, case.is_suspect) == ("submitted", coordinator, False)
    assert [event.kind for event in case.events.all()] == ["open_for", "submit"]
    assert {event.by_user for event in case.events.all()} == {coordinator}
    assert {consent.recorded_by for consent in case.consents.all()} == {coordinator}
    assert case.consents.count() == len(CONSENTS) + 1
    call.refresh_from_db()
    assert (call.case, call.is_done, call.done_by) == (case, True, coordinator)
    html = desk.get(response.url).content.decode()
    assert "read aloud to the caller by Carmen Sample" in html
    assert "caller" not in desk.session
    assert "sent_case" not in desk.session


def test_staff_are_never_a_suspect_however_many_they_send(desk, settings):
    settings.LIMITS = settings.LIMITS | {"submit": (0, 3600)}
    fill_in(desk)
    desk.post("/en/quote/check/", CONSENTS)
    assert not QuoteRequest.objects.get().is_suspect


def test_a_colleague_sees_nothing_of_the_draft(desk, as_staff, other_coordinator, manager, call):
    draft = call.case
    for person in (other_coordinator, manager):
        client = as_staff(person)
        session = client.session
        session["caller"] = {"call": str(call.pk), "by": str(person.pk)}
        session.save()
        assert client.get("/en/quote/stroke/").url == url(call)
        response = client.post(url(call, "open_for"), {"language": "en"})
        assert response.status_code == 409
        assert "Carmen Sample is writing this request." in response.content.decode()
        with pytest.raises(NotAllowed):
            actions.submit(case=QuoteRequest.objects.get(pk=draft.pk), by=person, agreed=list(CONSENTS))
        assert client.get(reverse("admin:quotes_quoterequest_change", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("lost", ["second factor", "password", "time", "role", "account"])
def test_without_password_second_factor_time_or_role_the_draft_is_closed(desk, coordinator, call, lost):
    session = desk.session
    if lost == "second factor":
        del session[second_factor.SESSION_KEY]
    elif lost == "password":
        session["_auth_user_hash"] = "other"
    elif lost == "time":
        session["staff_seen_at"] -= 16 * 60
    elif lost == "role":
        coordinator.groups.clear()
    else:
        coordinator.is_active = False
        coordinator.save()
    session.save()
    response = desk.post("/en/quote/hopes/", {"goals": "Walk to the sea."})
    assert response.status_code == 409
    assert "Walk to the sea." in response.content.decode()  # to be copied
    assert "goals" not in QuoteRequest.objects.get(pk=call.case.pk).answers
    for page in ("/en/quote/emergency/", "/en/quote/consent/", "/en/quote/check/"):
        assert desk.get(page).status_code == 409, page
    assert desk.get("/en/quote/end/").status_code in (200, 302)


def test_stopping_keeps_the_draft_and_the_sign_in_and_going_on_finds_it(desk, call):
    assert desk.post("/en/quote/end/", {"keep": "1"}).url == url(call)
    assert desk.get(url(call)).status_code == 200
    assert desk.get("/en/quote/stroke/").url == "/en/quote/?note=no-draft"
    assert desk.post(url(call, "open_for"), {"language": "en"}).url == "/en/quote/about-you/"


def test_the_caller_may_have_it_deleted(desk, call):
    desk.post("/en/quote/end/", {"delete": "1"})
    assert not QuoteRequest.objects.exists()
    call.refresh_from_db()
    assert (call.case, call.is_done) == (None, False)


def test_staff_go_on_where_the_person_stopped_and_both_see_it(client, as_staff, coordinator):
    draft = intake_pages.with_draft(client, goals="")
    call = factories.call(case=draft)
    staff = as_staff(coordinator)
    assert staff.post(url(call, "open_for"), {"language": "es"}).url == "/es/quote/hopes/"
    staff.post("/en/quote/hopes/", posted("hopes"))
    assert "Walk to the market" in client.get("/en/quote/hopes/").content.decode()
    assert staff.post("/en/quote/check/", CONSENTS).status_code == 302
    assert client.get("/en/quote/hopes/").url == "/en/quote/sent/"
    assert AuditEvent.objects.filter(action="open for a caller", case_id=draft.pk).exists()


def test_a_draft_of_somebody_who_left_can_be_taken_on(desk, coordinator, other_coordinator, call):
    coordinator.is_active = False
    coordinator.save()
    assert actions.open_for(call=call, by=other_coordinator).opened_by == other_coordinator


def test_without_gate_and_consent_nothing_is_opened(coordinator, call):
    with pytest.raises(NotAllowed, match="Ask the emergency question"):
        actions.open_for(call=call, by=coordinator)


def test_a_member_of_staffs_own_request_in_the_same_browser_is_left_alone(as_staff, coordinator, call):
    client = as_staff(coordinator)
    own = intake_pages.with_draft(client, goals="")
    client.post(url(call, "open_for"), {"language": "en"})
    intake_pages.pass_gate(client)
    client.post("/en/quote/hopes/", {"goals": "The caller's hope."})
    client.post("/en/quote/end/", {"keep": "1"})
    own.refresh_from_db()
    assert own.answers["goals"] == ""
    assert client.get("/en/quote/hopes/").status_code == 200


def test_the_start_leads_back_to_the_callers_request(desk):
    assert desk.get("/en/quote/emergency/").url == "/en/quote/another/"
    assert desk.post("/en/quote/another/", {"another": "1"}).url == "/en/quote/about-you/"
    assert QuoteRequest.objects.count() == 1


def test_the_call_page_is_not_for_staff_who_are_on_the_phone(desk):
    assert desk.get("/en/quote/call-me/").url == "/en/quote/end/"
