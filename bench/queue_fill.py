"""A database like that of an office which has worked for ten years, written with COPY: cases, people, search keys, flags, events.

Open cases are few, whatever the archive holds: they depend on how many people work there. What lists read is as it would be:
each case's answers are sealed for its row, each digest is a real one. What no list opens (a participant's name, e-mail, phone
and link, a flag's answer) is one sealed value, the same in every row: it would not open there, and nothing here tries.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import StringIO
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from portal import accounts, roles
from portal.encryption import blind_index, seal
from portal.models import User
from quotes import actions, marks
from quotes.models import Event, QuoteRequest, Recommendation
from quotes.models.case import CROCKFORD
from quotes.models.people import email_digest
from quotes.search import phone_digits

COORDINATORS = 40
NOW = datetime.now(UTC).replace(microsecond=0)
COUNTRIES = [
    "ES", "MX", "AR", "CO", "US", "GB", "DE", "FR", "IT", "PT", "NL", "EG", "SA", "AE", "MA", "JO", "PE", "CL", "EC", "RO", "PL", "TR",
    "GR", "IE", "SE", "NO", "DK", "CH", "AT", "BE",
]  # fmt: skip
STATUSES = {"submitted": 12, "in_review": 30, "awaiting_patient": 28, "recommended": 20, "accepted": 6, "declined": 4}
DUE = {"submitted": 1.0, "in_review": 0.6, "awaiting_patient": 0.03, "recommended": 0.05, "accepted": 0.5, "declined": 0.0}
ANSWERS = (
    '{"birth_year": "1961", "stroke_date": "%s", "stroke_type": "ischaemic", "f1": "yes", "f2": "no", "thinners": ["none"], '
    '"goals": "Walk to the market and back, and write a letter with my right hand. Sample %d."}'
)
COLUMNS = {
    "quotes_quoterequest": (
        "id reference status closing_reason language country coordinator_id answers rules_version way source_article is_suspect "
        "created_at updated_at submitted_at due_at first_answered_at closed_at reminders_sent version"
    ),
    "quotes_participant": (
        "id case_id role name email email_index phone is_patient token token_hash created_at confirmed_at unreachable_at"
    ),
    "quotes_searchkey": "case_id kind digest",
    "quotes_flag": "id case_id rule_id level rules_version question answer raised_at cleared_at cleared_by_id clearance",
    "quotes_event": "id case_id kind at by_user_id by_participant_id data",
}
# planted for the searches: a name that nobody else has, a frequent first name, a frequent surname
RARE, FREQUENT, SURNAME = "zzyzxsample", "maria", "garcia"


def fill(count: int) -> None:
    call_command("migrate", verbosity=0)
    if QuoteRequest.objects.exists():
        raise SystemExit("This database is in use. Take an empty one.")
    accounts.set_up_groups()
    people = [staff(roles.COORDINATOR, f"Coordinator{number} Sample") for number in range(COORDINATORS)]
    staff(roles.CLINICAL_REVIEWER, "Reviewer Sample")
    staff(roles.MANAGER, "Manager Sample")
    staff(roles.EDITOR, "Editor Sample")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE '%UNIQUE%'"
        )
        indexes = [row for row in cursor.fetchall() if any(f" public.{table} " in row[1] for table in COLUMNS)]
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        others = list(columns_left_alone())
        for table, column, value in others:
            cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET DEFAULT %s', [value])
        cursor.execute("SET session_replication_role = replica")  # foreign keys are right by how the rows are made
        drawn, batch = random.Random(7), 50_000
        for start in range(0, count, batch):
            rows: dict[str, list[str]] = {table: [] for table in COLUMNS}
            for number in range(start, min(start + batch, count)):
                for table, values in one_case(number, count, drawn, people):
                    rows[table].append("\t".join(text(value) for value in values) + "\n")
            with transaction.atomic():
                for table, lines in rows.items():
                    cursor.copy_expert(
                        f"COPY {table} ({', '.join(COLUMNS[table].split())}) FROM STDIN", StringIO("".join(lines))
                    )
        cursor.execute("SET session_replication_role = origin")
        for table, column, _value in others:
            cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" DROP DEFAULT')
        for _name, definition in indexes:
            cursor.execute(definition)
    answers = Event.objects.filter(case=OuterRef("pk"), kind="record_reply")
    QuoteRequest.objects.filter(Exists(answers)).update(family_answered_at=Subquery(answers.values("at")[:1]))
    marks.keep(marks.wrong())
    calls_and_drafts(people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def columns_left_alone() -> Iterator[tuple[str, str, Any]]:
    """Columns that must hold something and of which COLUMNS says nothing, with what Django would write."""
    for model in apps.get_app_config("quotes").get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields if table in COLUMNS else ():
            if field.column not in COLUMNS[table].split() and not (field.null or field.generated or field.primary_key):
                yield table, field.column, field.get_default()


def text(value: Any) -> str:
    return "\\N" if value is None else str(value)


def staff(role: str, name: str) -> User:
    made = User.objects.create_user(f"{name.split()[0].lower()}@office.example", name=name, public_role=role)
    made.groups.set(Group.objects.filter(name=role))
    return made


@lru_cache
def name_digest(word: str) -> str:
    return blind_index("name", word)


@lru_cache
def anything_sealed() -> str:
    return seal("Sample", context="bench")


def often(drawn: random.Random, most: int) -> int:
    """A number below `most`, small ones far more often, as names are spread."""
    return int(most * drawn.random() ** 4)


def open_share(count: int) -> float:
    """2,000 open of 10,000, 5,000 of 100,000, 20,000 of 1,000,000."""
    return {10_000: 0.2, 100_000: 0.05, 1_000_000: 0.02}.get(count, 0.05)


def one_case(number: int, count: int, drawn: random.Random, people: list[User]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    case_id, person_id = uuid.UUID(int=drawn.getrandbits(128), version=4), uuid.UUID(int=drawn.getrandbits(128), version=4)
    chance = drawn.random()
    is_open = chance < open_share(count)
    is_draft = not is_open and chance > 0.99
    days = drawn.random() * (60 if is_open or is_draft else 3650)
    created = NOW - timedelta(days=days, minutes=drawn.randrange(60, 600))
    submitted = None if is_draft else created + timedelta(minutes=25)
    status = "draft" if is_draft else "closed"
    due = closed = None
    if is_open:
        status = drawn.choices(list(STATUSES), list(STATUSES.values()))[0]
        due = NOW + timedelta(minutes=drawn.randrange(-1500, 9000)) if drawn.random() < DUE[status] else None
    elif not is_draft:
        closed = min(NOW, created + timedelta(days=drawn.randrange(2, 90)))
    suspect = drawn.random() < 0.004
    coordinator = None if is_draft or status == "submitted" else drawn.choice(people).pk
    language = drawn.choices(("en", "es", "ar"), (40, 40, 20))[0]
    country = COUNTRIES[min(often(drawn, 40), len(COUNTRIES) - 1)]
    stroke = f"{NOW.year - drawn.randrange(0, 3)}-{drawn.randrange(1, 12):02}"
    answers = seal(ANSWERS % (stroke, number), context=f"quotes_quoterequest.answers:{case_id}")
    reason = drawn.choice(("completed", "no_answer", "advised_against", "spam")) if closed else ""
    yield (
        "quotes_quoterequest",
        (
            case_id, reference(number), status, reason, language, country, coordinator, answers, "1", "whole", "", suspect,
            created, created, submitted, due, closed, closed, 0, 3,
        ),
    )  # fmt: skip
    email = f"person{number}@example.org"
    unreachable = NOW - timedelta(days=1) if drawn.random() < 0.004 and not is_draft else None
    confirmed = created + timedelta(hours=3) if drawn.random() < (0.6 if is_open else 0.95) else None
    secret = anything_sealed()
    yield (
        "quotes_participant",
        (
            person_id, case_id, "owner", secret, secret, email_digest(email), secret, True, secret, f"{drawn.getrandbits(256):064x}",
            created, confirmed, unreachable,
        ),
    )  # fmt: skip
    if is_draft:
        return
    first = FREQUENT if drawn.random() < 0.03 else f"first{often(drawn, 3000)}"
    last = RARE if number == count // 2 else SURNAME if drawn.random() < 0.02 else f"last{often(drawn, 60000)}"
    digits = phone_digits(f"34600{number:07}")
    for kind, digest in (
        ("name", name_digest(first)), ("name", name_digest(last)), ("email", email_digest(email)), ("phone", blind_index("phone", digits)),
        ("patient", blind_index("patient", f"{first}:{1935 + number % 50}")),
    ):  # fmt: skip
        yield "quotes_searchkey", (case_id, kind, digest)
    for rule, level, share in (("sample-red", "R", 0.03), ("sample-amber", "A", 0.25), ("sample-gap", "i", 0.3)):
        if drawn.random() < share:
            cleared = None if is_open or level != "R" or drawn.random() < 0.5 else closed
            by = people[0].pk if cleared else None
            flag_id = uuid.UUID(int=drawn.getrandbits(128), version=4)
            yield "quotes_flag", (flag_id, case_id, rule, level, "1", "cancer", secret, created, cleared, by, secret)
    came_in = [("submit", submitted, None, person_id)]
    if coordinator:
        came_in.append(("assign", submitted + timedelta(hours=2), coordinator, None))  # type: ignore[operator]
    if is_open and status == "in_review" and drawn.random() < 0.1:
        came_in.append(("record_reply", NOW - timedelta(hours=drawn.randrange(1, 40)), None, person_id))
    for kind, at, user, person in came_in:
        yield "quotes_event", (uuid.UUID(int=drawn.getrandbits(128), version=4), case_id, kind, at, user, person, "{}")


def reference(number: int) -> str:
    """As random ones look, and no two alike."""
    scrambled = number * 0x9E3779B97F5 % 2**40
    letters = "".join(CROCKFORD[scrambled >> shift & 31] for shift in range(0, 40, 5))
    return f"RG-{letters[:4]}-{letters[4:]}"


def calls_and_drafts(people: list[User]) -> None:
    """What the desk counts beside cases: 40 calls to make, 25 recommendations that wait for approval."""
    for number in range(40):
        call = actions.ask_for_call(
            name="Sample", phone=f"+346001112{number:02}", parts=["morning"], hours="", time_zone="Europe/Madrid", language="es",
            consent_language="es",
        )  # fmt: skip
        if number % 3:
            actions.take_call(call=call, by=people[number % COORDINATORS])
    for case in QuoteRequest.objects.filter(status="in_review").order_by("pk")[:25]:
        Recommendation.objects.create(
            case=case,
            language=case.language,
            created_by=case.coordinator,
            approval_requested_at=NOW,
            approval_requested_by=case.coordinator,
        )
