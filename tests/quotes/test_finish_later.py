"""Save and finish later: a link by mail, a code, and the draft goes on anywhere."""

import re

import pytest
from django.core import mail
from django.test import Client

from portal import outbox
from portal.models import OutgoingEmail
from quotes import access, actions
from quotes.models import AccessCode, Participant, QuoteRequest
from quotes.views import access as access_views
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS
from tests.quotes.test_emails import HEALTH

pytestmark = pytest.mark.django_db
LATER = "/en/quote/later/"


@pytest.fixture
def draft(client) -> QuoteRequest:
    """In this browser: complete but for the hopes."""
    return intake_pages.with_draft(client, goals="")


@pytest.fixture
def owner(client, draft) -> Participant:
    """The draft's link was mailed to them."""
    assert client.post(LATER, {"email": " Maria@Example.org"}).url == "/en/quote/later/sent/"
    return draft.participants.get()


def by_link(owner: Participant, browser: Client | None = None) -> Client:
    """Another device: link, code, in."""
    browser = browser or Client()
    url = f"/en/c/{owner.token}/"
    browser.get(url)
    browser.post(url, {"send": "1"})
    browser.response = browser.post(url, {"digits": digits_of(owner)})
    return browser


def digits_of(owner: Participant) -> str:
    code = AccessCode.objects.filter(participant=owner).latest("asked_at")
    return outbox.KINDS["access_code"].render(code.pk).context["digits"]


def test_the_button_saves_the_step_and_asks_for_the_address(client, draft):
    response = client.post("/en/quote/hopes/", {"goals": "Walk to the sea.", "later": "1"})
    assert response.url == LATER
    assert 'value="maria@example.org"' in client.get(LATER).content.decode()
    draft.refresh_from_db()
    assert draft.answers["goals"] == "Walk to the sea."


