import pytest
from django.urls import reverse
from django.utils import timezone, translation

from portal.models import AuditEvent
from quotes import actions, catalogue, checklist
from quotes.models import ChecklistTick, QuoteRequest
from quotes.models.checklist import CaseType
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


def screen(case):
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def press(client, case, **data):
    return client.post(reverse("admin:quotes_quoterequest_tick_step", args=[case.pk]), data)


@pytest.fixture
def step(db):
    return factories.checklist_step(text="Read all answers")


# ── Which steps a case has ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        ({}, {CaseType.EVERY}),
        ({"stroke_date": f"{timezone.localdate():%Y-%m}"}, {CaseType.EVERY, CaseType.RECENT}),
        ({"interest": ["trial", "rehabilitation"]}, {CaseType.EVERY, CaseType.CELLS}),
        ({"interest": ["opinion"]}, {CaseType.EVERY, CaseType.OPINION}),
        ({"filler_role": "family", "patient_knows": "yes"}, {CaseType.EVERY, CaseType.OTHERS}),
    ],
)
def test_a_case_has_the_steps_of_every_type_that_it_is(answers, kinds):
    for kind in CaseType.values:
        factories.checklist_step(key=kind, case_type=kind)
    case = factories.sent_case(**answers)
    assert {row.case_type for row in checklist.steps(case)} == kinds


def test_a_case_that_we_wrote_for_a_caller_has_the_steps_for_the_phone(case, coordinator):
    factories.checklist_step(case_type=CaseType.PHONE)
    assert checklist.steps(case) == []
    QuoteRequest.objects.filter(pk=case.pk).update(opened_by=coordinator, opened_at=timezone.now())
    assert len(checklist.steps(QuoteRequest.objects.get(pk=case.pk))) == 1


def test_a_step_is_shown_in_the_readers_language_else_in_english(case):
    for key, language, text in (("a", "en", "First"), ("b", "en", "Second"), ("a", "es", "Primero"), ("c", "ar", "ثالثًا")):
        factories.checklist_step(key=key, language=language, text=text)
    with translation.override("es"):
        assert [row.text for row in checklist.steps(case)] == ["Second", "Primero"]
    assert [row.text for row in checklist.steps(case)] == ["First", "Second"]


def test_a_step_that_is_not_used_any_more_is_not_shown(case):
    factories.checklist_step(is_active=False)
    assert checklist.steps(case) == []


def test_the_starter_list_has_steps_for_every_type():
    assert {row["case_type"] for row in catalogue.checklist_rows()} == set(CaseType.values)


def test_the_office_edits_its_steps_and_ticks_stay_with_them(
    as_staff, manager, coordinator, case, step, django_assert_max_num_queries
):
    actions.tick_step(case=case, by=coordinator, key=step.key, is_done=True)
    client = as_staff(manager)
    for number in range(10):
        factories.checklist_step(key=f"more-{number}")
    client.get(reverse("admin:quotes_checkliststep_changelist"))
    with django_assert_max_num_queries(10):
        client.get(reverse("admin:quotes_checkliststep_changelist"))
    form = {"text": "Read it all", "case_type": "every", "language": "en", "key": step.key, "position": "1", "is_active": "on"}
    url = reverse("admin:quotes_checkliststep_change", args=[step.pk])
    assert client.post(url, form | {"opened_version": step.version}).status_code == 302
    first = checklist.steps(case)[0]
    assert (first.text, first.ticked_by) == ("Read it all", "Carmen Sample")


# ── Ticking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tick_says_who_and_when_and_can_be_taken_back(as_staff, coordinator, case, step):
    client = as_staff(coordinator)
    assert "1 step is open." in client.get(screen(case)).content.decode()
    assert press(client, case, tick=step.key).url.endswith("#checklist")
    page = client.get(screen(case)).content.decode()
    assert "Every step is done." in page
    assert "Done, take the tick back:" in page
    assert "<bdi>Carmen Sample</bdi>, " in page[page.index('id="checklist"') :]
    press(client, case, untick=step.key)
    assert not ChecklistTick.objects.exists()
    assert [*AuditEvent.objects.filter(action__contains="tick").order_by("id").values_list("action", flat=True)] == [
        "tick step",
        "untick step",
    ]


def test_ticks_are_the_same_in_every_language(case, coordinator, step):
    factories.checklist_step(key=step.key, language="ar", text="قراءة كل الأجوبة")
    actions.tick_step(case=case, by=coordinator, key=step.key, is_done=True)
    with translation.override("ar"):
        [row] = checklist.steps(case)
    assert (row.language, row.ticked_by) == ("ar", "Carmen Sample")


def test_twice_is_once_and_the_first_stays(case, coordinator, manager, step):
    for person in (coordinator, manager):
        actions.tick_step(case=case, by=person, key=step.key, is_done=True)
    assert ChecklistTick.objects.get().recorded_by == coordinator


def test_a_tick_disturbs_nobody_who_writes_on_the_case(case, coordinator, step):
    before = (case.version, case.events.count())
    actions.tick_step(case=case, by=coordinator, key=step.key, is_done=True)
    case.refresh_from_db()
    assert (case.version, case.events.count()) == before


def test_open_steps_block_no_recommendation(case, coordinator, clinical_reviewer, step):
    recommendation = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    assert recommendation.sent_at
    assert not case.ticks.exists()


def test_a_step_that_is_gone_and_a_button_without_one_say_so(as_staff, coordinator, case):
    for data in ({"tick": "gone"}, {}):
        refused = press(as_staff(coordinator), case, **data)
        assert refused.status_code == 409
        assert "not in the checklist any more" in refused.content.decode()


def test_a_colleagues_case_is_not_ticked_and_other_roles_tick_nothing(
    as_staff, coordinator, other_coordinator, editor, case, step
):
    actions.assign(case=case, by=other_coordinator)
    assert press(as_staff(coordinator), case, tick=step.key).status_code == 409
    assert press(as_staff(editor), case, tick=step.key).status_code == 403
    with pytest.raises(NotAllowed):
        actions.tick_step(case=case, by=editor, key=step.key, is_done=True)
    assert not ChecklistTick.objects.exists()


def test_who_only_looks_in_reads_the_list_without_buttons(as_staff, coordinator, other_coordinator, case, step):
    actions.assign(case=case, by=other_coordinator)
    url = reverse("admin:quotes_quoterequest_look_in", args=[case.pk])
    page = as_staff(coordinator).post(url, {"reason": "covering"}).content.decode()
    assert "Read all answers" in page
    assert 'value="sample-step"' not in page


def test_the_screen_still_costs_few_queries_with_everything_on_it(
    as_staff, coordinator, manager, case, step, django_assert_max_num_queries
):
    actions.assign(case=case, by=coordinator)
    actions.link_case(case=case, by=coordinator, other=factories.sent_case(phone=""), why="The same person")
    factories.sent_case(email="other@example.org")
    actions.tick_step(case=case, by=coordinator, key=step.key, is_done=True)
    as_staff(manager).get(screen(case))
    client = as_staff(coordinator)
    client.get(screen(case))
    with django_assert_max_num_queries(28):
        page = client.get(screen(case)).content.decode()
    for words in ("Linked:", "These may belong here, too", "Every step is done.", "opened this case"):
        assert words in page
