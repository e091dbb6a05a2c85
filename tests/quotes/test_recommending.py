import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles.models import Article
from portal import roles
from portal.models import OutgoingEmail
from quotes import actions, readiness
from quotes.models import LineItem, Option, Recommendation
from quotes.readiness import content_digest
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    factories.treatment("rehabilitation")
    factories.treatment("trial", labels="D")
    factories.treatment("waiting", labels="i")


def kinds(draft: Recommendation) -> list[str]:
    return [option.treatment.kind for option in draft.options.select_related("treatment")]


def test_the_first_draft_begins_with_rehabilitation_and_has_no_procedure(catalogue, case, coordinator):
    factories.treatment("procedure", labels="DW")
    actions.assign(case=case, by=coordinator)
    draft = actions.draft_recommendation(case=case, by=coordinator)
    assert kinds(draft) == ["rehabilitation", "trial", "waiting"]
    assert LineItem.objects.filter(option__recommendation=draft, source="unknown", likely=None).count() > 10


def test_a_trial_is_not_proposed_to_somebody_whom_trials_leave_out(catalogue, coordinator):
    case = factories.sent_case(cancer="recent")
    actions.assign(case=case, by=coordinator)
    assert kinds(actions.draft_recommendation(case=case, by=coordinator)) == ["rehabilitation", "waiting"]


def test_a_first_draft_promises_nothing_about_how_we_are_paid(catalogue, coordinator):
    case = factories.sent_case(language="es")
    actions.assign(case=case, by=coordinator)
    draft = actions.draft_recommendation(case=case, by=coordinator)
    assert draft.commission == ""
    assert "Say how we are paid for it." in readiness.obstacles(draft, before_approval=True)


def test_drafting_again_opens_the_same_draft(draft, case, coordinator):
    assert actions.draft_recommendation(case=case, by=coordinator) == draft
    assert case.events.filter(kind="draft_recommendation").count() == 1


def test_the_open_draft_is_not_handed_to_the_wrong_person(draft, case, other_coordinator, clinical_reviewer):
    for person in (other_coordinator, clinical_reviewer):
        with pytest.raises(NotAllowed):
            actions.draft_recommendation(case=case, by=person)


def test_after_a_wish_for_change_the_new_draft_is_a_copy(case, coordinator, clinical_reviewer, patient):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.ask_for_change(case=case, by=patient, text="Cheaper, please")
    draft = actions.draft_recommendation(case=case, by=coordinator)
    assert (draft.number, draft.supersedes, draft.summary) == (2, sent, sent.summary)
    assert draft.options.count() == sent.options.count()
    with pytest.raises(NotAllowed, match="why there is a new version"):
        actions.request_approval(case=case, by=coordinator, recommendation=draft)


def test_nobody_approves_their_own_words(draft, case, coordinator, clinical_reviewer):
    clinical_reviewer.groups.add(Group.objects.get(name="manager"))
    actions.request_approval(case=case, by=clinical_reviewer, recommendation=draft)
    with pytest.raises(NotAllowed, match="second person"):
        factories.approve(draft, by=clinical_reviewer)


def test_approval_needs_a_reason_for_d_e_or_w_outside_a_trial(draft, case, coordinator, clinical_reviewer):
    factories.add_option(draft, labels="DW")
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    with pytest.raises(NotAllowed, match="labelled D, E or W"):
        factories.approve(draft, by=clinical_reviewer)
    factories.approve(draft, by=clinical_reviewer, reason="The family asked.")
    assert draft.approval_reason == "The family asked."


