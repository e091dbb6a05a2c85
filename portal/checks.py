"""What a production machine must have before it serves: `manage.py check` says what is missing, in plain words.

On a developer's machine (DEBUG) nothing is demanded.
"""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from portal import office
from portal.encryption import key_bytes

OFFICE = {
    "OFFICE_NAME": "the name of the office, as visitors read it",
    "OFFICE_ADDRESS": "the postal address of the office",
    "OFFICE_PHONE": "the phone number that visitors may call",
    "OFFICE_CONTROLLER": "who is responsible for the data: name and address (the privacy page shows it)",
}


@register()
def office_is_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG:
        return []
    return [
        Error(f"{name} is not set: {meaning}.", hint="Set it in the environment or in .env.", id="portal.E001")
        for name, meaning in OFFICE.items()
        if not getattr(settings, name).strip()
    ]


@register()
def office_is_open(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Promises of an answer are counted in opening hours, so these must be readable, on a developer's machine too."""
    try:
        office.parse(settings.OFFICE_HOURS)
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="Set OFFICE_HOURS.", id="portal.E002")]
    return []


@register()
def keys_are_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for name in ("FIELD_KEYS", "INDEX_KEYS"):
        for key_id, encoded in getattr(settings, name).items():
            try:
                key_bytes(name, key_id, encoded)
            except ImproperlyConfigured as error:
                errors.append(Error(str(error), hint="“python -m portal.new_key” prints a good one.", id="portal.E003"))
    return errors


@register()
def proxies_are_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Behind a proxy that is not named every visitor has the proxy's address, and all of them share one limit."""
    hint = "Set TRUSTED_PROXIES to the networks of the proxies, for example 127.0.0.1/32."
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXIES:
        message = (
            "BEHIND_PROXY is set and TRUSTED_PROXIES is not: three codes would be all that everybody together may ask for."
        )
        return [Error(message, hint=hint, id="portal.E005")]
    errors: list[CheckMessage] = []
    for network in settings.TRUSTED_PROXIES:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            errors.append(Error(f"TRUSTED_PROXIES: {network!r} is not a network.", hint=hint, id="portal.E005"))
    return errors


@register()
def mail_can_leave(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG or settings.EMAIL_HOST:
        return []
    return [
        Error(
            "EMAIL_HOST is not set, so no mail would leave: patients could not open their case.",
            hint="Set EMAIL_HOST and its companions, then try “manage.py send_test_mail you@example.org”.",
            id="portal.E004",
        )
    ]
