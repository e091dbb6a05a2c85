"""After erasing, a planted word of each personal field is found nowhere: rows in clear or sealed, files, outbox, sessions, logs."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from portal import outbox
from portal.fields import EncryptedTextField
from portal.logs import JsonFormatter
from portal.models import OutgoingEmail
from quotes import actions, erasures, jobs
from quotes.models import Erasure, FollowUp, QuoteRequest
from quotes.models.privacy import case_digest, code_digest
from quotes.privacy import rows_of_family
from tests import factories
from tests.quotes.planted import full_case, plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(coordinator, clinical_reviewer):
    """A whole case with its words."""
    case = full_case(coordinator=coordinator, reviewer=clinical_reviewer, email="mine@example.org")
    words = plant(case, "mine")
    return QuoteRequest.objects.get(pk=case.pk), words


@pytest.fixture
def others(coordinator, clinical_reviewer):
    """Another, which must stay whole."""
    case = full_case(coordinator=coordinator, reviewer=clinical_reviewer, email="theirs@example.org")
    return case, plant(case, "theirs")


@pytest.fixture
def erase(django_capture_on_commit_callbacks):
    """By its owner, with what follows the commit: the files, the ledger."""

    def run(case: QuoteRequest) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            return actions.erase(case=case, by=case.owner)

    return run


def everything_kept() -> str:
    """The whole database as text, then what is sealed in it opened, the sessions, and the files' bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the database's own names
            found += [str(row) for row in cursor.fetchall()]
    for model in apps.get_models():
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        found += [str(getattr(row, field.name)) for row in model._default_manager.all() for field in sealed]
    found += [str(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join(found)


def test_nothing_of_it_is_found_anywhere(planted, others, erase, settings, caplog, as_participant):
    (case, mine), (other, theirs) = planted, others
    gone, owner = case.pk, case.owner
    open_page = as_participant(owner)
    stored = [*case.attachments.values_list("stored_as", flat=True)]
    assert all(word in everything_kept() for word in mine.values())  # the sweep can find them
    with caplog.at_level("DEBUG"):
        proof = erase(case)
        outbox.send_due()  # the proof is mailed …
        jobs.forget_proofs()  # … and the address forgotten
    kept = everything_kept()
    logged = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    for where, word in mine.items():
        assert word not in kept, where
        assert word not in logged, where
    assert str(owner.pk) not in str([*Session.objects.all()])
    assert all(word in kept for word in theirs.values())
    assert proof not in kept
    assert stored
    assert not any((settings.ATTACHMENTS_ROOT / name).exists() for name in stored)
    assert all((settings.ATTACHMENTS_ROOT / one.stored_as).exists() for one in other.attachments.all())
    assert open_page.get("/en/case/").url == "/en/case/ended/"
    stone = Erasure.objects.get()
    assert (stone.case_digest, stone.code_hash) == (case_digest(gone), code_digest(proof.lower()))


def test_the_link_is_dead_and_the_search_finds_nobody(planted, erase, client, as_staff, manager):
    case, _mine = planted
    token = case.owner.token
    erase(case)
    client.post(f"/en/c/{token}/")
    assert not OutgoingEmail.objects.filter(kind="access_code", state="queued", subject_id__in=[case.pk]).exists()
    found = as_staff(manager).get("/staff/quotes/quoterequest/", {"q": case.reference}).content.decode()
    assert f">{case.reference}<" not in found


def test_the_proof_is_mailed_once_and_holds_no_name(planted, erase, mailoutbox):
    case, _mine = planted
    address = case.owner.email
    OutgoingEmail.objects.all().delete()
    proof = erase(case)
    assert Erasure.objects.get().send_to == address
    assert jobs.forget_proofs() == 0  # it waits to be sent
    outbox.send_due()
    assert jobs.forget_proofs() == 1
    assert (Erasure.objects.get().send_to, Erasure.objects.get().send_code) == ("", "")
    [mail] = mailoutbox
    assert mail.to == [address]
    assert proof in mail.body
    assert case.reference not in mail.body
    assert "private page" not in mail.body  # there is none any more


def test_an_address_to_which_no_mail_goes_is_forgotten_after_three_days(planted, erase):
    case, _mine = planted
    erase(case)
    Erasure.objects.update(erased_at=timezone.now() - timedelta(days=4))
    assert jobs.forget_proofs() == 1
    assert outbox.KINDS["erased"].render(Erasure.objects.get().pk) is None


def test_a_restored_backup_is_erased_again(case, erase, capsys):
    """The database is put back as it was before; only the file outside of it knows."""
    gone = case.pk
    fields = {field.name: getattr(case, field.name) for field in QuoteRequest._meta.concrete_fields}
    erase(case)
    Erasure.objects.all().delete()
    QuoteRequest(**fields).save(force_insert=True)
    other = factories.sent_case(email="other@example.org")
    call_command("replay_erasures", dry_run=True)
    assert "1 of these cases are here" in capsys.readouterr().out
    call_command("replay_erasures")
    assert list(QuoteRequest.objects.all()) == [other]
    assert Erasure.objects.get().case_digest == case_digest(gone)
    call_command("replay_erasures")
    assert "0 of these cases were here" in capsys.readouterr().out


def test_the_ledger_outside_the_database_names_nobody(case, erase, settings):
    reference, pk = case.reference, case.pk
    erase(case)
    text = settings.ERASURE_LEDGER.read_text()
    assert [set(json.loads(line)) for line in text.split("\n") if line] == [{"case", "code", "at", "language"}]
    assert reference not in text
    assert pk.hex not in text
    assert erasures.write_down() == 0  # nothing is written twice
    settings.ERASURE_LEDGER.write_text(text + '\n{"case": "cut of')  # a power cut
    assert len(erasures.read()) == 1


def test_making_anonymous_leaves_figures_only(planted, others):
    """A year after closing. The scores of a follow-up stay: that they are counted was agreed to."""
    (case, mine), (_other, theirs) = planted, others
    follow_up = case.follow_ups.get()
    follow_up.answers = {**follow_up.answers, "score": 2, "score_at_start": 4}
    follow_up.save()
    reference, sent = case.reference, case.submitted_at
    actions.close(case=case, by=case.coordinator, reason="completed")
    actions.anonymise(case=case)
    kept = everything_kept()
    for where, word in mine.items():
        assert word not in kept, where
    assert all(word in kept for word in theirs.values())
    case.refresh_from_db()
    assert (case.answers, case.coordinator, case.country, case.submitted_at) == ({}, None, "", sent)
    assert case.reference != reference
    assert FollowUp.objects.get(case=case).answers == {"how": "same", "score": 2, "score_at_start": 4}
    for label, row in rows_of_family().items():
        if row.case and not row.stays:
            assert not apps.get_model(label)._default_manager.filter(row.of(case)).exists(), label


def test_an_anonymous_case_is_in_no_queue(planted, as_staff, manager):
    case, _mine = planted
    actions.close(case=case, by=case.coordinator, reason="completed")
    actions.anonymise(case=case)
    case.refresh_from_db()
    client = as_staff(manager)
    assert case.reference not in client.get("/staff/quotes/quoterequest/").content.decode()
    assert client.get(f"/staff/quotes/quoterequest/{case.pk}/change/").status_code == 404
