"""Conditions that several models' constraints share."""

from django.db.models import Q


def both_or_neither(first: str, second: str) -> Q:
    """A time and its person, a review's date and its reviewer: one without the other means nothing."""
    return Q(**{f"{first}__isnull": True, f"{second}__isnull": True}) | Q(
        **{f"{first}__isnull": False, f"{second}__isnull": False}
    )
