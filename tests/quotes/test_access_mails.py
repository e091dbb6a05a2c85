"""The mails about access: to whom, with which link, and without a name or a word of health."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal import outbox
from quotes.models import CaseSession, NewAddress
from tests import factories
from tests.quotes.test_emails import HEALTH

pytestmark = pytest.mark.django_db
OWN_LINK, NOT_ME_LINK, NO_LINK = "own", "not me", "none"


@pytest.fixture
def subjects(case, patient, daughter):
    """What each mail is about, to whom it goes, and the links in it."""
    patient.passphrase = "kept"
    patient.save()
    invited = factories.participant(
        case=case, role="reader", email="i@example.org", name="Ines", invited_at=timezone.now(), invited_by=patient
    )
    own, theirs = (CaseSession.objects.create(participant=person) for person in (patient, daughter))
    asked = NewAddress.objects.create(participant=patient, email="n@example.org", expires_at=timezone.now(), tries_left=5)
    asked.expires_at += timedelta(hours=1)
    asked.save()
    changed = NewAddress.objects.create(
        participant=patient,
        email="n@example.org",
        old_email="o@example.org",
        expires_at=timezone.now(),
        tries_left=4,
        used_at=timezone.now(),
    )
    return {
        "new_browser": (own, patient, NOT_ME_LINK),
        "new_browser_in_circle": (theirs, patient, OWN_LINK),
        "invitation": (invited, invited, OWN_LINK),
        "passphrase_changed": (patient, patient, NOT_ME_LINK),
        "address_code": (asked, "n@example.org", NO_LINK),
        "address_changed": (changed, "o@example.org", NO_LINK),
    }


KINDS = ("new_browser", "new_browser_in_circle", "invitation", "passphrase_changed", "address_code", "address_changed")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_goes_to_the_right_person_and_says_nothing_of_the_case(case, subjects, kind, language):
    case.language = language
    case.save()
    subject, to, link = subjects[kind]
    letter = outbox.KINDS[kind].render(subject.pk)
    message = outbox.compose(letter, message_id="<x@example.org>")
    html = message.alternatives[0][0]
    assert message.to == [to if isinstance(to, str) else to.email]
    assert case.reference in message.subject
    for text in (message.body, html):
        assert ("not-me/" in text) == (link == NOT_ME_LINK)
        assert ("/c/" in text) == (link != NO_LINK)
        if link != NO_LINK:
            assert f"/{language}/c/{to.token}/" in text
        assert "{{" not in text and "{%" not in text
        assert not [word for word in ("María", "Ines", *HEALTH) if word.lower() in text.lower()]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_sent_about_what_is_gone(case, subjects, kind):
    subject = subjects[kind][0]
    key = subject.pk
    case.delete()
    assert outbox.KINDS[kind].render(key) is None


def test_an_invitation_that_was_answered_is_not_sent(subjects):
    invited = subjects["invitation"][0]
    invited.accepted_at = timezone.now()
    invited.save()
    assert outbox.KINDS["invitation"].render(invited.pk) is None


def test_nothing_goes_to_somebody_whose_access_ended(daughter, patient):
    opened = CaseSession.objects.create(participant=daughter)
    daughter.revoked_at = timezone.now()
    daughter.save()
    for kind in ("new_browser", "new_browser_in_circle"):
        assert outbox.KINDS[kind].render(opened.pk) is None
