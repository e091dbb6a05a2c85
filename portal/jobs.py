"""Periodic functions. An app registers its own in its `jobs` module; the worker runs what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from portal import outbox


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], object]


JOBS: dict[str, Job] = {}


def register(every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorate a function of no arguments. It must bear running twice at once, and being cut in the middle."""

    def add(run: Callable[[], object]) -> Callable[[], object]:
        name = f"{run.__module__}.{run.__name__}"
        JOBS[name] = Job(name, every, run)
        return run

    return add


@register(timedelta(seconds=2))
def send_mail() -> object:
    return outbox.send_due()
