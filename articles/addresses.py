"""Addresses as the outside world sees them."""

from django.conf import settings


def absolute(path: str) -> str:
    """Never from the Host header: a cached page must not carry somebody's forged address."""
    return f"{settings.SITE_URL}{path}"
