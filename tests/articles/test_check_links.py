"""The check of links, with an opener that answers from a table: no test calls out."""

from io import StringIO
from urllib.error import HTTPError, URLError

import pytest
from django.core.management import CommandError, call_command

from articles import link_check
from tests import factories

pytestmark = pytest.mark.django_db


class Page:
    def __init__(self, url: str) -> None:
        self.url, self.status = url, 200

    def geturl(self) -> str:
        return self.url

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def opener(request, *, timeout: float) -> Page:
    assert timeout > 0
    match request.full_url:
        case "https://doi.org/10.1/moved":
            return Page("https://journal.example/moved")
        case "https://doi.org/10.1/shy":
            raise HTTPError(request.full_url, 403, "Forbidden", None, None)
        case "https://doi.org/10.1/gone":
            raise HTTPError(request.full_url, 404, "Not Found", None, None)
        case "https://doi.org/10.1/slow":
            raise TimeoutError("timed out")
        case "https://doi.org/10.1/nowhere":
            raise URLError("no such host")
    return Page(request.full_url)


def source(key: str, end: str, **fields) -> None:
    factories.reference(key, doi=f"10.1/{end}", identifiers_seen=True, **fields)


def answers() -> dict[str, tuple[str, str]]:
    found = link_check.look_at_all(opener=opener, wait=lambda _seconds: None)
    return {answer.link.owner: (answer.kind, answer.detail) for answer in found}


def test_each_kind_of_answer_is_told_apart():
    for number, end in enumerate(("fine", "moved", "shy", "gone", "slow", "nowhere"), start=1):
        source(f"R00{number}", end)
    found = answers()
    assert found["R001"] == ("alive", "200")
    assert found["R002"] == ("alive", "200, now at https://journal.example/moved")
    assert found["R003"] == ("by hand", "answers 403")
    assert found["R004"] == ("dead", "answers 404")
    assert found["R005"][0] == found["R006"][0] == "dead" and "no such host" in found["R006"][1]


def test_what_no_page_prints_is_not_opened_and_nothing_twice():
    source("R001", "fine", certainty="check")
    source("R002", "same")
    source("R003", "same")
    assert list(answers()) == ["R002"]


def test_one_host_is_not_called_without_a_pause():
    source("R001", "a")
    source("R002", "b")
    waited: list[float] = []
    assert len(list(link_check.look_at_all(opener=opener, wait=waited.append))) == 2
    assert len(waited) == 1 and 0 < waited[0] <= link_check.PAUSE


def test_without_online_the_addresses_are_listed_and_nothing_is_opened(monkeypatch):
    source("R001", "fine")
    monkeypatch.setattr(link_check, "look_at_all", lambda **_options: pytest.fail("called out"))
    call_command("check_links", stdout=(out := StringIO()))
    assert "R001 DOI: https://doi.org/10.1/fine" in out.getvalue() and "Nothing was opened" in out.getvalue()


def test_a_dead_link_fails_the_command_and_is_named(monkeypatch):
    source("R001", "gone")
    source("R002", "shy")
    monkeypatch.setitem(link_check.look_at_all.__kwdefaults__, "opener", opener)
    monkeypatch.setitem(link_check.look_at_all.__kwdefaults__, "wait", lambda _seconds: None)
    out = StringIO()
    with pytest.raises(CommandError, match="Correct the dead addresses"):
        call_command("check_links", "--online", stdout=out)
    assert "dead: R001 DOI: https://doi.org/10.1/gone: answers 404" in out.getvalue()
    assert "0 alive, 1 to open by hand (they refuse programs), 1 dead." in out.getvalue()
