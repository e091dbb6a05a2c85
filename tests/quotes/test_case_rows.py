"""Cases without identities: who may take the file, what it asks first, and that nobody can be found in it."""

import csv
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from portal import second_factor
from portal.models import AuditEvent
from quotes import case_rows
from quotes.case_rows import ENOUGH
from quotes.models import QuoteRequest
from tests import factories
from tests.quotes import planted

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:quotes_stepcount_cases")
THIS_YEAR = timezone.localdate().year
REASON = "Figures for the yearly report"


@pytest.fixture(autouse=True)
def always_open(settings):
    """So that an hour of waiting is an hour."""
    settings.OFFICE_HOURS = "mon-sun 00:00-23:59"
    settings.OFFICE_HOLIDAYS = []


def last_month(ago: int = 1):
    """The 10th of a month that is over, at noon."""
    day = timezone.localtime().replace(day=10, hour=12, minute=0, second=0, microsecond=0)
    for _month in range(ago):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=10)
    return day


def sent(
    number: int = 1, *, country: str = "ES", born: int = 0, sex: str = "female", ago: int = 1, **fields
) -> list[QuoteRequest]:
    """So many cases alike, sent in a month that is over."""
    answers = {"birth_year": str(born or THIS_YEAR - 65), "sex": sex, **fields.pop("answers", {})}
    given = {"status": "in_review", "language": "en", "submitted_at": last_month(ago), **fields}
    return [QuoteRequest.objects.create(country=country, answers=answers, **given) for _one in range(number)]


def rows_of(response: HttpResponseBase) -> list[dict[str, str]]:
    return [*csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline=""))]


def taken(client, **data: str) -> list[dict[str, str]]:
    return rows_of(client.post(PAGE, {"months": "12", "reason": REASON} | data))


def who(rows: list[dict[str, str]]) -> Counter[tuple[str, ...]]:
    return Counter((row["sent"], row["country"], row["age"], row["sex"]) for row in rows)


# ── Who may, and what is asked first ─────────────────────────────────────────────────────────────────────────────────────
def test_a_manager_takes_the_file_and_the_log_says_who_why_and_how_many(as_staff, manager):
    sent(ENOUGH)
    response = as_staff(manager).post(PAGE, {"months": "3", "reason": REASON})
    assert response["Content-Disposition"].startswith('attachment; filename="cases-')
    assert len(rows_of(response)) == ENOUGH
    event = AuditEvent.objects.get(action="export")
    assert (event.actor, event.reason) == (manager, REASON)
    assert event.object == f"cases without identities: {ENOUGH} rows, 3 months"


def test_the_auditor_reads_the_reason(as_staff, manager, auditor):
    sent(ENOUGH)
    taken(as_staff(manager))
    assert REASON in as_staff(auditor).get(reverse("admin:portal_auditevent_changelist")).content.decode()


