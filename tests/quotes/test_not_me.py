""" "This was not me": it makes things safer, and a mail scanner that opens links and presses buttons does nothing by it."""

import re

import pytest
from django.core import mail
from django.test import Client

from portal import outbox
from portal.models import OutgoingEmail
from quotes import actions
from quotes.models import AccessCode, CaseSession, Participant
from quotes.models.people import new_token
from quotes.views import access
from tests import factories
from tests.quotes.test_access_code import ask, door, hide_csrf

pytestmark = pytest.mark.django_db
NOT_ME = {"who": "not_me"}


@pytest.fixture(autouse=True)
def quick(monkeypatch, settings):
    monkeypatch.setattr(access, "LIKE_TIME", 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def url(token: str) -> str:
    return f"/en/c/{token}/not-me/"


def test_every_page_ends_the_link_is_another_and_people_are_told(case, patient, coordinator):
    open_page, old = factories.case_client(patient), patient.token
    case.due_at = None
    case.save()
    assert Client().post(url(old), NOT_ME).url == "/en/c/not-me/done/"
    assert open_page.get("/en/case/").url == "/en/case/ended/"
    patient.refresh_from_db()
    case.refresh_from_db()
    assert patient.token != old
    assert not Participant.objects.with_token(old).exists()
    assert case.due_at is not None
    assert case.events.filter(kind="report_not_me").count() == 1
    outbox.send_due()
    letter = next(one for one in mail.outbox if "new link" in one.subject)
    assert letter.to == [patient.email]
    assert f"/c/{patient.token}/" in letter.body
    assert "not-me" not in letter.body  # a report cannot lead to the next one
    desk = factories.staff_client(coordinator).get("/staff/").content.decode()
    assert "mail=reported" in desk
    screen = factories.staff_client(coordinator).get(f"/staff/quotes/quoterequest/{case.pk}/change/").content.decode()
    assert "Somebody said: “This was not me.”" in screen


def test_staff_settle_it(case, patient, coordinator):
    actions.report_not_me(case=case, by=patient)
    client = factories.staff_client(coordinator)
    assert client.post(f"/staff/quotes/quoterequest/{case.pk}/settle_report/").status_code == 302
    patient.refresh_from_db()
    assert patient.reported_at is None


def test_the_owner_is_told_of_somebody_else_of_the_circle(case, patient, daughter):
    mother = factories.case_client(patient)
    Client().post(url(daughter.token), NOT_ME)
    assert OutgoingEmail.objects.filter(kind="circle_warning", subject_id=patient.pk).count() == 1
    assert OutgoingEmail.objects.filter(kind="new_link", subject_id=daughter.pk).count() == 1
    assert mother.get("/en/case/").status_code == 200  # hers is another access


def test_a_code_on_its_way_opens_nothing_any_more(patient):
    client = Client()
    digits = ask(client, patient)
    Client().post(url(patient.token), NOT_ME)
    client.post(door(patient), {"digits": digits})
    assert "participant" not in client.session
    assert not AccessCode.objects.exists()


@pytest.mark.parametrize("pressed", [{}, {"who": ""}, {"send": "1"}, {"who": "everything"}])
def test_a_scanner_that_presses_the_button_does_nothing(patient, pressed):
    page = factories.case_client(patient)
    before = patient.token
    for method in ("get", "head", "get", "get"):
        getattr(Client(), method)(url(patient.token))
    assert b"Choose one of the two" in Client().post(url(patient.token), pressed).content
    patient.refresh_from_db()
    assert (patient.token, patient.reported_at) == (before, None)
    assert page.get("/en/case/").status_code == 200
    assert not OutgoingEmail.objects.filter(kind="new_link").exists()


def test_it_was_me_changes_nothing(patient):
    before = patient.token
    assert Client().post(url(patient.token), {"who": "me"}).url == "/en/c/not-me/fine/"
    patient.refresh_from_db()
    assert patient.token == before


def test_another_site_cannot_press_it(patient):
    before = patient.token
    Client().post(url(patient.token), NOT_ME, HTTP_ORIGIN="https://evil.example")
    patient.refresh_from_db()
    assert patient.token == before


def test_known_revoked_and_unknown_links_look_the_same(patient, other_patient):
    other_patient.revoked_at = other_patient.created_at
    other_patient.save()
    tokens = (patient.token, other_patient.token, new_token())
    pages = []
    for token in tokens:
        client = Client()
        looked = client.get(url(token))
        assert not looked.cookies
        pressed = client.post(url(token), {})
        done = client.post(url(token), NOT_ME, follow=True)
        found = [hide_csrf(one.content) for one in (looked, pressed, done)]
        pages.append([re.sub(token.encode(), b"", one) for one in found])
    assert pages[0] == pages[1] == pages[2]


def test_nobody_can_be_locked_out_by_reports(patient, settings):
    """A scanner that even ticks boxes: after some reports a day the link stays, and the page says to call."""
    settings.LIMITS = settings.LIMITS | {"not-me": (2, 86400)}
    for _ in range(2):
        patient.refresh_from_db()
        assert Client().post(url(patient.token), NOT_ME).url == "/en/c/not-me/done/"
    patient.refresh_from_db()
    kept = patient.token
    assert Client().post(url(kept), NOT_ME).url == "/en/c/not-me/often/"
    patient.refresh_from_db()
    assert patient.token == kept


def test_a_request_that_is_not_sent_yet_has_nothing_to_report(settings):
    draft = factories.draft_case()
    owner = actions.mail_draft_link(case=draft, email="a@example.org", language="en")
    before = owner.token
    assert Client().post(url(owner.token), NOT_ME).url == "/en/c/not-me/done/"
    owner.refresh_from_db()
    assert owner.token == before


def test_the_mails_lead_there(patient):
    client = Client()
    ask(client, patient)
    assert url(patient.token) in mail.outbox[-1].body
    assert url(patient.token) in mail.outbox[-1].alternatives[0][0]


def test_a_mail_gateway_that_does_everything_opens_nothing(patient):
    """HEAD, three GETs, and every button pressed once: the link works, no page is open, at most one more code mail."""
    gateway = Client()
    for address in (door(patient), url(patient.token)):
        gateway.head(address)
        for _ in range(3):
            gateway.get(address)
    gateway.post(door(patient), {"send": "1"})
    for button in ({"digits": ""}, {"digits": "000000"}, {"passphrase": "x"}):
        gateway.post(door(patient), button)
    gateway.post(url(patient.token), {})
    assert not CaseSession.objects.exists()
    assert OutgoingEmail.objects.filter(kind="access_code").count() == 1
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(door(patient), {"digits": ask(client, patient)})
    assert client.get("/en/case/").status_code == 200
