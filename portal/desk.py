"""The desk: the admin's first page. Each app adds panels to it from its `admin` module, so that this room knows no domain."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise

from portal.models import User

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Line:
    """A thing to do with how many there are of it; a link to exactly those."""

    label: Text
    count: int
    url: str
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel:
    title: Text
    lines: list[Line] = field(default_factory=list)
    empty: Text = ""
    note: Text = ""

    @property
    def is_quiet(self) -> bool:
        """There is a kind word for a panel with nothing to do, and nothing to do."""
        return bool(self.empty) and not any(line.count for line in self.lines)


PANELS: list[tuple[int, Callable[[HttpRequest], Panel | None]]] = []


def panel(order: int) -> Callable[[Callable[[HttpRequest], Panel | None]], Callable[[HttpRequest], Panel | None]]:
    """Decorate `def my_panel(request) -> Panel | None`; None when the person has no business with it."""

    def add(function: Callable[[HttpRequest], Panel | None]) -> Callable[[HttpRequest], Panel | None]:
        PANELS.append((order, function))
        return function

    return add


def staff_of(request: HttpRequest, *roles: str) -> User | None:
    """The person at the desk, when they have one of these roles."""
    user = request.user
    return user if isinstance(user, User) and user.in_role(*roles) else None


def panels(request: HttpRequest) -> list[Panel]:
    return [made for _order, make in sorted(PANELS, key=lambda entry: entry[0]) if (made := make(request))]
