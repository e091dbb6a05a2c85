"""What every template may name. No request, no user: a public page is the same bytes for everybody."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return site_names()


def site_names() -> dict[str, object]:
    """For mails too, which are rendered without a request."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "OFFICE_NAME": settings.OFFICE_NAME or settings.SITE_NAME,
        "OFFICE_ADDRESS": settings.OFFICE_ADDRESS,
        "OFFICE_PHONE": settings.OFFICE_PHONE,
        "OFFICE_EMAIL": settings.OFFICE_EMAIL,
        "OFFICE_CONTROLLER": settings.OFFICE_CONTROLLER,
    }
