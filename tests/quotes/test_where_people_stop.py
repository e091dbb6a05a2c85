"""How many drafts reach and finish each page: figures without a person, each draft once a page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent
from quotes.models import QuoteRequest, StepCount
from tests import factories
from tests.quotes import intake_pages
from tests.quotes.intake_pages import CONSENTS, posted

pytestmark = pytest.mark.django_db
PAGE, CSV = reverse("admin:quotes_stepcount_changelist"), reverse("admin:quotes_stepcount_csv")


def counts(step: str) -> tuple[int, int]:
    row = StepCount.objects.filter(step=step).first()
    return (row.reached, row.finished) if row else (0, 0)


def test_back_and_saving_again_do_not_count_twice(client):
    intake_pages.with_draft(client)
    for _time in range(3):
        client.get("/en/quote/stroke/")
        client.post("/en/quote/stroke/", posted("stroke"))
        client.post("/en/quote/stroke/", posted("stroke") | {"back": "1"})
    assert counts("stroke") == (1, 1)


@pytest.mark.parametrize("button", ["back", "later", "call_me", "switch_language"])
def test_leaving_a_page_is_not_finishing_it(client, button):
    intake_pages.with_draft(client)
    client.get("/en/quote/stroke/")
    client.post("/en/quote/stroke/", posted("stroke") | {button: "es"})
    assert counts("stroke") == (1, 0)


def test_what_is_wrong_or_not_complete_is_not_finished(client):
    intake_pages.with_draft(client)
    client.get("/en/quote/stroke/")
    client.post("/en/quote/stroke/", posted("stroke", stroke_date="the spring"))
    client.post("/en/quote/daily-life/", {"f1": "no"})  # one more question follows on the same page
    assert (counts("stroke"), counts("daily-life")) == ((1, 0), (0, 0))


def test_two_drafts_count_twice_and_sending_finishes_the_last_page(client):
    for _draft in range(2):
        intake_pages.with_draft(client)
        client.get("/en/quote/check/")
        client.post("/en/quote/check/", CONSENTS)
        client.post("/en/quote/check/", CONSENTS)
    assert counts("check") == (2, 2)


def test_nothing_of_the_count_is_sent_with_the_answers(client):
    draft = intake_pages.with_draft(client)
    client.get("/en/quote/stroke/")
    before = QuoteRequest.objects.get().updated_at
    client.get("/en/quote/hopes/")
    draft.refresh_from_db()
    assert "_counted" in draft.answers
    assert draft.updated_at == before  # looking is no change: the 30 days do not start anew
    client.post("/en/quote/check/", CONSENTS)
    draft.refresh_from_db()
    assert not [key for key in draft.answers if key.startswith("_")]


def test_machines_are_not_counted(client):
    intake_pages.with_draft(client, _suspect=True)
    client.get("/en/quote/stroke/")
    client.post("/en/quote/stroke/", posted("stroke"))
    assert not StepCount.objects.exists()


def test_staff_who_write_for_a_caller_are_not_counted(as_staff, coordinator):
    call = factories.call(case=factories.draft_case())
    client = as_staff(coordinator)
    client.post(reverse("admin:quotes_callrequest_open_for", args=[call.pk]), {"language": "en"})
    client.get("/en/quote/stroke/")
    client.post("/en/quote/check/", CONSENTS)
    assert not StepCount.objects.exists()


def add(step: str, *, reached: int, finished: int, days: int = 0, language: str = "en") -> None:
    day = timezone.localdate() - timedelta(days=days)
    StepCount.objects.create(day=day, step=step, language=language, reached=reached, finished=finished)


def test_the_page_shows_shares_and_bars(as_staff, manager):
    add("about-you", reached=8, finished=6)
    add("stroke", reached=4, finished=3, language="es")
    add("stroke", reached=100, finished=0, days=40)
    response = as_staff(manager).get(PAGE)
    rows = {row["title"]: row for row in response.context["rows"]}
    assert (rows["About you"]["stopped"], rows["About you"]["share"]) == (2, 25)
    assert (rows["Your stroke"]["reached"], rows["Your stroke"]["share"]) == (4, 25)
    assert rows["Safety"]["share"] is None
    html = response.content.decode()
    assert "25&nbsp;%" in html
    assert '<rect class="stops__reached" width="200"' in html
    assert "style=" not in html.split("<table", 1)[1].split("</table>")[0]


def test_period_and_language_narrow_and_nonsense_does_not_break(as_staff, manager):
    add("stroke", reached=4, finished=3, language="es")
    add("stroke", reached=100, finished=0, days=40)
    client = as_staff(manager)
    for query, wanted in {"days=90": 104, "days=90&language=es": 4, "days=x&language=xx": 4, "days=7&language=en": 0}.items():
        rows = {row["title"]: row for row in client.get(f"{PAGE}?{query}").context["rows"]}
        assert rows["Your stroke"]["reached"] == wanted, query


def test_the_csv_has_the_same_figures_and_is_written_down(as_staff, manager):
    add("stroke", reached=4, finished=3)
    response = as_staff(manager).get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines == ["day,step,language,reached,finished", f"{timezone.localdate()},stroke,en,4,3"]
    assert AuditEvent.objects.filter(action="export", object="quotes.stepcount").exists()


@pytest.mark.parametrize("role", ["coordinator", "clinical_reviewer", "editor", "auditor", "system_user"])
def test_only_a_manager_sees_it(as_staff, request, role):
    client = as_staff(request.getfixturevalue(role))
    assert client.get(PAGE).status_code == 403
    assert client.get(CSV).status_code == 403


def test_the_page_costs_few_queries(as_staff, manager, django_assert_max_num_queries):
    client = as_staff(manager)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
