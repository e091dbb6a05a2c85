from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from quotes import actions, case_screen, replies
from quotes.models import Message, ReplyTemplate
from quotes.questions import QUESTIONS
from tests import factories

pytestmark = pytest.mark.django_db


def ask(client, case, **data):
    return client.post(reverse("admin:quotes_quoterequest_reply", args=[case.pk]), data)


@pytest.fixture
def taken(case, coordinator):
    actions.assign(case=case, by=coordinator)
    return case


def test_a_text_is_filled_in_after_what_was_typed(as_staff, coordinator, taken):
    text = factories.reply_template(body="Hello {{ name }}, about {{ reference }}. {{coordinator}}")
    response = ask(as_staff(coordinator), taken, do="fill", template=text.pk, text="Typed before.")
    page = response.content.decode()
    assert response.status_code == 200
    assert f"Typed before.\n\nHello María Sample, about {taken.reference}. Carmen" in page
    assert not Message.objects.exists()


def test_only_texts_in_the_familys_language_are_offered(as_staff, coordinator):
    case = factories.sent_case(language="es")
    actions.assign(case=case, by=coordinator)
    factories.reply_template(language="es", title="Gracias por todo")
    english = factories.reply_template(title="Thanks for all")
    client = as_staff(coordinator)
    page = client.get(reverse("admin:quotes_quoterequest_change", args=[case.pk])).content.decode()
    assert "Gracias por todo" in page
    assert "Thanks for all" not in page
    assert "Choose a text first." in ask(client, case, do="fill", template=english.pk, text="Mine").content.decode()


def test_ticked_things_come_as_a_list_in_the_familys_language(coordinator):
    case = factories.sent_case(language="es")
    listed = replies.as_list(case, ticked=["discharge_letter", "medicine_list"])
    assert len(listed.splitlines()) == 2
    assert "Discharge letter" not in listed


def test_ask_for_these_needs_a_tick_and_loses_nothing(as_staff, coordinator, taken):
    client = as_staff(coordinator)
    page = ask(client, taken, do="list", text="Please send:").content.decode()
    assert "Tick what you want to ask for first." in page
    assert "Please send:" in page
    page = ask(client, taken, do="list", text="Please send:", missing=["discharge_letter"]).content.decode()
    assert "Please send:\n\n- Discharge letter" in page


def test_a_text_that_would_have_a_hole_is_not_used(as_staff, coordinator, taken):
    text = factories.reply_template(body="By {{ due }} you hear from us.")
    taken.refresh_from_db()
    taken.due_at = timezone.now() - timedelta(hours=1)
    taken.save(update_fields=["due_at"])
    page = ask(as_staff(coordinator), taken, do="fill", template=text.pk, text="Mine").content.decode()
    assert "This text does not fit this case: no answer of ours is due" in page
    assert "you hear from us" not in page
    assert "Mine" in page


def test_what_a_name_holds_is_never_filled_in_again(as_staff, coordinator):
    case = factories.sent_case(filler_name="{{ reference }}", email="braces@example.org")
    text = factories.reply_template(body="Hello {{ name }}!")
    assert replies.fill(text, known=replies.values(case, by=coordinator, ticked=[])) == "Hello {{ reference }}!"


def test_the_preview_shows_the_text_as_lines_and_escaped(as_staff, coordinator, taken):
    page = ask(as_staff(coordinator), taken, do="preview", text="One\n\n<b>Two</b>").content.decode()
    assert "As the family will see it" in page
    assert "<p>One</p>\n\n<p>&lt;b&gt;Two&lt;/b&gt;</p>" in page
    assert not Message.objects.exists()


def test_a_colleagues_case_gives_the_text_back(as_staff, coordinator, other_coordinator, case):
    actions.assign(case=case, by=other_coordinator)
    response = ask(as_staff(coordinator), case, do="preview", text="Half an hour of work")
    assert response.status_code == 409
    assert "Half an hour of work" in response.content.decode()
    assert "Walk to the market" not in response.content.decode()


@pytest.mark.parametrize("body", ["Hello {{ diagnosis }}", "Hello {{ name", "{{ name }} {{", "{{ name.phone }}"])
def test_an_unknown_variable_is_refused_when_saving(body):
    with pytest.raises(ValidationError, match="cannot be filled in"):
        ReplyTemplate(key="x", language="en", title="x", body=body).full_clean()


def test_a_manager_writes_texts_and_a_coordinator_reads_them(as_staff, manager, coordinator):
    data = {"title": "New", "language": "en", "key": "new", "body": "Hi {{ oops }}", "position": 1, "is_active": "on"}
    client, add = as_staff(manager), reverse("admin:quotes_replytemplate_add")
    assert "cannot be filled in" in client.post(add, data).content.decode()
    assert client.post(add, {**data, "body": "Hi {{ name }}"}).status_code == 302
    made = ReplyTemplate.objects.get()
    assert made.changed_by == manager
    assert as_staff(coordinator).get(reverse("admin:quotes_replytemplate_change", args=[made.pk])).status_code == 200
    assert as_staff(coordinator).get(add).status_code == 403


def test_every_starter_text_stands_in_every_language_with_the_same_variables():
    replies.load(say=lambda line: None)
    by_key: dict[str, list[ReplyTemplate]] = {}
    for row in ReplyTemplate.objects.all():
        by_key.setdefault(row.key, []).append(row)
    assert len(by_key) >= 5
    for rows in by_key.values():
        assert {row.language for row in rows} >= {"en", "es", "ar"}
        assert len({frozenset(row.used) for row in rows}) == 1


def test_loading_again_brings_up_to_date_but_never_over_an_edited_text(manager):
    replies.load(say=lambda line: None)
    edited, untouched = ReplyTemplate.objects.filter(language="en")[:2]
    ReplyTemplate.objects.filter(pk=edited.pk).update(body="Ours", changed_at=timezone.now(), changed_by=manager)
    ReplyTemplate.objects.filter(pk=untouched.pk).update(body="Older")
    replies.load(say=lambda line: None)
    assert ReplyTemplate.objects.get(pk=edited.pk).body == "Ours"
    assert ReplyTemplate.objects.get(pk=untouched.pk).body == untouched.body


def test_a_text_with_a_list_asks_only_for_what_was_ticked(as_staff, coordinator, taken):
    text = factories.reply_template(body="We still need:\n{{ missing }}")
    client = as_staff(coordinator)
    assert "Tick what you want to ask for first." in ask(client, taken, do="fill", template=text.pk).content.decode()
    page = ask(client, taken, do="fill", template=text.pk, missing=["medicine_list"]).content.decode()
    assert "We still need:\n- List of medicines</textarea>" in page


def test_a_paper_is_listed_once_and_not_at_all_when_it_is_here(case):
    factories.attachment(case, slot="scan_report")
    names = [name.removeprefix("record_") for name, _text in replies.missing(case)]
    assert names.count("discharge_letter") == 1
    assert names.count("blood_tests") == 1  # nobody is asked for the paper, so the question whether they have it stays
    assert "scan_report" not in names
    told = [str(text) for text in case_screen.missing(case)]
    asks = {name: str(QUESTIONS[f"record_{name}"].wording(case.answers)) for name in ("scan_report", "blood_tests")}
    assert asks["scan_report"] not in told and asks["blood_tests"] in told
