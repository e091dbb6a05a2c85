"""Encrypted model fields: clear in memory, sealed in the database, and nothing that would leak them by mistake."""

import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from portal.encryption import CannotOpen, new_key
from portal.fields import EncryptedTextField, Sealed
from portal.models import TotpDevice
from quotes.models import Participant, QuoteRequest
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(coordinator) -> TotpDevice:
    return TotpDevice.objects.create(user=coordinator, key="aa" * 20)


def raw(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - both are written in this file
        return cursor.fetchone()[0]


def test_the_database_holds_only_the_sealed_value(device):
    assert raw("portal_totpdevice", "key").startswith("v1.k1.")
    assert "aaaa" not in raw("portal_totpdevice", "key")
    assert TotpDevice.objects.get().key == "aa" * 20


def test_json_comes_back_as_it_was(case):
    assert QuoteRequest.objects.get(pk=case.pk).answers["goals"] == factories.ANSWERS["goals"]
    assert "market" not in raw("quotes_quoterequest", "answers")


def test_a_value_is_opened_only_when_it_is_read(device):
    loaded = TotpDevice.objects.get()
    assert isinstance(loaded.__dict__["key"], Sealed)
    assert repr(loaded.__dict__["key"]) == "<sealed>"
    assert loaded.key == "aa" * 20
    assert not isinstance(loaded.__dict__["key"], Sealed)


def test_saving_a_row_that_was_not_read_leaves_the_value_as_it_is(device):
    before = raw("portal_totpdevice", "key")
    TotpDevice.objects.get().save()
    assert raw("portal_totpdevice", "key") == before


def test_a_value_copied_into_another_row_does_not_open(device, other_coordinator):
    other = TotpDevice.objects.create(user=other_coordinator, key="bb" * 20)
    TotpDevice.objects.filter(pk=other.pk).update(key=Sealed(raw("portal_totpdevice", "key")))
    mine, theirs = TotpDevice.objects.get(pk=device.pk), TotpDevice.objects.get(pk=other.pk)
    assert mine.key == "aa" * 20
    with pytest.raises(CannotOpen):
        _ = theirs.key


def test_a_lost_key_fails_closed(device, settings):
    settings.FIELD_KEYS = {"k1": new_key()}
    loaded = TotpDevice.objects.get()
    with pytest.raises(CannotOpen):
        _ = loaded.key


def test_update_and_bulk_writes_refuse_plain_text(device):
    with pytest.raises(TypeError, match="encrypted"):
        TotpDevice.objects.update(key="plain")


@pytest.mark.parametrize("lookup", ["key", "key__startswith", "key__icontains", "key__in", "key__regex"])
def test_nobody_searches_in_it(device, lookup):
    with pytest.raises((FieldError, TypeError)):
        list(TotpDevice.objects.filter(**{lookup: ["a"] if lookup.endswith("in") and "icontains" not in lookup else "a"}))


def test_emptiness_can_be_asked(device):
    assert not TotpDevice.objects.filter(key__isnull=True).exists()


def test_bulk_create_seals_too(coordinator):
    TotpDevice.objects.bulk_create([TotpDevice(user=coordinator, key="cc" * 20)])
    assert raw("portal_totpdevice", "key").startswith("v1.")
    assert TotpDevice.objects.get().key == "cc" * 20


def test_refreshing_reads_the_newer_value(device):
    other = TotpDevice.objects.get()
    other.key = "dd" * 20
    other.save()
    device.refresh_from_db()
    assert device.key == "dd" * 20


def test_deferred_values_open_as_well(device):
    assert TotpDevice.objects.defer("key").get().key == "aa" * 20


def test_an_older_keys_value_is_sealed_again_only_when_needed(device, settings):
    field = TotpDevice._meta.get_field("key")
    assert isinstance(field, EncryptedTextField)
    assert field.reseal(TotpDevice.objects.get(), current_key="k1") is False
    settings.FIELD_KEYS = {"k2": new_key(), **settings.FIELD_KEYS}
    loaded = TotpDevice.objects.get()
    assert field.reseal(loaded, current_key="k2") is True
    loaded.save()
    assert raw("portal_totpdevice", "key").startswith("v1.k2.")


def test_an_empty_and_a_missing_value_stay_what_they_are(case):
    person = Participant.objects.create(case=case, role="reader", name="", phone="")
    assert Participant.objects.get(pk=person.pk).name == ""
    assert EncryptedTextField(null=True).get_prep_value(None) is None
    assert isinstance(person.pk, uuid.UUID)


def test_a_row_older_than_a_sealed_field_reads_as_empty(device):
    TotpDevice.objects.update(key="")
    older = TotpDevice.objects.get()
    assert older.key == ""
    assert TotpDevice._meta.get_field("key").reseal(older, current_key="k9") is False