def test_a_text_that_changed_after_the_reader_opened_it_is_not_approved(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    seen = content_digest(draft)
    changes = {"summary": "Something else"}
    actions.edit_recommendation(
        case=case, by=coordinator, recommendation=draft, lock_version=draft.lock_version, changes=changes
    )
    with pytest.raises(NotAllowed, match="changed since you opened it"):
        factories.approve(draft, by=clinical_reviewer, digest=seen)


def test_a_change_after_the_approval_stops_the_sending(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    treatment = factories.treatment("trial", labels="D")
    actions.add_option(case=case, by=coordinator, recommendation=draft, treatment=treatment)
    with pytest.raises(NotAllowed, match="changed after the approval"):
        actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    case.refresh_from_db()
    assert case.status == Status.IN_REVIEW


def test_sending_twice_sends_once(case, coordinator, clinical_reviewer):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.send_recommendation(case=case, by=coordinator, recommendation=sent)
    assert OutgoingEmail.objects.filter(kind="news").count() == 1


def test_what_was_sent_cannot_be_edited(case, coordinator, clinical_reviewer):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    option = sent.options.earliest("position")
    edits = [
        lambda: actions.edit_recommendation(case=case, by=coordinator, recommendation=sent, lock_version=1, changes={}),
        lambda: actions.remove_option(case=case, by=coordinator, option=option),
        lambda: actions.move_option(case=case, by=coordinator, option=option, earlier=False),
        lambda: option.save(),
        lambda: option.line_items.first().delete(),
    ]
    for edit in edits:
        with pytest.raises(NotAllowed):
            edit()


def test_only_those_who_care_for_the_case_edit_it(draft, case, other_coordinator, clinical_reviewer):
    for person in (other_coordinator, clinical_reviewer):
        with pytest.raises(NotAllowed):
            actions.edit_recommendation(case=case, by=person, recommendation=draft, lock_version=1, changes={"summary": "x"})


def test_the_second_of_two_savers_is_told(draft, case, coordinator, manager):
    opened = draft.lock_version
    actions.edit_recommendation(case=case, by=coordinator, recommendation=draft, lock_version=opened, changes={"summary": "A"})
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_recommendation(case=case, by=manager, recommendation=draft, lock_version=opened, changes={"summary": "B"})
    draft.refresh_from_db()
    assert draft.summary == "A"


def test_options_change_places(draft, case, coordinator):
    first, second = draft.options.order_by("position")
    actions.move_option(case=case, by=coordinator, option=second, earlier=True)
    assert list(draft.options.order_by("position")) == [second, first]
    actions.move_option(case=case, by=coordinator, option=second, earlier=True)
    assert [option.position for option in draft.options.order_by("position")] == [1, 2]


def test_a_revision_keeps_the_old_version_readable(case, coordinator, clinical_reviewer):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    draft = actions.revise(case=case, by=coordinator, reason="The clinic has new prices.")
    actions.edit_recommendation(
        case=case, by=coordinator, recommendation=draft, lock_version=draft.lock_version, changes={"summary": "New words"}
    )
    sent.refresh_from_db()
    assert sent.summary == "Practise first. Here is where and what it costs."
    assert draft.revision_reason == "The clinic has new prices."
    assert Option.objects.filter(recommendation=sent).count() == Option.objects.filter(recommendation=draft).count()


def test_returning_needs_a_comment_which_becomes_a_note(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    with pytest.raises(NotAllowed):
        actions.return_for_changes(case=case, by=clinical_reviewer, recommendation=draft, comment=" ")
    actions.return_for_changes(case=case, by=clinical_reviewer, recommendation=draft, comment="Say more about pain.")
    assert case.notes.get().body == "Say more about pain."
    assert Recommendation.objects.to_approve().count() == 0


def test_reopening_forgets_the_old_decision(case, coordinator, clinical_reviewer, patient):
    sent = factories.sent_recommendation(case, coordinator=coordinator, clinical_reviewer=clinical_reviewer)
    actions.accept(case=case, by=patient, option=sent.options.earliest("position"))
    actions.confirm_accept(case=case, by=coordinator)
    actions.close(case=case, by=coordinator, reason="completed")
    actions.reopen(case=case, by=coordinator)
    assert (case.accepted_option, case.confirmed_at) == (None, None)


@pytest.mark.parametrize(("reason", "mails"), [("completed", 1), ("spam", 0), ("died", 0), ("duplicate", 0)])
def test_closing_is_told_unless_it_would_hurt_or_be_no_news(case, coordinator, reason, mails):
    actions.close(case=case, by=coordinator, reason=reason)
    assert OutgoingEmail.objects.filter(kind="news").count() == mails


def test_a_case_is_given_only_to_somebody_who_looks_after_cases(case, coordinator, editor, manager):
    with pytest.raises(NotAllowed, match="looks after cases"):
        actions.assign(case=case, by=coordinator, to=editor)
    assert actions.assign(case=case, by=coordinator, to=manager).coordinator == manager


def test_whoever_edited_a_version_cannot_approve_it(case, coordinator, clinical_reviewer):
    clinical_reviewer.groups.add(Group.objects.get(name=roles.MANAGER))  # somebody with both roles
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    option = draft.options.order_by("position").first()
    actions.move_option(case=case, by=clinical_reviewer, option=option, earlier=False)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    with pytest.raises(NotAllowed, match="second person"):
        factories.approve(draft, by=clinical_reviewer)


def behind_the_first(draft: Recommendation) -> Article:
    """The article behind the first option. No clinician has reviewed it."""
    article = draft.options.earliest("position").treatment.article
    assert article is not None
    return article


def test_nobody_approves_without_knowing_what_no_clinician_has_reviewed(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    with pytest.raises(NotAllowed, match="no clinician has reviewed"):
        factories.approve(draft, by=clinical_reviewer, unreviewed=[])
    factories.approve(draft, by=clinical_reviewer)
    assert draft.approved_unreviewed == [str(behind_the_first(draft).published_edition_id)]


def test_an_unreviewed_text_that_came_after_the_approval_stops_the_sending(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    article = behind_the_first(draft)
    article.published_edition = article.editions.create(number=2, title="Other words")
    article.save()
    with pytest.raises(NotAllowed, match="the approver did not know"):
        actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def test_a_review_that_came_after_the_approval_stops_nothing(draft, case, coordinator, clinical_reviewer):
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    article = behind_the_first(draft)
    article.reviewer, article.reviewed_on = factories.person(), timezone.localdate()
    article.save()
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def test_whoever_wrote_an_earlier_version_cannot_approve_its_copy(case, coordinator, clinical_reviewer):
    clinical_reviewer.groups.add(Group.objects.get(name=roles.MANAGER))  # somebody with both roles
    second_reviewer = factories.user(role=roles.CLINICAL_REVIEWER, name="Rami Sample")
    first = factories.ready_recommendation(case, coordinator=coordinator)
    changes = {"summary": "My words, as manager."}
    actions.edit_recommendation(
        case=case, by=clinical_reviewer, recommendation=first, lock_version=first.lock_version, changes=changes
    )
    actions.request_approval(case=case, by=coordinator, recommendation=first)
    factories.approve(first, by=second_reviewer)
    actions.send_recommendation(case=case, by=coordinator, recommendation=first)
    copy = actions.revise(case=case, by=coordinator, reason="The clinic has new prices.")
    actions.request_approval(case=case, by=coordinator, recommendation=copy)
    with pytest.raises(NotAllowed, match="second person"):
        factories.approve(copy, by=clinical_reviewer)
    factories.approve(copy, by=second_reviewer)


def called_a_trial(option: Option) -> None:
    """The catalogue now says that this treatment is a registered trial."""
    option.treatment.kind = "trial"
    option.treatment.save()


def test_a_kind_that_the_catalogue_changes_after_the_approval_stops_the_sending(draft, case, coordinator, clinical_reviewer):
    option = factories.add_option(draft, labels="DW")
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason="The family asked.")
    called_a_trial(option)
    with pytest.raises(NotAllowed, match="the kind of treatment"):
        actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    option.save()  # read again, as the message says: another text than the one that was approved
    with pytest.raises(NotAllowed, match="changed after the approval"):
        actions.send_recommendation(case=case, by=coordinator, recommendation=draft)


def test_what_was_sent_keeps_the_warning_of_its_day(draft, case, coordinator, clinical_reviewer, patient, as_participant):
    option = factories.add_option(draft, labels="DW")
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer, reason="The family asked.")
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    called_a_trial(option)
    page = as_participant(patient).get("/en/case/recommendation/").content.decode()
    assert "outside a registered trial" in page
    assert "a procedure" in page


def test_a_clinic_renamed_after_sending_changes_nothing_that_was_sent(
    case, coordinator, clinical_reviewer, patient, as_participant
):
    draft = factories.ready_recommendation(case, coordinator=coordinator)
    option = draft.options.earliest("position")
    option.clinic = factories.clinic("Sample Clinic")
    option.save()
    actions.request_approval(case=case, by=coordinator, recommendation=draft)
    factories.approve(draft, by=clinical_reviewer)
    actions.send_recommendation(case=case, by=coordinator, recommendation=draft)
    option.clinic.name = "Another Sample Clinic"
    option.clinic.save()
    page = as_participant(patient).get("/en/case/recommendation/").content.decode()
    assert "Sample Clinic" in page
    assert "Another Sample Clinic" not in page
