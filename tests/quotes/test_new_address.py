"""Another e-mail address: it counts when the code that went to it is typed in, and the old one is told."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from portal import outbox
from quotes import actions, search
from quotes.models import NewAddress, Participant, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db
URL, NEW = "/en/case/access/address/", "new@example.org"


@pytest.fixture(autouse=True)
def into_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def asked(client) -> str:
    assert client.post(URL, {"email": NEW}).url == URL
    outbox.send_due()
    assert mail.outbox[-1].to == [NEW]
    match = re.search(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert match
    return match[1]


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_the_new_address_counts_after_the_code(case, patient):
    here, elsewhere = factories.case_client(patient), factories.case_client(patient)
    before, old = patient.token, patient.email
    digits = asked(here)
    assert f"/c/{before}/" not in mail.outbox[-1].body  # the address may be a stranger's
    patient.refresh_from_db()
    assert patient.email == old
    assert here.post(URL, {"digits": digits}).url == "/en/case/access/"
    patient.refresh_from_db()
    assert (patient.email, patient.confirmed_at is not None) == (NEW, True)
    assert not Participant.objects.with_token(before).exists()
    assert here.get("/en/case/").status_code == 200
    assert elsewhere.get("/en/case/").status_code == 302
    mail.outbox.clear()
    outbox.send_due()
    told = {one.to[0]: one.body for one in mail.outbox}
    assert f"/c/{patient.token}/" in told[NEW]
    assert "/c/" not in told[old] and NEW not in told[old]
    assert list(search.find(QuoteRequest.objects.all(), NEW)) == [case]


def test_wrong_codes_are_counted_and_change_nothing(patient):
    client = factories.case_client(patient)
    digits = asked(client)
    for _ in range(5):
        client.post(URL, {"digits": wrong(digits)})
    assert client.post(URL, {"digits": digits}).status_code == 409
    patient.refresh_from_db()
    assert patient.email != NEW


def test_a_code_expires(patient):
    client = factories.case_client(patient)
    digits = asked(client)
    NewAddress.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(URL, {"digits": digits}).status_code == 409


def test_only_the_newest_code_works(patient):
    client = factories.case_client(patient)
    first = asked(client)
    second = asked(client)
    if first != second:
        client.post(URL, {"digits": first})
        patient.refresh_from_db()
        assert patient.email != NEW
    client.post(URL, {"digits": second})
    patient.refresh_from_db()
    assert patient.email == NEW


def test_somebody_elses_code_changes_nothing(patient, daughter):
    digits = asked(factories.case_client(patient))
    assert factories.case_client(daughter).post(URL, {"digits": digits}).status_code == 409
    daughter.refresh_from_db()
    assert daughter.email == "daughter@example.org"


def test_with_a_passphrase_it_is_asked_for(patient):
    actions.set_passphrase(case=patient.case, by=patient, passphrase="green river under snow")
    client = factories.case_client(patient)
    client.post(URL, {"email": NEW})
    client.post(URL, {"email": NEW, "passphrase_now": "wrong"})
    assert not NewAddress.objects.exists()
    client.post(URL, {"email": NEW, "passphrase_now": "green river under snow"})
    assert NewAddress.objects.exists()


def test_a_day_has_a_limit(patient, settings):
    settings.LIMITS = settings.LIMITS | {"new-address": (1, 86400)}
    client = factories.case_client(patient)
    codes = [client.post(URL, {"email": f"n{number}@example.org"}).status_code for number in range(2)]
    assert codes == [302, 409]


def test_the_same_address_is_no_change(patient):
    assert factories.case_client(patient).post(URL, {"email": patient.email.upper()}).status_code == 409
