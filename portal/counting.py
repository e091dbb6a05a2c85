"""Counts that stop early: "more than 99" is all that a person needs to know, and costs the same whatever a table holds."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

ENOUGH = 99


def capped_counts(wanted: Mapping[str, QuerySet], *, up_to: int = ENOUGH) -> dict[str, int]:
    """How many rows each query set has, `up_to` + 1 at most, all in one statement."""
    counts = dict.fromkeys(wanted, 0)
    parts: dict[str, str] = {}
    params: list[Any] = []
    for name, rows in wanted.items():
        try:
            sql, own = rows.order_by().values("pk")[: up_to + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"(SELECT COUNT(*) FROM ({sql}) AS capped)"  # noqa: S608 - made by the ORM, values apart
        params += own
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts.values())}", params)
            counts.update(zip(parts, cursor.fetchone(), strict=True))
    return counts


def shown(count: int, *, up_to: int = ENOUGH) -> str:
    return f"{up_to}+" if count > up_to else str(count)