def test_what_is_not_right_yet_is_kept_too(client, draft):
    assert client.post("/en/quote/stroke/", {"stroke_date": "the spring", "later": "1"}).url == LATER
    assert "the spring" in client.get("/en/quote/stroke/").content.decode()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_mail_has_a_link_and_a_date_and_neither_name_nor_health(client, draft, language, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(f"/{language}/quote/later/", {"email": "maria@example.org"})
    outbox.send_due()
    [message] = mail.outbox
    owner = draft.participants.get()
    assert f"/{language}/c/{owner.token}/" in message.body
    for text in (message.subject, message.body, message.alternatives[0][0]):
        assert "María" not in text
        assert not [word for word in HEALTH if word in text.lower()]
    assert re.search(r"20\d\d", message.body)
    assert message.to == ["maria@example.org"]


def test_the_page_says_where_and_until_when(client, owner):
    page = client.get("/en/quote/later/sent/").content.decode()
    assert "maria@example.org" in page
    assert "You have 30 days." in page
    assert "End here on this shared computer" in page


def test_a_link_scanner_changes_nothing(owner):
    before = QuoteRequest.objects.values().get(), AccessCode.objects.count(), OutgoingEmail.objects.count()
    scanner = Client()
    for _time in range(3):
        response = scanner.get(f"/en/c/{owner.token}/")
        assert response.status_code == 200
        assert not response.cookies
        scanner.head(f"/en/c/{owner.token}/")
    assert scanner.get("/en/quote/hopes/").url == "/en/quote/?note=no-draft"
    assert before == (QuoteRequest.objects.values().get(), AccessCode.objects.count(), OutgoingEmail.objects.count())


def test_the_draft_goes_on_elsewhere_at_the_first_open_question(owner, draft):
    phone = by_link(owner)
    assert phone.response.url == "/en/quote/hopes/"
    assert phone.session["draft"] == str(draft.pk)
    assert "participant" not in phone.session
    phone.post("/en/quote/hopes/", {"goals": "Walk to the sea."})
    assert phone.post("/en/quote/check/", CONSENTS).url == "/en/quote/sent/"


def test_a_code_from_another_browser_is_refused(owner):
    asked, other = Client(), Client()
    url = f"/en/c/{owner.token}/"
    asked.post(url, {"send": "1"})
    assert other.post(url, {"digits": digits_of(owner)}).status_code == 200
    assert "draft" not in other.session
    other.post(url, {"send": "1"})
    other.post(url, {"digits": digits_of(owner)[::-1]})
    assert "draft" not in other.session


def test_the_session_key_is_fresh(owner):
    phone = Client()
    phone.post(f"/en/c/{owner.token}/", {"send": "1"})
    before = phone.session.session_key
    phone.post(f"/en/c/{owner.token}/", {"digits": digits_of(owner)})
    assert phone.session.session_key != before


def test_sent_elsewhere_shows_as_sent_here(client, owner):
    phone = by_link(owner)
    phone.post("/en/quote/hopes/", {"goals": "Walk to the sea."})
    phone.post("/en/quote/check/", CONSENTS)
    assert client.get("/en/quote/hopes/").url == "/en/quote/sent/"
    assert "Your request is sent" in client.get("/en/quote/sent/").content.decode()


def test_the_owner_stays_the_same_person_when_it_is_sent(client, owner, draft):
    by_link(owner)
    client.post("/en/quote/hopes/", {"goals": "Walk to the sea."})
    client.post("/en/quote/check/", CONSENTS)
    same = draft.participants.get()
    assert (same.pk, same.token, same.name, same.phone) == (owner.pk, owner.token, "María Sample", "+34 612 345 678")
    assert same.confirmed_at is not None


def test_another_address_ends_the_old_link(client, owner, draft):
    client.post(LATER, {"email": "right@example.org"})
    moved = draft.participants.get()
    assert moved.pk == owner.pk
    assert moved.token != owner.token
    assert (moved.email, moved.confirmed_at) == ("right@example.org", None)
    browser = Client()
    browser.post(f"/en/c/{owner.token}/", {"send": "1"})
    assert not AccessCode.objects.exists()


def test_an_address_changed_in_the_answers_gets_the_case(client, owner, draft):
    case = QuoteRequest.objects.get()
    actions.save_draft(case=case, answers={"email": "new@example.org", "goals": "Walk."}, language="en")
    actions.submit(case=case, agreed=list(CONSENTS))
    moved = draft.participants.get()
    assert moved.email == "new@example.org"
    assert moved.token != owner.token


def test_without_an_address_in_the_answers_the_mailed_one_stays(client, owner, draft):
    case = QuoteRequest.objects.get()
    actions.save_draft(case=case, answers={"email": "", "goals": "Walk."}, language="en")
    actions.submit(case=case, agreed=list(CONSENTS))
    assert draft.participants.get().email == "maria@example.org"


def test_ending_on_a_shared_computer_keeps_what_has_a_link(client, owner, draft):
    assert "You can end here and keep it" in client.get("/en/quote/end/").content.decode()
    assert client.post("/en/quote/end/", {"keep": "1"}).url == "/en/quote/?note=ended"
    assert "draft" not in client.session
    assert QuoteRequest.objects.filter(pk=draft.pk).exists()
    assert by_link(owner).response.url == "/en/quote/hopes/"


def test_without_a_link_ending_still_deletes(client, draft):
    client.post("/en/quote/end/", {"keep": "1"})
    assert not QuoteRequest.objects.exists()


def test_a_lost_link_of_a_draft_is_mailed_and_the_page_does_not_tell(owner, monkeypatch):
    monkeypatch.setattr(access_views, "LIKE_TIME", 0)
    before = OutgoingEmail.objects.filter(kind="draft_link").count()
    known, unknown = (
        Client().post("/en/lost-link/", {"email": e}, follow=True) for e in ("maria@example.org", "x@example.org")
    )
    assert known.content == unknown.content
    assert OutgoingEmail.objects.filter(kind="draft_link").count() == before + 1


def test_the_door_of_a_draft_looks_like_every_other(owner, case):
    pages = [Client().get(f"/en/c/{t}/").content.decode().replace(t, "") for t in (owner.token, case.owner.token, "a" * 32)]
    assert pages[0] == pages[1] == pages[2]


def test_mailing_often_is_refused_kindly_and_nothing_is_lost(client, draft, settings):
    settings.LIMITS = settings.LIMITS | {"draft-link": (1, 3600)}
    client.post(LATER, {"email": "maria@example.org"})
    response = client.post(LATER, {"email": "maria@example.org"})
    assert response.status_code == 429
    assert "Your answers stay in this browser" in response.content.decode()


def test_the_same_form_sent_twice_mails_one_link(client, draft):
    for _time in range(2):
        client.post(LATER, {"email": "maria@example.org", "submission_id": "0b5f9b1e-6d0a-4a57-9a39-3a35b0a5f7f1"})
    assert OutgoingEmail.objects.filter(kind="draft_link").count() == 1


def test_a_wrong_address_is_explained_and_without_a_draft_there_is_nothing_to_mail(client, draft):
    assert "Write the address in full" in client.post(LATER, {"email": "maria@"}).content.decode()
    assert Client().get(LATER).url == "/en/quote/?note=no-draft"
    assert Client().get("/en/quote/later/sent/").url == "/en/quote/?note=no-draft"


def test_once_sent_the_old_mail_leads_to_the_case_page(case):
    letter = outbox.KINDS["draft_link"].render(case.owner.pk)
    assert letter.template == "lost_link"
    client = by_link(case.owner)
    assert client.response.url == "/en/case/"
    assert access.DRAFT not in client.session


def test_a_deleted_draft_mails_nothing(client, owner, draft):
    factories.draft_case()
    client.post("/en/quote/end/")
    assert outbox.KINDS["draft_link"].render(owner.pk) is None
