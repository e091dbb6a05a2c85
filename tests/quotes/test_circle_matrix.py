"""Every address of the case page, as everybody of the circle, by every method, against the one table in quotes/circle.py."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from quotes import circle, workflow
from quotes.models import Participant, QuoteRequest
from quotes.urls import urlpatterns
from tests import factories

pytestmark = pytest.mark.django_db

PEOPLE = (circle.OWNER, circle.WRITER, circle.READER, circle.INVITED)
METHODS = ("GET", "HEAD", "POST")
CASE_URLS: dict[str, URLPattern] = {one.name: one for one in urlpatterns if str(one.pattern).startswith("case/")}
REFUSED_PATIENT_VERBS = {"save_draft", "submit"}  # before there is a circle


@pytest.fixture
def family(case, patient, coordinator, clinical_reviewer) -> dict[str, Participant]:
    """One person of each kind, in a case with a recommendation."""
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    invited = {"invited_at": timezone.now(), "invited_by": patient}
    return {
        circle.OWNER: patient,
        circle.WRITER: factories.participant(case=case, role="writer", email="w@example.org"),
        circle.READER: factories.participant(case=case, role="reader", email="r@example.org"),
        circle.INVITED: factories.participant(case=case, role="writer", email="i@example.org", **invited),
    }


def address(name: str, family: dict[str, Participant]) -> str:
    case = family[circle.OWNER].case
    parts = {
        "key": "health" if name == "case_consent" else "stroke",
        "what": "download",
        "number": 1,
        "option": case.recommendations.get().options.earliest("position").pk,
        "file": factories.attachment(case, added_by_user=case.coordinator).pk,
        "sharing_id": family[circle.OWNER].pk,
        "person": family[circle.READER].pk,
    }
    wanted = CASE_URLS[name].pattern.converters
    return reverse(f"quotes:{name}", kwargs={key: parts[key] for key in wanted})


def test_every_address_is_written_down_and_none_that_is_not():
    assert set(CASE_URLS) - circle.WITHOUT_SESSION == set(circle.PAGES)


def test_every_verb_of_the_family_is_written_down():
    verbs = {verb.name for verb in workflow.VERBS.values() if workflow.PATIENT in verb.who}
    assert verbs - REFUSED_PATIENT_VERBS <= set(circle.VERBS)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_lets_in_whom_the_table_says(family, who):
    """Each page in a savepoint of its own: a post may change the case, and the family is dear to make."""
    for name in sorted(circle.PAGES):
        with transaction.atomic():
            look_and_press(family, name, who)
            transaction.set_rollback(True)


def look_and_press(family: dict[str, Participant], name: str, who: str) -> None:
    page = circle.PAGES[name]
    for method in METHODS:
        client, at = factories.case_client(family[who]), f"{name} {method}"
        allowed = page.press if method == "POST" else page.look
        response = client.generic(method, address(name, family))
        if not allowed:
            assert response.status_code == 405, at
        elif who in allowed:
            assert response.status_code in (200, 302, 404, 409), at  # 404: an empty post names nothing that is theirs
            assert "/invitation/" not in client.generic("GET", "/en/case/sign-out/").headers.get("Location", "")
        elif who == circle.INVITED:
            assert response.headers["Location"] == "/en/case/people/invitation/", at
        else:
            assert response.status_code == 403, at


def test_without_a_session_no_page_shows_anything(family):
    for name in sorted(circle.PAGES):
        for method in METHODS:
            response = Client().generic(method, address(name, family))
            assert response.status_code in (302, 405), f"{name} {method}"
            assert family[circle.OWNER].case.reference.encode() not in response.content


def test_a_page_that_nobody_thought_of_is_the_owners_alone(family):
    for who in PEOPLE:
        assert circle.may_open(family[who], "case_of_tomorrow", method="GET") == (who == circle.OWNER)
        assert circle.may(family[who], "a_verb_of_tomorrow") == (who == circle.OWNER)


def test_only_the_owner_erases_exports_and_shares(family):
    for verb in ("erase", "export", "share_with_clinic", "invite"):
        assert [who for who in PEOPLE if circle.may(family[who], verb)] == [circle.OWNER]


def test_the_invited_read_nothing_of_the_case(family, case):
    client = factories.case_client(family[circle.INVITED])
    page = client.get("/en/case/people/invitation/").content.decode()
    for text in ("What has happened", "Messages", case.answers["goals"]):
        assert text not in page


def test_a_reader_who_was_a_writer_a_moment_ago_keeps_what_they_typed(family, case):
    writer = family[circle.WRITER]
    client = factories.case_client(writer)
    Participant.objects.filter(pk=writer.pk).update(role="reader")
    response = client.post("/en/case/messages/", {"body": "I typed this for an hour."})
    assert response.status_code == 403
    assert b"I typed this for an hour." in response.content
    assert QuoteRequest.objects.get(pk=case.pk).messages.count() == 0


def test_the_walk_sees_every_address_of_the_site():
    """The case page has no address outside quotes/urls.py."""
    elsewhere = [str(one.pattern) for one in get_resolver().url_patterns if "case" in str(one.pattern)]
    assert elsewhere == []
