import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import formats, timezone

from portal.models import AuditEvent
from quotes import actions
from quotes.models import LineItem, Recommendation
from quotes.readiness import content_digest, never_reviewed
from quotes.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db


def at(name: str, recommendation: Recommendation, *more: object) -> str:
    return reverse(f"admin:quotes_recommendation_{name}", args=[recommendation.pk, *more])


def words(draft: Recommendation, **fields: object) -> dict[str, object]:
    draft.refresh_from_db()
    valid = timezone.localdate() + timedelta(days=30)
    usual = {"summary": "Short and plain.", "commission": "The clinic pays us.", "currency": "EUR", "valid_until": valid}
    return {"lock_version": draft.lock_version, "against_reasons": "", **usual, **fields}


@pytest.fixture
def waiting(draft, case, coordinator) -> Recommendation:
    return actions.request_approval(case=case, by=coordinator, recommendation=draft)


def test_the_builder_shows_words_options_and_what_is_missing(as_staff, coordinator, draft):
    page = as_staff(coordinator).get(at("change", draft)).content.decode()
    for text in (
        "Practise first.",
        "Sample rehabilitation",
        "Sample waiting",
        "About €1,200",
        "A clinical reviewer has not approved",
    ):
        assert text in page, text


def test_words_are_saved(as_staff, coordinator, draft):
    response = as_staff(coordinator).post(at("change", draft), words(draft, summary="New words"))
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "New words"


def test_a_wrong_word_is_said_and_nothing_typed_is_lost(as_staff, coordinator, draft):
    response = as_staff(coordinator).post(at("change", draft), words(draft, valid_until="2020-01-01", summary="Kept words"))
    page = response.content.decode()
    assert "Choose a day in the future." in page
    assert "Kept words" in page
    assert "<title>Error:" in page


def test_the_currency_cannot_change_under_amounts(as_staff, coordinator, draft):
    page = as_staff(coordinator).post(at("change", draft), words(draft, currency="USD")).content.decode()
    assert "Some lines have amounts already" in page


