"""Sealing: under a ring of keys, bound to one place, failing closed."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import encryption
from portal.encryption import CannotOpen, blind_index, key_id_of, new_key, seal, unseal

HERE = "table.column:1"


@pytest.fixture
def ring(settings):
    settings.FIELD_KEYS = {"k2": new_key(), "k1": new_key()}
    settings.INDEX_KEYS = {"k1": new_key()}
    return settings


def test_a_value_comes_back_and_the_first_key_wrote_it(ring):
    sealed = seal("Ictus isquémico 中风", context=HERE)
    assert unseal(sealed, context=HERE) == "Ictus isquémico 中风"
    assert key_id_of(sealed) == "k2"
    assert "Ictus" not in sealed


def test_the_same_text_is_never_sealed_alike(ring):
    assert seal("yes", context=HERE) != seal("yes", context=HERE)


def test_an_older_key_of_the_ring_still_opens(ring):
    sealed = seal("x", context=HERE)
    ring.FIELD_KEYS = {"k3": new_key(), **ring.FIELD_KEYS}
    assert unseal(sealed, context=HERE) == "x"


@pytest.mark.parametrize("place", ["table.column:2", "table.other:1", "other.column:1", ""])
def test_a_value_opens_only_in_its_own_place(ring, place):
    sealed = seal("x", context=HERE)
    with pytest.raises(CannotOpen):
        unseal(sealed, context=place)


def test_a_wrong_key_fails_closed(ring):
    sealed = seal("secret words", context=HERE)
    ring.FIELD_KEYS = {"k2": new_key()}
    with pytest.raises(CannotOpen) as caught:
        unseal(sealed, context=HERE)
    assert "secret" not in str(caught.value)
    ring.FIELD_KEYS = {"k9": new_key()}
    with pytest.raises(CannotOpen):
        unseal(sealed, context=HERE)


@pytest.mark.parametrize("broken", ["", "plain text", "v1.k2", "v1.k2.***", "v1.k2.AAAA", "v9.k2.AAAA"])
def test_what_was_not_sealed_is_never_taken_as_it_is(ring, broken):
    with pytest.raises(CannotOpen):
        unseal(broken, context=HERE)


def test_one_changed_letter_is_noticed(ring):
    sealed = seal("a longer text than this", context=HERE)
    at = len(sealed) - 8
    with pytest.raises(CannotOpen):
        unseal(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :], context=HERE)


def test_an_index_finds_the_same_value_and_keeps_kinds_apart(ring):
    assert blind_index("email", "a@example.org") == blind_index("email", "a@example.org")
    assert blind_index("email", "a") != blind_index("name", "a")
    before = blind_index("email", "a")
    ring.INDEX_KEYS = {"k1": new_key()}
    assert blind_index("email", "a") != before


@pytest.mark.parametrize("bad", ["short", "AAAA", "not base64 at all!"])
def test_a_bad_key_is_named(bad):
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS: key k1"):
        encryption.key_bytes("FIELD_KEYS", "k1", bad)


def test_a_new_key_is_a_good_key():
    assert len(encryption.key_bytes("FIELD_KEYS", "k1", new_key())) == 32
