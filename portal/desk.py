"""The desk: the admin's first page. Each app adds panels to it from its `admin` module, so that this room knows no domain."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise

from portal import counting
from portal.models import User

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Line:
    """A thing to do with how many there are of it; a link to exactly those. A count may stop at one more than is shown."""

    label: Text
    count: int
    url: str
    urgent: bool = False
    detail: Text = ""

    @property
    def shown(self) -> str:
        return counting.shown(self.count)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One single thing of a short list."""

    label: Text
    detail: Text
    url: str
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel:
    title: Text
    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    empty: Text = ""
    note: Text = ""
    more: tuple[tuple[Text, str], ...] = ()  # where there is more of it: labels and addresses

    @property
    def is_quiet(self) -> bool:
        """There is a kind word for a panel with nothing to do, and nothing to do."""
        return bool(self.empty) and not self.rows and not any(line.count for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Next:
    """The one thing to do now, why it is the one, and the way there."""

    title: Text
    why: Text
    url: str
    button: Text
    urgent: bool = False


PanelMaker = Callable[[HttpRequest], Panel | None]
NextFinder = Callable[[HttpRequest], Next | None]

PANELS: list[tuple[int, PanelMaker]] = []
FIRST_THINGS: list[tuple[int, NextFinder]] = []


def panel(order: int) -> Callable[[PanelMaker], PanelMaker]:
    """Decorate `def my_panel(request) -> Panel | None`; None when the person has no business with it."""

    def add(function: PanelMaker) -> PanelMaker:
        PANELS.append((order, function))
        return function

    return add


def first_thing(order: int) -> Callable[[NextFinder], NextFinder]:
    """Decorate `def my_thing(request) -> Next | None`; the first that finds something stands on top of the desk."""

    def add(function: NextFinder) -> NextFinder:
        FIRST_THINGS.append((order, function))
        return function

    return add


def staff_of(request: HttpRequest, *roles: str) -> User | None:
    """The person at the desk, when they have one of these roles."""
    user = request.user
    return user if isinstance(user, User) and user.in_role(*roles) else None


def panels(request: HttpRequest) -> list[Panel]:
    return [made for _order, make in sorted(PANELS, key=lambda entry: entry[0]) if (made := make(request))]


def next_thing(request: HttpRequest) -> Next | None:
    for _order, find in sorted(FIRST_THINGS, key=lambda entry: entry[0]):
        if found := find(request):
            return found
    return None
