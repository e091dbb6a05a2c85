import pytest
from django.urls import reverse

from portal import session_clock
from quotes import actions
from quotes.models import QuoteRequest, TextDraft

pytestmark = pytest.mark.django_db


def screen(case):
    return reverse("admin:quotes_quoterequest_change", args=[case.pk])


def press(client, case, verb, **data):
    return client.post(reverse(f"admin:quotes_quoterequest_{verb}", args=[case.pk]), data)


@pytest.fixture
def taken(case, coordinator):
    actions.assign(case=case, by=coordinator)
    return case


def test_what_was_begun_stands_in_its_box_on_the_next_visit(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    assert press(client, taken, "draft", box="reply", text="Begun").status_code == 204
    assert press(client, taken, "draft", box="reply", text="Begun and gone on").status_code == 204
    press(client, taken, "draft", box="note", text="A thought")
    page = client.get(screen(taken)).content.decode()
    assert "Begun and gone on</textarea>" in page
    assert "A thought</textarea>" in page
    assert page.count("You began this on") == 2
    assert TextDraft.objects.count() == 2


def test_a_draft_is_nobody_elses_and_sealed(as_staff, coordinator, manager, taken):
    press(as_staff(coordinator), taken, "draft", box="reply", text="Mine alone")
    assert "Mine alone" not in as_staff(manager).get(screen(taken)).content.decode()
    assert "Mine" not in str(TextDraft.objects.values("body").get()["body"])


def test_it_goes_when_it_is_sent_and_the_other_box_stays(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    press(client, taken, "draft", box="reply", text="To send")
    press(client, taken, "draft", box="note", text="To keep")
    press(client, taken, "send_message", text="To send")
    assert [draft.box for draft in TextDraft.objects.all()] == ["note"]


def test_an_emptied_box_has_no_draft(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    press(client, taken, "draft", box="reply", text="x")
    press(client, taken, "draft", box="reply", text="  ")
    assert not TextDraft.objects.exists()


def test_a_refused_text_is_kept_without_a_script(as_staff, coordinator, patient, taken):
    opened = taken.version
    actions.patient_writes(case=taken, by=patient, body="New")
    client = as_staff(coordinator)
    assert press(client, taken, "send_message", text="Typed for long", version=opened - 1).status_code == 409
    assert "Typed for long</textarea>" in client.get(screen(taken)).content.decode()


def test_a_colleagues_case_an_unknown_box_and_another_role_keep_nothing(
    as_staff, coordinator, other_coordinator, editor, taken
):
    assert press(as_staff(other_coordinator), taken, "draft", box="reply", text="x").status_code == 404
    assert press(as_staff(coordinator), taken, "draft", box="diary", text="x").status_code == 409
    assert press(as_staff(editor), taken, "draft", box="reply", text="x").status_code == 403
    assert not TextDraft.objects.exists()


def test_keeping_a_draft_by_script_is_no_activity(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    client.get(screen(taken))
    before = {key: client.session[key] for key in session_clock.keys("staff")}
    session = client.session
    for key in before:
        session[key] = before[key] - 60
    session.save()
    url = reverse("admin:quotes_quoterequest_draft", args=[taken.pk])
    client.post(url, {"box": "reply", "text": "x"}, headers={"X-Background": "1"})
    assert {key: client.session[key] for key in before} == {key: value - 60 for key, value in before.items()}


def test_a_refusal_shows_what_happened_meanwhile_beside_the_own_text(as_staff, coordinator, patient, taken):
    client = as_staff(coordinator)
    actions.patient_writes(case=taken, by=patient, body="An old message")
    form = client.get(screen(taken)).context
    opened = {"version": QuoteRequest.objects.get().version, "opened_at": form["opened_at"]}
    actions.patient_writes(case=taken, by=patient, body="The hospital called today")
    page = press(client, taken, "send_message", text="My answer", **opened).content.decode()
    notice = page[page.index("Not saved yet.") : page.index("case-head")]
    assert "What happened while you were writing" in notice
    assert "The hospital called today" in notice
    assert "An old message" not in notice
    assert "data-error-summary" in page
    assert 'href="#message-text"' in notice
    assert "My answer</textarea>" in page


@pytest.mark.parametrize("opened_at", ["", "nonsense", "2026-13-45T00:00:00Z", "2026-01-01T00:00:00"])
def test_a_time_that_cannot_be_read_lists_nothing(as_staff, coordinator, taken, opened_at):
    response = press(as_staff(coordinator), taken, "add_note", text="Kept", version=0, opened_at=opened_at)
    assert response.status_code == 409
    assert "What happened while you were writing" not in response.content.decode()
    assert "Kept</textarea>" in response.content.decode()
