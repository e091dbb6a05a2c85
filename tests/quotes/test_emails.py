"""The mails: a reference and a link, in the language of the case; no name, no word of health, nothing rendered kept."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingEmail
from quotes import actions, emails
from quotes.access import make_code, send_links
from quotes.models import AccessCode
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = (
    "confirmation", "news", "lost_link", "access_code", "confirm_address", "new_link", "circle_warning", "passphrase_reset",
)  # fmt: skip
HEALTH = (
    "weakness",
    "face",
    "speaking",
    "stroke",
    "ictus",
    "stem cell",
    "brain",
    "treatment",
    "clinic",
    "patient",
    "diagnos",
    "blood",
)


@pytest.fixture(autouse=True)
def into_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OFFICE_NAME, settings.OFFICE_ADDRESS = "Sample Office", "1 Sample Street"
    settings.OFFICE_PHONE, settings.MAIL_REPLY_TO = "+34 900 000 000", "office@example.org"


def letter(kind: str, participant):
    subject = make_code(participant, browser="b") if kind == "access_code" else participant
    made = outbox.KINDS[kind].render(subject.pk)
    assert made
    return outbox.compose(made, message_id="<x@example.org>")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_in_every_language(kind, language):
    case = factories.sent_case(language=language, email="family@example.org")
    participant = case.participants.get()
    message = letter(kind, participant)
    html = message.alternatives[0][0]
    link = f"/{language}/c/{participant.token}/"
    for text in (message.body, html):
        assert case.reference in message.subject
        assert link in text
        assert "María" not in text
        assert "Walk to the market" not in text
        assert "Sample Office" in text and "1 Sample Street" in text
        assert "{{" not in text and "{%" not in text
    assert re.search(rf"^http\S+{re.escape(link)}$", message.body, re.MULTILINE)  # alone on its line
    assert f'lang="{language}"' in html
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert message.to == ["family@example.org"]
    assert message.reply_to == ["office@example.org"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_health(patient, kind):
    message = letter(kind, patient)
    for text in (message.subject, message.body, message.alternatives[0][0]):
        assert not [word for word in HEALTH if word in text.lower()]


@pytest.mark.parametrize("kind", KINDS)
def test_answers_by_mail_must_not_hold_health_details(patient, kind):
    message = letter(kind, patient)
    for text in (message.body, message.alternatives[0][0]):
        assert "Please do not write about health in an e-mail." in text


def test_where_nobody_reads_answers_the_mail_says_so(patient, settings):
    settings.MAIL_REPLY_TO = ""
    message = letter("news", patient)
    assert message.reply_to == []
    assert "Please do not answer this e-mail" in message.body
    assert "people of our office read it" not in message.body


def test_the_html_loads_nothing_and_runs_nothing(patient):
    html = letter("news", patient).alternatives[0][0]
    assert not re.search(r"<(script|img|link|iframe|form)", html)
    assert not re.search(r"\son\w+=", html)


def test_the_confirmation_says_by_when(patient):
    due = patient.case.due_at
    body = letter("confirmation", patient).body
    assert "We will answer by" in body
    assert str(timezone.localtime(due).year) in body


def test_news_says_only_that_there_is_news(patient):
    message = letter("news", patient)
    assert message.subject == f"There is news on request {patient.case.reference}"


def test_a_code_is_made_while_the_mail_is_rendered_and_only_its_hash_is_kept(patient):
    code = make_code(patient, browser="b")
    outbox.send_due()
    body = next(message.body for message in mail.outbox if "Your code" in message.subject)
    digits = re.search(r"^(\d{6})$", body, re.MULTILINE)[1]
    code.refresh_from_db()
    assert code.code_hash == code.hash_of(digits)
    assert digits not in code.code_hash
    assert "20 minutes" in body


@pytest.mark.parametrize("change", [{"expires_at": timezone.now() - timedelta(1)}, {"used_at": timezone.now()}])
def test_no_mail_for_a_code_that_is_of_no_use_any_more(patient, change):
    code = make_code(patient, browser="b")
    AccessCode.objects.update(**change)
    assert emails.access_code(code.pk) is None


@pytest.mark.parametrize("kind", ["confirmation", "news", "lost_link"])
def test_no_mail_to_somebody_revoked_or_gone_or_without_address(patient, kind):
    render = outbox.KINDS[kind].render
    patient.email = ""
    patient.save()
    assert render(patient.pk) is None
    patient.email, patient.revoked_at = "a@example.org", timezone.now()
    patient.save()
    assert render(patient.pk) is None
    pk = patient.pk
    patient.delete()
    assert render(pk) is None


def test_the_row_holds_nothing_of_the_mail(patient):
    send_links(patient.email)
    outbox.send_due()
    for row in OutgoingEmail.objects.values():
        text = " ".join(str(value) for value in row.values())
        for secret in (patient.email, patient.token, patient.case.reference, "María"):
            assert secret not in text


def test_everybody_of_the_family_hears_of_news_once(case, patient, daughter, coordinator):
    actions.assign(case=case, by=coordinator)
    actions.send_message(case=case, by=coordinator, body="Hello")
    outbox.send_due()
    told = sorted(message.to[0] for message in mail.outbox if "news" in message.subject)
    assert told == sorted([patient.email, daughter.email])


def test_the_link_in_the_mail_opens_the_door(patient, settings):
    link = emails.link_of(patient)
    assert Client().get(link.removeprefix(settings.SITE_URL)).status_code == 200
