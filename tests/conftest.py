"""The people of the tests. Each encodes what somebody may do; a screen's tests say what each of them sees."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from portal import accounts, content_version, roles
from portal.models import User
from quotes import marks
from quotes.models import Option, Participant, QuoteRequest, Recommendation
from tests import factories


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The groups of staff are made once, as on a real machine."""
    with django_db_blocker.unblock():
        accounts.set_up_groups()


@pytest.fixture(autouse=True)
def quiet_and_quick(settings, tmp_path):
    """Mail into memory, files into a folder of the test's own, nothing cached, hashes that cost nothing, and English to begin with.

    A request to /es/ leaves Spanish behind in the thread.
    """
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.ATTACHMENTS_ROOT = tmp_path / "files"
    settings.PICTURES_ROOT = tmp_path / "pictures"
    cache.clear()
    content_version.forget()  # a test's changes are undone without anybody being told
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with translation.override("en"):
        yield


@pytest.fixture
def groups(db):
    """There already, unless a test that commits has emptied the tables."""
    if not Group.objects.exists():
        accounts.set_up_groups()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Whatever a test did: the queue's marks say what flags and people say (quotes/marks.py)."""
    result = yield
    if item.path.parent.name in ("quotes", "journeys") and "_django_db_helper" in item.fixturenames:
        assert not marks.wrong().exists(), "A flag or a person changed, and the case's mark did not."
    return result


def staff(role: str, name: str) -> User:
    return factories.user(role=role, name=name)


@pytest.fixture
def coordinator(groups) -> User:
    return staff(roles.COORDINATOR, "Carmen Sample")


@pytest.fixture
def other_coordinator(groups) -> User:
    return staff(roles.COORDINATOR, "Otto Sample")


@pytest.fixture
def clinical_reviewer(groups) -> User:
    return staff(roles.CLINICAL_REVIEWER, "Rana Sample")


@pytest.fixture
def manager(groups) -> User:
    return staff(roles.MANAGER, "Mona Sample")


@pytest.fixture
def editor(groups) -> User:
    """Writes articles; opens no case."""
    return staff(roles.EDITOR, "Edith Sample")


@pytest.fixture
def auditor(groups) -> User:
    return staff(roles.AUDITOR, "Audrey Sample")


@pytest.fixture
def system_user(groups) -> User:
    return staff(roles.SYSTEM, "Sasha Sample")


@pytest.fixture
def case(db) -> QuoteRequest:
    """A request that was sent, with no flag that blocks."""
    return factories.sent_case()


@pytest.fixture
def patient(case) -> Participant:
    """Owns `case`."""
    return case.participants.get(role="owner")


@pytest.fixture
def other_patient(db) -> Participant:
    """Owns a case of their own and must see nothing of `case`."""
    return factories.sent_case(email="other@example.org").participants.get(role="owner")


@pytest.fixture
def daughter(case) -> Participant:
    """Invited by the patient to write."""
    return factories.participant(case=case, role="writer", email="daughter@example.org")


@pytest.fixture
def as_staff():
    """A client signed in with password and second factor: `as_staff(coordinator).get(…)`."""

    def sign_in(user: User) -> Client:
        return factories.staff_client(user)

    return sign_in


@pytest.fixture
def as_participant():
    """A client inside the case page, as after link and code: `as_participant(patient).get(…)`."""

    def enter(participant: Participant) -> Client:
        return factories.case_client(participant)

    return enter


@pytest.fixture
def draft(case, coordinator) -> Recommendation:
    """Of `case`, ready to be sent for approval."""
    return factories.ready_recommendation(case, coordinator=coordinator)


@pytest.fixture
def option(draft) -> Option:
    return draft.options.earliest("position")
