"""What the builder does not let out: warnings that nobody is told of, options that the answers speak against, a "no" without a way on."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from quotes import actions, rules
from quotes.models import Flag, Recommendation
from quotes.proposal import considered, trials_to_read
from quotes.readiness import content_digest, contra_indicated, obstacles
from quotes.workflow import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
AMBER = next(rule.id for rule in rules.RULES if rule.level == "A")


def raise_flag(case, rule_id: str = AMBER, level: str = "A") -> Flag:
    return factories.flag(case, level=level, rule_id=rule_id)


def waiting(draft: Recommendation) -> list[tuple[str, str]]:
    return [(str(found), found.where) for found in obstacles(Recommendation.objects.get(pk=draft.pk), before_approval=True)]


def test_an_amber_flag_is_dealt_with_or_told(draft, coordinator):
    flag = raise_flag(draft.case)
    assert waiting(draft) == [("1 amber flag is neither dealt with nor told to the patient.", "carried_flags")]
    draft.carried_flags = [AMBER]
    draft.save()
    assert waiting(draft) == []
    draft.carried_flags = []
    draft.save()
    actions.resolve_flag(case=draft.case, by=coordinator, flag=flag, text="Asked, and it is long ago.")
    assert waiting(draft) == []


def test_a_warning_that_was_dealt_with_is_not_told(draft, coordinator, as_staff):
    flag = raise_flag(draft.case)
    draft.carried_flags = [AMBER]
    draft.save()
    actions.resolve_flag(case=draft.case, by=coordinator, flag=flag, text="Asked, and it is long ago.")
    ((text, where),) = waiting(draft)
    assert text.startswith("1 warning that the patient would read has been dealt with") and where == "carried_flags"
    page = as_staff(coordinator).get(f"/staff/quotes/recommendation/{draft.pk}/change/").content.decode()
    assert 'href="/staff/quotes/recommendation/' in page and '#id_carried_flags"' in page
    assert 'id="id_carried_flags"' in page and "dealt with since: untick it" in page
    actions.edit_recommendation(
        case=draft.case, by=coordinator, recommendation=draft, lock_version=draft.lock_version, changes={"carried_flags": []}
    )
    assert waiting(draft) == []


def test_the_next_version_warns_of_what_is_still_open_only(draft, coordinator, clinical_reviewer):
    settled, still_open = (raise_flag(draft.case, rule_id) for rule_id in ("falls", "sad"))
    draft.carried_flags = ["falls", "sad"]
    draft.save()
    actions.request_approval(case=draft.case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    actions.send_recommendation(case=draft.case, by=coordinator, recommendation=draft)
    actions.resolve_flag(case=draft.case, by=coordinator, flag=settled, text="A stick and shoes.")
    assert actions.revise(case=draft.case, by=coordinator, reason="New prices.").carried_flags == [still_open.rule_id]


def test_the_first_draft_tells_every_open_amber_flag(case, coordinator):
    actions.assign(case=case, by=coordinator)
    raise_flag(case)
    assert AMBER in actions.draft_recommendation(case=case, by=coordinator).carried_flags


def test_a_warning_that_is_taken_back_needs_a_new_approval(draft):
    draft.carried_flags = [AMBER]
    draft.save()
    seen = content_digest(draft)
    draft.carried_flags = []
    draft.save()
    assert content_digest(draft) != seen


def test_an_option_that_the_answers_speak_against_needs_the_reviewers_words(draft, coordinator, clinical_reviewer):
    option = draft.options.earliest("position")
    option.treatment.contra_indicating_rules = ["cancer-recent"]
    option.treatment.save()
    flag = raise_flag(draft.case, "cancer-recent", "R")
    actions.clear_flag(case=draft.case, by=clinical_reviewer, flag=flag, text="Seven years ago.")
    assert contra_indicated(draft) == {option: [flag]}
    actions.request_approval(case=draft.case, by=coordinator, recommendation=draft)
    with pytest.raises(NotAllowed, match="speak against"):
        factories.approve(draft, by=clinical_reviewer)
    factories.approve(draft, by=clinical_reviewer, reason="Long cured.")


@pytest.mark.parametrize("rule_id", ["no-rehabilitation", "rehabilitation-stopped"])
def test_without_rehabilitation_so_far_it_is_the_first_option(draft, coordinator, rule_id):
    flag = raise_flag(draft.case, rule_id)
    draft.carried_flags = [rule_id]  # told to the patient: not enough
    draft.save()
    assert waiting(draft) == []
    actions.move_option(case=draft.case, by=coordinator, option=draft.options.earliest("position"), earlier=False)
    ((text, where),) = waiting(draft)
    assert text.startswith("Rehabilitation comes first") and where == "options"
    draft.options.filter(kind="rehabilitation").delete()
    factories.add_option(draft, labels="i")
    assert [text[:27] for text, _where in waiting(draft)] == ["Rehabilitation comes first:"]
    actions.resolve_flag(case=draft.case, by=coordinator, flag=flag, text="A serious illness: only comfort is wished for.")
    draft.carried_flags = []
    draft.save()
    assert waiting(draft) == []


def test_what_is_ruled_out_says_by_which_answer(case):
    treatment = factories.treatment("procedure", labels="D")
    treatment.contra_indicating_rules = ["cancer-recent"]
    treatment.save()
    assert [each.against for each in considered(case)] == [[]]
    raise_flag(case, "cancer-recent", "R")
    (found,) = considered(case)
    assert found.against == [rules.BY_ID["cancer-recent"].reason] and not found.is_proposed


RUNNING = {"status": "running", "registry_id": "NCT00000000"}


def verdicts(case) -> dict[str, list[bool | None]]:
    return {one.words.trial.key: [point.fits for point in one.points] for one in trials_to_read(case)}


@pytest.mark.parametrize(
    ("answers", "fits"),
    [
        ({"stroke_type": "ischaemic", "stroke_date": "2024-03"}, {"T01": [True, True], "T02": [None, None], "T03": [False, True]}),
        ({"stroke_type": "bleed", "stroke_date": "2024-03"}, {"T01": [True, False], "T02": [None, None], "T03": [False, False]}),
        ({"stroke_type": "tia", "stroke_date": "2026-02"}, {"T01": [False, False], "T02": [False, None], "T03": [None, False]}),
        ({"stroke_type": "ischaemic", "stroke_date": "2020-01"}, {"T01": [False, True], "T02": [None, None], "T03": [False, True]}),
        ({"stroke_type": "unknown", "stroke_date": ""}, {"T01": [None, None], "T02": [None, None], "T03": [None, None]}),
    ],
)  # fmt: skip
def test_running_trials_are_held_against_the_answers(answers, fits, case):
    factories.trial("T01", stage="months", stroke="chronic ischaemic", time_since_stroke="6 months to 5 years", **RUNNING)
    factories.trial("T02", stage="months", stroke="", **RUNNING)
    factories.trial("T03", stage="days", stroke="malignant MCA infarct", **RUNNING)
    factories.trial("T04", stage="months", stroke="chronic ischaemic")  # published: nobody can take part
    case.answers |= answers
    with time_machine.travel(datetime(2026, 2, 20, tzinfo=UTC)):
        assert verdicts(case) == fits
        assert [one.is_named for one in trials_to_read(case)] == sorted(
            (one.is_named for one in trials_to_read(case)), reverse=True
        )


def test_what_trials_leave_people_out_for_is_said_beside_each(case):
    factories.trial("T01", stage="months", stroke="chronic ischaemic", **RUNNING)
    assert [one.is_named for one in trials_to_read(case)] == [True]
    raise_flag(case, "cells-before", "A")
    (found,) = trials_to_read(case)
    assert found.against == [rules.BY_ID["cells-before"].reason] and not found.is_named


def test_trials_are_read_in_the_familys_language_or_in_english():
    spanish = factories.sent_case(language="es")
    factories.trial("T01", language="es", stage="months", **RUNNING)
    factories.trial("T01", stage="months", **RUNNING)
    factories.trial("T02", stage="months", **RUNNING)
    assert [(one.words.language, one.url) for one in trials_to_read(spanish)] == [
        ("es", "/es/trials/T01/"), ("en", "/en/trials/T02/"),
    ]  # fmt: skip


def test_the_builder_links_articles_and_trials_with_their_titles(as_staff, coordinator, draft):
    factories.trial("T01", stage="months", stroke="chronic ischaemic", **RUNNING)
    page = as_staff(coordinator).get(reverse("admin:quotes_recommendation_change", args=[draft.pk])).content.decode()
    article = draft.options.earliest("position").treatment.article
    link = f'href="/en/articles/{article.slug}/" hreflang="en" lang="en"><bdi>A sample article</bdi></a>'
    assert page.count(link) == 2  # beside the treatment, and on the option's card
    assert f"{article.slug} (en)" not in page
    assert '<a href="/en/trials/T01/"' in page
    assert 'the trial asks for <bdi lang="en">chronic ischaemic</bdi>; here: A blocked vessel (ischaemic stroke) – fits' in page


def test_a_good_no_has_reasons_and_a_way_on_and_no_procedure(draft):
    draft.advise_against = True
    draft.save()
    factories.add_option(draft, labels="B")
    assert {where for _text, where in waiting(draft)} == {"against_reasons", "alternatives", "options"}


def test_a_good_no_needs_one_option_only(draft):
    draft.advise_against, draft.against_reasons, draft.alternatives = True, "Because.", "Practice."
    draft.save()
    draft.options.latest("position").delete()
    assert waiting(draft) == []
