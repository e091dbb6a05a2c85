"""Ten people press one button at once: what may happen once happens once.

On PostgreSQL only: the in-memory SQLite of the tests shares one lock among all connections, so nothing races there.
"""

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier, Lock

import pytest
from django.db import OperationalError, connection, transaction

from articles import editions
from articles.models import Article
from portal import outbox
from portal.models import OutgoingEmail, RateLimit
from quotes import access, actions, attachments
from quotes.models import CaseLink, Event, Participant, QuoteRequest
from quotes.workflow import NotAllowed
from tests import factories
from tests.quotes.hostile_files import PDF

CALLERS = 10
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_on_postgresql():
    if connection.vendor == "sqlite":
        pytest.skip("needs PostgreSQL")


def at_once(call: Callable[[], object], *, callers: int = CALLERS) -> list[object]:
    """Run the call in parallel, each on a connection of its own; exceptions are results too."""
    gate = Barrier(callers)

    def run(_number: int) -> object:
        gate.wait()
        try:
            return call()
        except NotAllowed as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(run, range(callers)))


def test_parallel_sends_of_a_request_make_one_case_and_one_mail():
    draft = factories.draft_case()
    agreed = ["health", "authority", "understood"]
    at_once(lambda: actions.submit(case=QuoteRequest.objects.get(pk=draft.pk), agreed=agreed))
    assert QuoteRequest.objects.get().participants.count() == 1
    assert OutgoingEmail.objects.filter(kind="confirmation").count() == 1
    assert Event.objects.filter(kind="submit").count() == 1


@pytest.fixture
def send(coordinator, clinical_reviewer) -> Callable[[], object]:
    """Sending an approved recommendation, as from a page that was loaded before."""
    case = factories.sent_case()
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)

    def press() -> object:
        mine = QuoteRequest.objects.get(pk=case.pk)
        return actions.send_recommendation(case=mine, by=coordinator, recommendation=mine.recommendations.get())

    return press


def test_parallel_sends_of_a_recommendation_send_it_once(send):
    at_once(send)
    assert Event.objects.filter(kind="send_recommendation").count() == 1
    assert OutgoingEmail.objects.filter(kind="news").count() == 1


def test_without_the_lock_they_would_not(send, monkeypatch):
    """What the test above is worth: all of them have read the case before the first one writes."""
    everybody = Barrier(CALLERS)

    def only_read(case: QuoteRequest) -> None:
        case.refresh_from_db()
        everybody.wait(timeout=20)

    monkeypatch.setattr(QuoteRequest, "lock", only_read)
    at_once(send)
    assert Event.objects.filter(kind="send_recommendation").count() > 1


def test_parallel_takers_of_a_case_leave_one_coordinator(coordinator):
    case = factories.sent_case()
    results = at_once(lambda: actions.assign(case=QuoteRequest.objects.get(pk=case.pk), by=coordinator))
    assert sum(isinstance(result, NotAllowed) for result in results) == CALLERS - 1


def test_one_worker_gets_a_mail():
    factories.sent_case()
    row = OutgoingEmail.objects.get()
    claimed = at_once(lambda: outbox.claim(OutgoingEmail.objects.get(pk=row.pk)))
    assert claimed.count(True) == 1


def test_hits_are_counted_exactly():
    at_once(lambda: [RateLimit.count("sample", seconds=60) for _ in range(25)])
    assert RateLimit.count("sample", seconds=60) == CALLERS * 25 + 1


def test_nobody_saves_an_article_while_its_review_is_being_signed(as_staff, clinical_reviewer, monkeypatch):
    """The reviewer's version is compared under the lock that a save has to wait for."""
    article, doctor = factories.article(), factories.person("dr-sample", slug="dr-sample", is_team=False)
    mark_reviewed, answers = editions.mark_reviewed, []

    def try_to_save() -> str:
        try:
            with transaction.atomic():
                Article.objects.select_for_update(nowait=True).get(pk=article.pk)
        except OperationalError:
            return "locked"
        finally:
            connection.close()
        return "free"

    def while_signing(**fields: object) -> None:
        with ThreadPoolExecutor(1) as pool:
            answers.append(pool.submit(try_to_save).result())
        mark_reviewed(**fields)

    monkeypatch.setattr(editions, "mark_reviewed", while_signing)
    sent = {"reviewer": doctor.pk, "next_review_on": "2035-01-01", "version": article.version}
    reviewer = as_staff(clinical_reviewer)
    reviewer.get(f"/staff/articles/article/{article.pk}/preview/")  # nobody signs what they have not opened
    assert reviewer.post(f"/staff/articles/article/{article.pk}/review/", sent).status_code == 302
    assert answers == ["locked"]


