"""Pages of the queue by the place of their first and last row: the last page costs what the first one does, and nothing is counted in full.

An address holds where a page begins (`after`) or ends (`before`): the values that the rows are sorted by. Rows that come or go
meanwhile neither repeat nor hide others.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.admin.views.main import ChangeList
from django.db.models import BooleanField, F, Field, Func, GeneratedField, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import HttpRequest
from django.utils.http import urlencode

from portal.counting import capped_counts
from quotes import queries, search
from quotes.models import QuoteRequest
from quotes.workflow import Status

AFTER, BEFORE = "after", "before"
COUNTED = 200  # a list says "more than 200" beyond
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
Place = list[Any]


class Row(Func):
    """`(a, b, c)`, which databases compare as a whole: one range of an index."""

    function, template, output_field = "", "(%(expressions)s)", BooleanField()


def to_text(place: Place) -> str:
    return "~".join(value.hex if isinstance(value, UUID) else str((value - EPOCH) // MICROSECOND) for value in place)


def from_text(text: str, *, columns: int) -> Place | None:
    """The place that `to_text` wrote; None for anything else."""
    *times, key = text.split("~")
    try:
        place = [*(EPOCH + int(time) * MICROSECOND for time in times), UUID(key)]
    except (ValueError, OverflowError):
        return None
    return place if len(place) == columns else None


class QueueChangeList(ChangeList):
    """Django's list without its count, its numbered pages and its way to select every row there is."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        for name in (AFTER, BEFORE):  # they belong to this page, and to no filter's link
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        is_archive = self.params.get("status") in (Status.CLOSED, "all") and not self.query
        order = [name.lstrip("-") for name in (queries.NEWEST_FIRST if is_archive else queries.URGENT_FIRST)]
        backwards = BEFORE in request.GET
        start = from_text(request.GET.get(BEFORE if backwards else AFTER, ""), columns=len(order))
        if start is None:
            backwards = False
        rows = self.queryset.order_by(*(f"-{name}" for name in order) if is_archive != backwards else order)
        if start is not None:
            rows = rows.filter(further(order, start, down=is_archive != backwards))
        # the sorted columns alone first: the index has them, so whatever a filter skips costs no look at a row
        places = [list(place) for place in rows.values_list(*order)[: self.list_per_page + 1]]
        has_more, places = len(places) > self.list_per_page, places[: self.list_per_page]
        if backwards:
            places.reverse()
        found = {case.pk: case for case in self.root_queryset.filter(pk__in=[place[-1] for place in places])}
        self.result_list = [found[place[-1]] for place in places if place[-1] in found]
        has_earlier, has_later = (has_more, True) if backwards else (start is not None, has_more)
        self.earlier_url = self.page_url(BEFORE, places[0]) if has_earlier and places else ""
        self.later_url = self.page_url(AFTER, places[-1]) if has_later and places else ""
        self.first_url = self.get_query_string() if start is not None else ""
        self.is_whole = start is None and not has_more
        self.result_count = self.count(len(places))
        self.more_than = COUNTED if self.result_count > COUNTED else 0
        self.has_too_many_matches = bool(self.query) and self.result_count >= search.MOST
        # what Django's own templates and actions ask for
        self.show_full_result_count = self.show_all = self.can_show_all = self.multi_page = False
        self.full_result_count = None if self.query else self.result_count  # a difference makes it say how many were found
        self.show_admin_actions = bool(places)
        self.paginator = None

    def count(self, on_this_page: int) -> int:
        if self.is_whole:
            return on_this_page
        return capped_counts({"all": self.queryset}, up_to=COUNTED)["all"]

    def page_url(self, name: str, place: Place) -> str:
        return f"{self.get_query_string()}&{urlencode({name: to_text(place)})}".replace("?&", "?")


def further(order: list[str], place: Place, *, down: bool) -> Any:
    """The rows behind a place, in either direction."""
    values = [Value(value, output_field=kind_of(name)) for name, value in zip(order, place, strict=True)]
    compared = LessThan if down else GreaterThan
    return compared(Row(*(F(name) for name in order)), Row(*values))


def kind_of(name: str) -> Field:
    """A generated column does not write its values as its kind of column does."""
    field = QuoteRequest._meta.get_field(name)
    kind = field.output_field if isinstance(field, GeneratedField) else field
    assert isinstance(kind, Field)  # noqa: S101 - for the type checker
    return kind