@pytest.mark.parametrize("who", ["coordinator", "clinical_reviewer", "editor", "auditor", "system_user"])
def test_no_other_role_takes_it(who, request, as_staff):
    sent(ENOUGH)
    client = as_staff(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == client.post(PAGE, {"months": "12", "reason": REASON}).status_code == 403
    assert not AuditEvent.objects.filter(action="export").exists()


def test_an_older_code_is_asked_for_again_and_the_reason_is_given_back(as_staff, manager):
    sent(ENOUGH)
    client = as_staff(manager)
    session = client.session
    session["staff_started_at"] -= second_factor.FRESH_SECONDS + 1
    session.save()
    assert client.get(PAGE).url.startswith(reverse("staff-second-factor"))
    response = client.post(PAGE, {"months": "12", "reason": REASON})
    assert response.status_code == 403
    assert REASON in response.content.decode()
    assert "No file was made yet." in response.content.decode()
    assert not AuditEvent.objects.filter(action="export").exists()


@pytest.mark.parametrize(
    ("reason", "said"),
    [("", "Write why you need the file."), ("because", "Say a little more"), (" a  b ", "Say a little more")],
)
def test_without_a_reason_of_a_few_words_there_is_no_file(as_staff, manager, reason, said):
    sent(ENOUGH)
    html = as_staff(manager).post(PAGE, {"months": "12", "reason": reason}).content.decode()
    assert said in html
    assert "Error:" in html
    assert not AuditEvent.objects.filter(action="export").exists()


def test_fewer_than_five_cases_make_no_file(as_staff, manager):
    sent(ENOUGH - 1)
    html = as_staff(manager).post(PAGE, {"months": "12", "reason": REASON}).content.decode()
    assert "a file would tell of single people" in html
    assert f'value="{REASON}"' in html
    assert not AuditEvent.objects.filter(action="export").exists()


def test_the_reports_lead_to_it(as_staff, manager):
    assert PAGE in as_staff(manager).get(reverse("admin:quotes_stepcount_reports")).content.decode()


# ── What is in it ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_row_tells_what_a_manager_reckons_with(as_staff, manager):
    start = last_month()
    year, month = start.year, start.month
    answers = {"f1": "no", "f4": "yes", "stroke_date": f"{year - 1}-{month:02}"}
    cases = sent(
        ENOUGH,
        born=year - 65,
        answers=answers,
        first_answered_at=start + timedelta(hours=2.5),
        source_article="stem-cells",
        status="closed",
        closed_at=timezone.now(),
        closing_reason="no_answer",
    )
    for case in cases:
        case.flags.create(rule_id="sample", level="R", rules_version="1", question="cancer")
    row = taken(as_staff(manager))[0]
    assert row == {
        "sent": f"{year}-{month:02}",
        "country": "Spain",
        "age": "60–69",
        "sex": "Female",
        "months since the stroke": "12–23",
        "function (mRS)": "3",
        "in daily life": "needs some help, walks alone",
        "flags: emergency": "0",
        "flags: red: a clinician must clear it": "1",
        "flags: amber: to be dealt with": "0",
        "flags: information missing": "0",
        "status": "closed",
        "outcome": "no answer from the patient",
        "chose an option": "no",
        "opening hours to the first answer": "3",
        "opening hours to the recommendation": "",
        "article they came from": "stem-cells",
    }


def test_the_hours_to_the_recommendation_are_told(as_staff, manager, coordinator, clinical_reviewer, case):
    factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    QuoteRequest.objects.filter(pk=case.pk).update(submitted_at=last_month())
    sent(ENOUGH - 1)
    told = [row["opening hours to the recommendation"] for row in taken(as_staff(manager))]
    assert sum(bool(hours) and int(hours) > 0 for hours in told) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"ago": 0},
        {"ago": 14},
        {"status": "draft", "submitted_at": None},
        {"is_suspect": True},
        {"status": "closed", "closing_reason": "spam"},
        {"status": "closed", "closing_reason": "duplicate"},
        {"status": "closed", "closing_reason": "withdrawn", "health_withdrawn_at": timezone.now()},
        {"status": "closed", "closing_reason": "completed", "anonymised_at": timezone.now()},
    ],
    ids=["this month", "before", "not sent", "perhaps a machine", "spam", "a duplicate", "agreement taken back", "a figure"],
)
def test_who_is_left_out(as_staff, manager, fields):
    sent(ENOUGH, country="FR")
    if fields.get("status") == "closed":
        fields = fields | {"closed_at": timezone.now()}
    sent(ENOUGH, **fields)
    assert {row["country"] for row in taken(as_staff(manager))} == {"France"}