def test_parallel_uploads_cannot_pass_the_limit_of_a_case():
    draft = factories.draft_case()
    for number in range(attachments.FILES - 2):
        factories.attachment(draft, content=PDF + f"{number}%%EOF".encode())
    staged = [factories.staged(PDF + f"new {number}%%EOF".encode(), "new.pdf") for number in range(CALLERS)]

    def add() -> object:
        return actions.add_attachment(case=QuoteRequest.objects.get(pk=draft.pk), by=None, slot="other", staged=staged.pop())

    results = at_once(add)
    assert sum(isinstance(result, NotAllowed) for result in results) == CALLERS - 2
    assert draft.attachments.count() == attachments.FILES


def test_of_fifty_tries_of_a_code_at_most_five_count(monkeypatch):
    """Fifty posts at the same moment with one cookie: five digits are looked at, and then not even the right ones open."""
    patient = factories.sent_case().participants.get()
    code = access.make_code(patient, browser="one")
    code.code_hash = code.hash_of("123456")
    code.save()
    looked_at = []
    monkeypatch.setattr(hmac, "compare_digest", lambda kept, given: looked_at.append(given) or kept == given)
    found = at_once(lambda: access.fitting_participant(token=patient.token, browser="one", digits="654321"), callers=50)
    assert found == [None] * 50
    assert len(looked_at) == 5
    assert access.fitting_participant(token=patient.token, browser="one", digits="123456") is None
    code.refresh_from_db()
    assert (code.tries_left, code.used_at) == (0, None)


def test_the_right_code_typed_in_many_times_at_once_opens_one_page():
    patient = factories.sent_case().participants.get()
    code = access.make_code(patient, browser="one")
    code.code_hash = code.hash_of("123456")
    code.save()
    found = at_once(lambda: access.fitting_participant(token=patient.token, browser="one", digits="123456"))
    assert sum(one == patient for one in found) == 1


def test_a_patient_who_says_yes_many_times_at_once_is_the_one_owner():
    owner = factories.sent_case(filler_role="family", patient_knows="yes").participants.get()
    person = actions.invite(case=owner.case, by=owner, name="M", email="m@example.org", role="writer", is_to_own=True)

    def accept() -> object:
        mine = Participant.objects.select_related("case").get(pk=person.pk)
        return actions.accept_invitation(case=mine.case, by=mine)

    at_once(accept)
    assert [one.pk for one in owner.case.participants.filter(role="owner")] == [person.pk]
    assert Event.objects.filter(kind="accept_invitation").count() == 1


def test_two_cases_linked_from_both_sides_at_once_have_one_link_and_nobody_waits_for_ever(manager):
    pair = [factories.sent_case(email=f"{number}@example.org").pk for number in range(2)]
    turns = cycle((pair, pair[::-1]))

    def link() -> object:
        with lock:
            mine, other = (QuoteRequest.objects.get(pk=key) for key in next(turns))
        return actions.link_case(case=mine, by=manager, other=other, why="One family.")

    lock = Lock()
    found = at_once(link)
    assert sum(isinstance(one, CaseLink) for one in found) == CaseLink.objects.count() <= 1
    assert all(isinstance(one, CaseLink | NotAllowed) for one in found)
    first, second = (QuoteRequest.objects.get(pk=key) for key in pair)
    if not CaseLink.objects.exists():  # each side held its own case and found the other's in use: the next press does it
        actions.link_case(case=first, by=manager, other=second, why="One family.")
    assert Event.objects.filter(kind="link_case", case=first).count() == 1
    assert Event.objects.filter(kind="link_case", case=second).count() == 1


def test_nobody_writes_after_their_access_was_ended():
    """Their page was read before; the verb looks again once it holds the case."""
    owner = factories.sent_case().participants.get()
    writer = factories.participant(case=owner.case, role="writer")
    stale = Participant.objects.select_related("case").get(pk=writer.pk)
    actions.revoke_access(case=owner.case, by=owner, person=writer)
    with pytest.raises(NotAllowed):
        actions.patient_writes(case=stale.case, by=stale, body="Too late.")
