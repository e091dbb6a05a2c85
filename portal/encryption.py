"""Encryption at rest: AES-256-GCM under a ring of keys, each value bound to the row and column it belongs to.

A sealed value reads `v1.<key id>.<base64 of nonce and ciphertext>`. The associated data is `<table>.<column>:<row id>`, so a
value copied into another row, or another column, does not open. The ring comes from FIELD_KEYS: the first key writes, all
read. Blind indexes (HMAC-SHA-256 under INDEX_KEYS) find an exact e-mail, name word or phone without storing it.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was not sealed with a key of the ring, or not for this row and column. Never falls back to the raw value."""


def new_key() -> str:
    """A fresh key as it stands in FIELD_KEYS and INDEX_KEYS: 32 random bytes in base64."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def key_bytes(name: str, key_id: str, encoded: str) -> bytes:
    try:
        key = b64decode(encoded, altchars=b"-_", validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: key {key_id} is not base64.") from error
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name}: key {key_id} has {len(key)} bytes; it needs 32.")
    return key


@lru_cache(maxsize=8)
def _cipher(key_id: str, encoded: str) -> AESGCM:
    return AESGCM(key_bytes("FIELD_KEYS", key_id, encoded))


def seal(plaintext: str, *, context: str) -> str:
    """Seal text for one place; `context` is `<table>.<column>:<row id>`."""
    key_id, encoded = next(iter(settings.FIELD_KEYS.items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + _cipher(key_id, encoded).encrypt(nonce, plaintext.encode(), context.encode())
    return f"{VERSION}.{key_id}.{urlsafe_b64encode(sealed).decode()}"


def unseal(value: str, *, context: str) -> str:
    """The text that was sealed for this place, or CannotOpen."""
    try:
        version, key_id, body = value.split(".")
        sealed = urlsafe_b64decode(body)
        if version != VERSION:
            raise CannotOpen(f"unknown format in {context}")
        cipher = _cipher(key_id, settings.FIELD_KEYS[key_id])
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise CannotOpen(f"cannot open {context}") from error


def key_id_of(value: str) -> str:
    return value.split(".")[1]


def blind_index(purpose: str, value: str) -> str:
    """A keyed digest (`<key id>.<43 characters>`) by which an exact value can be found; `purpose` keeps kinds apart."""
    key_id, encoded = next(iter(settings.INDEX_KEYS.items()))
    digest = hmac.digest(key_bytes("INDEX_KEYS", key_id, encoded), f"{purpose}:{value}".encode(), hashlib.sha256)
    return f"{key_id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def keyed_hash(purpose: str, value: str) -> str:
    """As `blind_index`, for what need not survive a rotation: codes, client addresses, session keys."""
    return blind_index(purpose, value)