def test_nothing_that_a_family_or_the_office_wrote_is_in_the_file(as_staff, manager, coordinator, clinical_reviewer):
    case = planted.full_case(
        coordinator=coordinator, reviewer=clinical_reviewer, birth_year=str(THIS_YEAR - 65), sex="female", country="ES"
    )
    words = planted.plant(case, "planted")
    QuoteRequest.objects.filter(pk=case.pk).update(submitted_at=last_month())
    case.refresh_from_db()
    sent(ENOUGH - 1, answers={"name": "Planted Name", "goals": "planted goals", "filler_name": "planted filler"})
    response = as_staff(manager).post(PAGE, {"months": "12", "reason": REASON})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.count("\r\n") == ENOUGH + 1
    assert len(words) > 20
    people = [part for person in case.participants.all() for part in (person.name, person.email, person.phone) if part]
    keys = [
        case.reference,
        str(case.pk),
        coordinator.name,
        clinical_reviewer.name,
        str(THIS_YEAR - 65),
        *people,
        *words.values(),
    ]
    assert [found for found in ("planted", "Planted", *keys) if found in text] == []


def test_what_would_run_in_a_spreadsheet_is_harmless(as_staff, manager):
    sent(ENOUGH, source_article="=cmd()")
    assert {row["article they came from"] for row in taken(as_staff(manager))} == {"'=cmd()"}


def test_the_order_of_the_rows_says_nothing_of_the_order_of_the_requests(as_staff, manager):
    for article in ("b", "a", "e", "d", "c"):
        sent(source_article=article)
    assert [row["article they came from"] for row in taken(as_staff(manager))] == ["a", "b", "c", "d", "e"]


def test_more_cases_cost_no_more_queries(django_assert_num_queries):
    sent(ENOUGH)
    with django_assert_num_queries(3):
        case_rows.table(12)
    sent(60, country="FR")
    with django_assert_num_queries(3):
        assert len(case_rows.table(12)) == ENOUGH + 60


# ── Nobody stands alone ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_country_of_few_is_other(as_staff, manager):
    sent(ENOUGH)
    sent(3, country="CL")
    sent(2, country="NZ")
    told = taken(as_staff(manager))
    assert Counter(row["country"] for row in told) == {"Spain": ENOUGH, "other": 5}


def test_of_a_country_of_many_a_rare_age_or_sex_is_not_told(as_staff, manager):
    sent(4)
    sent(1, born=THIS_YEAR - 95, sex="male")
    told = who(taken(as_staff(manager)))
    month = f"{last_month():%Y-%m}"
    assert told == {(month, "Spain", "not told", "not told"): 5}


def test_a_month_of_few_is_told_as_a_quarter_or_not_at_all(as_staff, manager):
    for ago in range(2, 2 + ENOUGH):
        sent(ago=ago)
    [(when, country, _age, sex)] = who(taken(as_staff(manager)))
    assert (when, country, sex) == ("in this period", "Spain", "Female")


def test_who_would_still_stand_alone_is_left_out(as_staff, manager):
    sent(ENOUGH)
    sent(2, country="NZ", born=THIS_YEAR - 95, sex="male")
    told = taken(as_staff(manager))
    assert len(told) == ENOUGH
    assert {row["country"] for row in told} == {"Spain"}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_cases_at_least_five_rows_say_the_same_of_everybody(seed):
    rows = [
        case_rows.CaseRow(
            country="ABCDEFG"[number * (seed + 3) % 7],
            age=("40–49", "60–69", "70–79")[number * number % 3],
            sex=("Female", "Male")[(number + seed) % 2],
            month=f"2026-{number * (seed + 1) % 9 + 1:02}",
            quarter=f"2026, quarter {(number * (seed + 1) % 9) // 3 + 1}",
            facts=(number,),
        )
        for number in range(37 + seed * 11)
    ]
    told = case_rows.merged(rows)
    counted = Counter(row.cells[:4] for row in told)
    assert min(counted.values()) >= ENOUGH
    assert len(rows) - len(told) < ENOUGH
    assert len({row.facts for row in told}) == len(told)  # nobody twice
    by_number = {row.facts: row for row in rows}
    for row in told:  # nobody is told to be somebody else
        true = by_number[row.facts]
        assert all(getattr(row, name) in ("", getattr(true, name)) for name in ("country", "age", "sex", "month", "quarter"))
