"""The question sheet of a clinic: what we asked, what it said, and what it left open."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from portal.models import AuditEvent
from quotes.clinic_questions import ASKS
from quotes.models import Clinic, ClinicAnswer
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EARLIER = TODAY - timedelta(days=20)


@pytest.fixture
def clinic() -> Clinic:
    return factories.clinic()


def url(clinic: Clinic) -> str:
    return reverse("admin:quotes_clinic_questions", args=[clinic.pk])


def typed(client: Client, clinic: Clinic, **changes: str) -> dict[str, str]:
    """The page's fields as a browser would send them back; `refund__answer` and the like are written over."""
    sheet = client.get(url(clinic)).context["sheet"]
    sent = {
        form.add_prefix(name): str(form.get_initial_for_field(field, name) or "")
        for form in sheet.forms.values()
        for name, field in form.fields.items()
    }
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}


def test_every_question_families_are_told_to_ask_is_there(as_staff, coordinator, clinic):
    page = as_staff(coordinator).get(url(clinic)).content.decode()
    for ask in ASKS.values():
        assert str(ask.question) in page
    assert page.count("Not asked yet") == len(ASKS)


def test_all_are_asked_at_once_and_those_asked_before_keep_their_day(as_staff, coordinator, clinic):
    clinic.answers.create(question="refund", asked_on=EARLIER)
    client = as_staff(coordinator)
    data = typed(client, clinic, papers__answer="A full report.", papers__asked_on=f"{EARLIER}", papers__answered_on=f"{TODAY}")
    client.post(url(clinic), {**data, "_asked_all": "1"})
    days = dict(clinic.answers.values_list("question", "asked_on"))
    assert days == dict.fromkeys(ASKS, TODAY) | {"refund": EARLIER, "papers": EARLIER}
    assert clinic.answers.get(question="papers").answer == "A full report."
    assert f"Asked on {date_format(EARLIER)}, no answer" in client.get(url(clinic)).content.decode()
    event = AuditEvent.objects.get(action="change", object=f"quotes.clinic {clinic.pk}")
    assert event.fields.startswith("answers, papers, ") and "report" not in event.fields


def test_an_answer_reaches_what_is_said_of_the_clinic(as_staff, coordinator, clinic):
    client = as_staff(coordinator)
    words = {
        "refund__asked_on": f"{EARLIER}",
        "refund__answered_on": f"{TODAY}",
        "refund__answer": "Half.",
        "refund__proof": "Contract",
    }
    assert client.post(url(clinic), typed(client, clinic, **words)).status_code == 302
    [fact] = Clinic.objects.get().facts["answers"]
    assert fact == {
        "question": "refund", "asked_on": f"{EARLIER}", "answered_on": f"{TODAY}", "answer": "Half.", "proof": "Contract",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"answer": "Yes"}, "Write the day on which we asked."),
        ({"asked_on": f"{EARLIER}", "answer": "Yes"}, "Write the day on which the clinic answered."),
        ({"asked_on": f"{EARLIER}", "answered_on": f"{TODAY}"}, "Write what the clinic answered."),
        ({"asked_on": f"{EARLIER}", "proof": "Seen"}, "Write what the clinic answered."),
        ({"asked_on": f"{TODAY}", "answered_on": f"{EARLIER}", "answer": "Yes"}, "before the day on which we asked"),
        ({"asked_on": f"{TODAY + timedelta(days=1)}"}, "This day is in the future."),
    ],
)
def test_what_does_not_fit_together_is_said_and_nothing_typed_is_lost(as_staff, coordinator, clinic, words, said):
    client = as_staff(coordinator)
    words = {f"refund__{name}": value for name, value in words.items()}
    response = client.post(url(clinic), typed(client, clinic, **words, papers__asked_on=f"{EARLIER}"))
    page = response.content.decode()
    assert response.status_code == 200 and said in page and "Error:" in page
    assert f'name="papers-asked_on" value="{EARLIER}"' in page
    assert not ClinicAnswer.objects.exists()


def test_two_people_who_fill_in_different_questions_lose_nothing(as_staff, coordinator, manager, clinic):
    mine, theirs = as_staff(coordinator), as_staff(manager)
    data = typed(mine, clinic, refund__asked_on=f"{EARLIER}")
    theirs.post(url(clinic), typed(theirs, clinic, papers__asked_on=f"{TODAY}"))
    assert mine.post(url(clinic), data).status_code == 302
    assert set(clinic.answers.values_list("question", "asked_on")) == {("refund", EARLIER), ("papers", TODAY)}


def test_two_people_who_answer_the_same_question_see_both_texts(as_staff, coordinator, manager, clinic):
    clinic.answers.create(question="refund", asked_on=EARLIER)
    mine, theirs = as_staff(coordinator), as_staff(manager)
    data = typed(mine, clinic, refund__answered_on=f"{TODAY}", refund__answer="All of it.")
    theirs.post(url(clinic), typed(theirs, clinic, refund__answered_on=f"{TODAY}", refund__answer="Half of it."))
    response = mine.post(url(clinic), data)
    page = response.content.decode()
    assert response.status_code == 409 and "All of it." in page and "Half of it." in page
    assert clinic.answers.get().answer == "Half of it."
    again = {**data, "refund-seen": response.context["sheet"].forms["refund"].now}
    assert mine.post(url(clinic), again).status_code == 302
    assert clinic.answers.get().answer == "All of it."


def test_a_reviewer_reads_the_sheet_and_writes_nothing(as_staff, clinical_reviewer, editor, clinic):
    clinic.answers.create(question="refund", asked_on=EARLIER, answered_on=TODAY, answer="Half of it.")
    reviewer = as_staff(clinical_reviewer)
    page = reviewer.get(url(clinic)).content.decode()
    assert "Half of it." in page and "<textarea" not in page
    assert reviewer.post(url(clinic), {"refund-answer": "x"}).status_code == 403
    assert as_staff(editor).get(url(clinic)).status_code == 403


def test_the_page_needs_few_questions_to_the_database(as_staff, coordinator, clinic, django_assert_max_num_queries):
    client = as_staff(coordinator)
    client.post(url(clinic), {**typed(client, clinic), "_asked_all": "1"})
    with django_assert_max_num_queries(14):
        client.get(url(clinic))
