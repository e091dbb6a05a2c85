"""Whatever is posted: a clear answer or a safe acceptance, never a 500, and nothing of anybody else's."""

import re
from contextlib import suppress

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client

from quotes import actions, forms, intake
from quotes.models import QuoteRequest
from quotes.questions import QUESTIONS, STEPS
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS
from tests.quotes.naughty import NAUGHTY

pytestmark = pytest.mark.django_db

WRITTEN = ("text", "long_text", "year", "month", "email", "phone", "pressure")


ASKED = [(step, q) for step in STEPS for q in step.questions if q.kind in WRITTEN]


@pytest.mark.parametrize("turn", range(2))
def test_hostile_text_in_every_written_question_is_kept_or_explained(client, turn):
    """The texts go round the questions, so that each is met by several of them."""
    draft = intake_pages.with_draft(client, _way="whole")
    texts = {q.key: NAUGHTY[(place + turn * len(ASKED)) % len(NAUGHTY)] for place, (_step, q) in enumerate(ASKED)}
    for step in dict.fromkeys(step for step, _q in ASKED):
        sent = {q.key: texts[q.key] for q in step.questions if q.key in texts}
        response = client.post(f"/en/quote/{step.key}/", {**sent, "asked": list(sent)})
        assert response.status_code in (200, 302), step.key
        page = client.get(f"/en/quote/{step.key}/")
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"<img src=x" not in page.content
    assert client.get("/en/quote/check/").status_code == 200
    draft.refresh_from_db()
    for key, text in texts.items():
        if (
            text.strip()
            and "\x00" not in text
            and len(text) < 200
            and QUESTIONS[key].kind == "text"
            and not QUESTIONS[key].shown_if
        ):
            assert text.strip() in [str(draft.answers.get(key)).strip(), str(draft.answers["_typed"].get(key)).strip()], key


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_hostile_text_is_taken_or_refused_by_every_kind_of_field(kind):
    question = next(q for q in QUESTIONS.values() if q.kind == kind)
    for text in NAUGHTY:
        field = forms.field_for(question, {"country": "ES"})
        with suppress(ValidationError):
            assert isinstance(field.clean(text), str)


@pytest.mark.parametrize("value", ["nonsense", "", "'; --", "\x00", "yes\x00", "0", "🙂"])
def test_a_forged_choice_is_no_answer_and_no_error_of_ours(client, value):
    draft = intake_pages.with_draft(client, _way="whole")
    for step in STEPS:
        chosen = [q.key for q in step.questions if q.options or q.kind in ("country", "language", "currency", "time_zone")]
        if not chosen:
            continue
        response = client.post(f"/en/quote/{step.key}/", {**dict.fromkeys(chosen, value), "asked": chosen})
        assert response.status_code in (200, 302), step.key
    draft.refresh_from_db()
    for key, question in QUESTIONS.items():
        answer = draft.answers.get(key)
        if question.options and answer not in ("", None, []):
            assert set(answer if isinstance(answer, list) else [answer]) <= {one for one, _label in question.options}, key


def test_a_megabyte_of_text_is_refused_with_a_sentence_and_the_draft_stays(client):
    draft = intake_pages.with_draft(client)
    response = client.post("/en/quote/hopes/", {"goals": "a" * 1_000_000})
    assert response.status_code == 200
    assert "too long" in response.content.decode()
    draft.refresh_from_db()
    assert draft.answers["_typed"]["goals"].startswith("aaa")
    assert len(draft.answers["_typed"]["goals"]) <= QUESTIONS["goals"].max_length * 10


def test_more_than_the_server_takes_is_answered_by_a_page_of_ours(client):
    intake_pages.with_draft(client)
    response = client.post("/en/quote/hopes/", {"goals": "a" * 3_000_000})
    assert response.status_code == 400
    assert "Regain" in response.content.decode()