def test_the_second_saver_sees_both_texts(as_staff, coordinator, manager, draft):
    mine = words(draft, summary="Mine")
    as_staff(manager).post(at("change", draft), words(draft, summary="Theirs"))
    client = as_staff(coordinator)
    response = client.post(at("change", draft), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody saved this while you were writing" in page
    assert "Mine" in page
    assert "Theirs" in page
    client.post(at("change", draft), words(draft, summary="Mine"))
    draft.refresh_from_db()
    assert draft.summary == "Mine"


def test_options_are_added_moved_and_removed(as_staff, coordinator, draft):
    treatment = factories.treatment("procedure", labels="DW")
    client = as_staff(coordinator)
    client.post(at("add_option", draft), {"treatment": treatment.pk})
    option = draft.options.get(treatment=treatment)
    assert option.line_items.count() > 5
    client.post(at("move_earlier", draft, option.pk))
    assert draft.options.get(pk=option.pk).position == 2
    client.post(at("remove_option", draft, option.pk))
    assert not draft.options.filter(pk=option.pk).exists()
    assert client.post(at("add_option", draft), {"treatment": "x"}).status_code == 409


def test_a_reviewer_reads_approves_and_the_coordinator_sends(as_staff, coordinator, clinical_reviewer, waiting, case):
    reviewer = as_staff(clinical_reviewer)
    preview = reviewer.get(at("preview", waiting))
    assert "Our recommendation in short" in preview.content.decode()
    digest = preview.context["digest"]
    refused = reviewer.post(at("approve", waiting), {"digest": digest, "reason": "Kept remark"})
    assert "no clinician has reviewed" in refused.content.decode()
    assert "Kept remark" in refused.content.decode()
    reviewer.post(at("approve", waiting), {"digest": digest, "unreviewed": [*never_reviewed(waiting)]})
    assert reviewer.post(at("send_recommendation", waiting)).status_code == 409
    as_staff(coordinator).post(at("send_recommendation", waiting))
    case.refresh_from_db()
    assert case.status == Status.RECOMMENDED


def test_what_changed_under_the_reader_is_not_approved(as_staff, coordinator, clinical_reviewer, waiting):
    seen = content_digest(waiting)
    as_staff(coordinator).post(at("change", waiting), words(waiting, summary="Changed"))
    response = as_staff(clinical_reviewer).post(
        at("approve", waiting), {"digest": seen, "unreviewed": [*never_reviewed(waiting)]}
    )
    assert response.status_code == 409
    assert "Read it again, then approve." in response.content.decode()


def test_what_was_ticked_stays_ticked_on_a_refused_page(as_staff, clinical_reviewer, waiting):
    (edition,) = never_reviewed(waiting)
    box = f'name="unreviewed" value="{edition}"'
    reviewer = as_staff(clinical_reviewer)
    assert f"{box}>" in reviewer.get(at("preview", waiting)).content.decode()
    refused = reviewer.post(at("approve", waiting), {"digest": "of another text", "unreviewed": [edition]})
    assert f"{box} checked>" in refused.content.decode()


def test_a_returned_draft_says_what_should_change(as_staff, clinical_reviewer, waiting, case):
    as_staff(clinical_reviewer).post(at("return_for_changes", waiting), {"comment": "More about pain."})
    assert case.notes.get().body == "More about pain."


def test_what_stands_in_the_way_is_said_when_sending(as_staff, coordinator, draft):
    response = as_staff(coordinator).post(at("send_recommendation", draft))
    assert response.status_code == 409
    assert "A clinical reviewer has not approved it." in response.content.decode()


def test_what_was_sent_is_only_read(as_staff, coordinator, clinical_reviewer, case):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    client = as_staff(coordinator)
    page = client.get(at("change", sent)).content.decode()
    assert "it stays as it is" in page
    assert 'name="summary"' not in page
    assert client.post(at("change", sent), words(sent, summary="x")).status_code == 409
    option = client.get(at("option", sent, sent.options.earliest("position").pk)).content.decode()
    assert "Save and go back" not in option


def test_a_colleagues_recommendation_is_not_there(as_staff, other_coordinator, draft):
    client = as_staff(other_coordinator)
    option = draft.options.earliest("position")
    for address in (at("change", draft), at("preview", draft), at("option", draft, option.pk)):
        assert client.get(address).status_code == 404
    for address in (at("change", draft), at("send_recommendation", draft), at("remove_option", draft, option.pk)):
        assert client.post(address).status_code == 404


def test_an_option_of_another_recommendation_is_not_there(as_staff, manager, draft, coordinator):
    other = factories.ready_recommendation(factories.sent_case(email="x@example.org"), coordinator=coordinator)
    option = other.options.earliest("position")
    client = as_staff(manager)
    assert client.get(at("option", draft, option.pk)).status_code == 404
    assert client.post(at("remove_option", draft, option.pk)).status_code == 404
    assert client.get(at("option", draft, uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("role", ["editor", "auditor", "system_user"])
def test_who_has_no_cases_gets_none(as_staff, request, draft, role):
    client = as_staff(request.getfixturevalue(role))
    for name in ("change", "preview"):
        assert client.get(at(name, draft)).status_code == 403


def test_a_reviewer_changes_no_words(as_staff, clinical_reviewer, draft):
    client = as_staff(clinical_reviewer)
    assert 'name="summary"' not in client.get(at("change", draft)).content.decode()
    assert client.post(at("change", draft), words(draft, summary="x")).status_code == 403


def test_buttons_are_pressed_and_every_look_is_recorded(as_staff, coordinator, draft):
    client = as_staff(coordinator)
    assert client.get(at("request_approval", draft)).status_code == 405
    assert client.post(at("preview", draft)).status_code == 405
    client.get(at("preview", draft))
    assert AuditEvent.objects.get(action="view recommendation").case_id == draft.case_id


def test_the_preview_speaks_the_patients_language(as_staff, manager, coordinator):
    factories.treatment("rehabilitation", language="ar")
    case = factories.sent_case(language="ar")
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    page = as_staff(manager).get(at("preview", draft)).content.decode()
    assert '<html lang="en" dir="ltr">' in page
    assert 'lang="ar" dir="rtl"' in page


def test_the_preview_says_what_holds_for_all_of_it_as_the_patient_reads_it(
    as_staff, as_participant, coordinator, clinical_reviewer, patient, draft, case
):
    rate = {"second_currency": "MAD", "rate": Decimal("10.8"), "rate_as_of": timezone.localdate(), "rate_source": "Sample bank"}
    Recommendation.objects.filter(pk=draft.pk).update(**rate)
    draft.refresh_from_db()
    facts = re.compile(r'<p class="recommendation__facts">(.*?)</p>', re.DOTALL)
    [seen] = facts.findall(as_staff(coordinator).get(at("preview", draft)).content.decode())
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    assert facts.findall(as_participant(patient).get("/en/case/recommendation/").content.decode())[-1] == seen
    assert "You would pay in EUR." in seen and "Sample bank" in seen


def test_the_list_costs_the_same_for_many(as_staff, manager, coordinator, django_assert_max_num_queries):
    for number in range(5):
        factories.ready_recommendation(factories.sent_case(email=f"{number}@example.org"), coordinator=coordinator)
    client = as_staff(manager)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("admin:quotes_recommendation_changelist")).status_code == 200
    assert LineItem.objects.exists()


def test_the_list_and_the_case_say_that_an_approved_text_was_changed(as_staff, coordinator, clinical_reviewer, waiting, case):
    factories.approve(waiting, by=clinical_reviewer)
    staff, listed = as_staff(coordinator), reverse("admin:quotes_recommendation_changelist")
    screen = reverse("admin:quotes_quoterequest_change", args=[case.pk])
    assert "approved, not sent yet" in staff.get(listed).content.decode()
    assert "approved, not sent" in staff.get(screen).content.decode()
    line = LineItem.objects.filter(option__recommendation=waiting, likely__isnull=False).get()
    line.high += 1
    line.save()
    for address in (listed, screen):
        page = staff.get(address).content.decode()
        assert "changed after the approval" in page
        assert "approved, not sent" not in page


def test_the_list_costs_the_same_for_many_that_are_approved(
    as_staff, manager, coordinator, clinical_reviewer, django_assert_max_num_queries
):
    for number in range(4):
        one = factories.sent_case(email=f"{number}@example.org")
        draft = factories.ready_recommendation(one, coordinator=coordinator)
        actions.request_approval(case=one, by=coordinator, recommendation=draft)
        factories.approve(draft, by=clinical_reviewer)
    client = as_staff(manager)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("admin:quotes_recommendation_changelist")).status_code == 200


def test_who_may_only_read_reads_words_and_not_codes(as_staff, clinical_reviewer, waiting):
    page = as_staff(clinical_reviewer).get(at("change", waiting)).content.decode()
    assert formats.date_format(waiting.valid_until, "DATE_FORMAT") in page
    assert str(waiting.valid_until) not in page
    assert f'<dd dir="auto" lang="{waiting.language}">{waiting.commission[:20]}' in page


def test_the_card_counts_unknown_lines_once(as_staff, coordinator, waiting):
    """A fee of ours inside the clinic's price is in no sum, so it is no gap in it."""
    cards = as_staff(coordinator).get(at("change", waiting)).context["cards"]
    for card in cards:
        assert dict(card["certainty"]).get(LineItem.Source.UNKNOWN.label, 0) == card["unknown"]
    assert any(card["unknown"] for card in cards)
    fees = LineItem.objects.filter(option__recommendation=waiting, group=LineItem.Group.OUR_FEE)
    assert fees.filter(inclusion=LineItem.Inclusion.INCLUDED, source=LineItem.Source.UNKNOWN).exists()