@pytest.mark.parametrize("sealed", ["", "x", "W10:1:1", "a" * 20_000, "\x00"])
def test_a_forged_gate_leads_back_to_the_question(client, sealed):
    assert client.post("/en/quote/consent/", {"gate": sealed, "storage": "on"}).url == "/en/quote/emergency/"
    page = client.post("/en/quote/emergency/", {"gate": sealed, "go_on": "1"})
    assert page.status_code == 200
    assert not QuoteRequest.objects.exists()


def test_a_gate_sealed_by_an_earlier_version_of_the_page_is_asked_again(client):
    sealed = signing.dumps([["none"], False, "", 0], salt=intake.GATE_SALT)
    assert client.post("/en/quote/consent/", {"gate": sealed, "storage": "on"}).url == "/en/quote/emergency/"


def test_what_a_page_did_not_ask_is_not_taken(client):
    draft = intake_pages.with_draft(client)
    forged = intake_pages.posted("hopes") | {
        "status": "accepted", "reference": "RG-0000-0000", "_way": "whole", "_suspect": "", "new_signs": "suicide",
        "stroke_type": "tia", "coordinator": "1", "is_suspect": "true", "f5": "no",
    }  # fmt: skip
    client.post("/en/quote/hopes/", forged)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert draft.answers["stroke_type"] == "ischaemic"
    assert draft.answers["new_signs"] == ["none"]
    assert not intake.is_short(draft.answers) or "_way" not in forged or draft.answers.get("_way") != "whole"


def test_another_drafts_id_in_a_form_or_an_address_reaches_nothing(client):
    mine = intake_pages.with_draft(client)
    other = actions.open_draft(language="en", answers=factories.ANSWERS | {"goals": "A secret of theirs"})
    for extra in ({"draft": str(other.pk)}, {"case": str(other.pk)}, {"id": str(other.pk)}):
        client.post("/en/quote/hopes/", {"goals": "Mine", **extra})
    for address in ("/en/quote/hopes/", "/en/quote/check/", "/en/quote/sent/"):
        page = client.get(f"{address}?draft={other.pk}&case={other.pk}", follow=True).content.decode()
        assert "A secret of theirs" not in page
    other.refresh_from_db()
    assert other.answers["goals"] == "A secret of theirs"
    mine.refresh_from_db()
    assert mine.answers["goals"] == "Mine"


@pytest.mark.parametrize("known", ["", "nonsense", "00000000-0000-4000-8000-000000000000", "0", "[]"])
def test_a_session_with_a_broken_draft_says_so_and_breaks_nothing(client, known):
    session = client.session
    session["draft"] = session["sent_case"] = known
    session.save()
    assert client.get("/en/quote/check/").status_code == 302
    response = client.post("/en/quote/hopes/", {"goals": "What I typed"})
    assert response.status_code == 409
    assert "What I typed" in response.content.decode()


def test_a_replayed_step_after_sending_changes_nothing_and_says_so(client):
    draft = intake_pages.with_draft(client)
    client.post("/en/quote/check/", CONSENTS)
    for step in ("about-you", "stroke", "hopes"):
        assert client.post(f"/en/quote/{step}/", {"goals": "Changed", "stroke_type": "tia"}).url == "/en/quote/sent/?note=late"
    draft.refresh_from_db()
    assert (draft.answers["goals"], draft.answers["stroke_type"]) == (factories.ANSWERS["goals"], "ischaemic")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, method):
    intake_pages.with_draft(client)
    for address in ("/en/quote/stroke/", "/en/quote/check/", "/en/quote/emergency/", "/en/quote/"):
        assert getattr(client, method)(address).status_code == 405


def test_without_the_token_the_typed_text_is_given_back():
    browser = Client(enforce_csrf_checks=True)
    intake_pages.with_draft(browser)
    response = browser.post("/en/quote/hopes/", {"goals": "Walk to the <garden>"})
    assert response.status_code == 403
    assert "Walk to the &lt;garden&gt;" in response.content.decode()


def test_every_address_of_the_intake_answers_a_stranger_with_a_page(client):
    for address in ("/en/quote/stroke/", "/en/quote/check/", "/en/quote/sent/", "/en/quote/consent/", "/en/quote/end/"):
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert re.search(r"<h1", response.content.decode())
