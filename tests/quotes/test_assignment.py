"""Who gets a new case, who is away, and whose cases go to somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.models import AuditEvent, User
from quotes import actions, emails, jobs, staffing
from quotes.models import Absence, CallRequest, Event, QuoteRequest, WorkProfile
from quotes.workflow import NotAllowed, Status
from tests import factories

pytestmark = pytest.mark.django_db
HAND_OVER = "/staff/quotes/workprofile/hand-over/"


def works(user, *languages: str, **fields) -> WorkProfile:
    return WorkProfile.objects.create(user=user, languages=list(languages), **fields)


def away(user, *, days: int = 0) -> Absence:
    today = timezone.localdate()
    return Absence.objects.create(user=user, first_day=today - timedelta(days=1), last_day=today + timedelta(days=days))


def test_a_new_case_goes_to_who_writes_its_language_and_has_the_fewest(coordinator, other_coordinator):
    works(coordinator, "en", "es")
    works(other_coordinator, "es")
    first, second, english = (factories.sent_case(language=code) for code in ("es", "es", "en"))
    assert {first.coordinator, second.coordinator} == {coordinator, other_coordinator}
    assert english.coordinator == coordinator
    assert first.status == Status.SUBMITTED  # reading it is a person's first step
    assert Event.objects.filter(kind="assign_automatically").count() == 3


def test_without_a_profile_nobody_is_given_anything(coordinator):
    assert factories.sent_case().coordinator is None


@pytest.mark.parametrize("why", ["away", "takes none", "other language", "closed account", "switched off"])
def test_who_cannot_take_it_does_not_get_it(coordinator, settings, why):
    profile = works(coordinator, "en")
    if why == "away":
        away(coordinator)
    if why == "takes none":
        WorkProfile.objects.filter(pk=profile.pk).update(takes_cases=False)
    if why == "closed account":
        coordinator.is_active = False
        coordinator.save()
    settings.AUTO_ASSIGN = why != "switched off"
    assert factories.sent_case(language="es" if why == "other language" else "en").coordinator is None


def test_what_may_be_a_machine_is_given_to_nobody(coordinator):
    works(coordinator, "en")
    case = factories.draft_case()
    actions.submit(case=case, agreed=["health", "authority", "understood"], is_suspect=True)
    assert case.coordinator is None


def test_cases_that_came_while_nobody_was_there_are_given_later(coordinator):
    case = factories.sent_case()
    works(coordinator, "en")
    assert jobs.assign_waiting() == 1
    assert jobs.assign_waiting() == 0
    case.refresh_from_db()
    assert case.coordinator == coordinator


def test_older_cases_of_a_language_nobody_writes_hold_up_no_other(coordinator, django_assert_max_num_queries):
    for number in range(3):
        factories.sent_case(email=f"{number}@example.org", language="ar")
    factories.sent_case(email="last@example.org")
    works(coordinator, "es")
    with django_assert_max_num_queries(2):  # nothing is locked for those whom nobody can take
        assert jobs.assign_waiting() == 0
    WorkProfile.objects.update(languages=["en"])
    assert jobs.assign_waiting() == 1


def test_the_next_day_somebody_is_back(coordinator):
    works(coordinator, "en")
    away(coordinator)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert coordinator not in staffing.at_work()
    assert coordinator in staffing.at_work(tomorrow)


def test_a_manager_hands_over_every_case_of_one_person(as_staff, manager, coordinator, other_coordinator):
    cases = [factories.sent_case() for _number in range(2)]
    for case in cases:
        actions.assign(case=case, by=coordinator)
    closed = factories.sent_case()
    actions.assign(case=closed, by=coordinator)
    actions.close(case=closed, by=coordinator, reason="spam")
    chosen = {"whose": str(coordinator.pk), "to": str(other_coordinator.pk)}
    staff = as_staff(manager)
    page = staff.get(HAND_OVER, chosen).content.decode()
    assert "2 cases of" in page and QuoteRequest.objects.filter(coordinator=coordinator).count() == 3
    assert staff.post(HAND_OVER, chosen | {"confirmed": "yes"}).status_code == 302
    assert list(QuoteRequest.objects.filter(coordinator=coordinator)) == [closed]
    assert Event.objects.filter(kind="hand_over").count() == 2


def test_by_language_and_load_says_what_stays(as_staff, manager, coordinator, other_coordinator):
    for language in ("en", "ar"):
        actions.assign(case=factories.sent_case(language=language), by=coordinator)
    works(other_coordinator, "en")
    page = as_staff(manager).post(
        HAND_OVER, {"whose": str(coordinator.pk), "to": "load", "confirmed": "yes"}, follow=True
    ).content.decode()  # fmt: skip
    assert "1 case has somebody new." in page and "1 case stays" in page
    assert QuoteRequest.objects.get(language="en").coordinator == other_coordinator


def taken_call(by, **fields) -> CallRequest:
    return actions.take_call(call=factories.call(**fields), by=by)


def test_the_calls_of_a_leaver_go_with_the_cases(as_staff, manager, coordinator, other_coordinator):
    call, done = taken_call(coordinator), taken_call(coordinator)
    actions.log_call(call=done, by=coordinator, outcome="reached")
    actions.finish_call(call=done, by=coordinator)
    chosen = {"whose": str(coordinator.pk), "to": str(other_coordinator.pk)}
    staff = as_staff(manager)
    assert "1 call of Carmen Sample moves" in staff.get(HAND_OVER, chosen).content.decode()
    assert "1 call has somebody new." in staff.post(HAND_OVER, chosen | {"confirmed": "yes"}, follow=True).content.decode()
    assert list(CallRequest.objects.filter(taken_by=other_coordinator)) == [call]
    assert AuditEvent.objects.filter(actor=manager, action="hand_over_call").count() == 1


def test_a_call_that_fits_nobody_is_anybodys_again(as_staff, manager, coordinator, other_coordinator):
    taken_call(coordinator, language="nl")
    actions.assign(case=factories.sent_case(language="en"), by=coordinator)
    works(other_coordinator, "en")
    chosen = {"whose": str(coordinator.pk), "to": "load", "confirmed": "yes"}
    page = as_staff(manager).post(HAND_OVER, chosen, follow=True).content.decode()
    assert "1 case has somebody new." in page and "1 call waits for whoever takes it." in page
    assert CallRequest.objects.get().taken_by is None


def test_only_a_manager_hands_a_call_over(coordinator, other_coordinator):
    call = taken_call(coordinator)
    with pytest.raises(NotAllowed, match="role"):
        actions.hand_over_call(call=call, by=coordinator, to=other_coordinator)


def test_to_the_same_person_is_refused_in_words(as_staff, manager, coordinator):
    actions.assign(case=factories.sent_case(), by=coordinator)
    same = {"whose": str(coordinator.pk), "to": str(coordinator.pk)}
    assert "Choose somebody else" in as_staff(manager).get(HAND_OVER, same).content.decode()


def test_only_a_manager_hands_over(as_staff, coordinator, other_coordinator):
    case = factories.sent_case()
    assert as_staff(coordinator).get(HAND_OVER).status_code == 403
    with pytest.raises(NotAllowed):
        actions.hand_over(case=case, by=coordinator, to=other_coordinator)


def test_people_change_their_own_days_only(as_staff, coordinator, other_coordinator, manager):
    mine, theirs = away(coordinator), away(other_coordinator)
    url = "/staff/quotes/absence/"
    staff = as_staff(coordinator)
    assert staff.get(f"{url}{mine.pk}/change/").status_code == 200
    assert 'name="_save"' not in staff.get(f"{url}{theirs.pk}/change/").content.decode()
    assert staff.post(f"{url}{theirs.pk}/change/", {}).status_code == 403
    assert as_staff(manager).get(f"{url}{theirs.pk}/change/").status_code == 200


def test_the_digest_counts_and_names_nobody(coordinator):
    works(coordinator, "en")
    case = factories.sent_case()
    QuoteRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1))
    letter = emails.digest(coordinator.pk)
    assert letter and letter.context["overdue"] == 1
    assert case.reference not in str(letter.context)


def test_no_digest_when_there_is_nothing_or_nobody_is_there(coordinator):
    works(coordinator, "en")
    assert emails.digest(coordinator.pk) is None
    case = factories.sent_case()
    QuoteRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1))
    away(coordinator)
    assert emails.digest(coordinator.pk) is None


def test_the_digest_is_in_the_persons_own_language(coordinator, settings):
    profile = works(coordinator, "en", mail_language="es")
    case = factories.sent_case()
    QuoteRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1))
    letter = emails.digest(coordinator.pk)
    assert letter and letter.language == "es"
    WorkProfile.objects.filter(pk=profile.pk).update(mail_language="")
    letter = emails.digest(coordinator.pk)
    assert letter and letter.language == settings.LANGUAGE_CODE


def panels(client) -> dict:
    return {str(panel.title): panel for panel in client.get("/staff/").context["panels"]}


PROFILE = "/staff/quotes/workprofile/add/"


def test_the_desk_asks_a_coordinator_for_their_languages_until_they_are_said(as_staff, coordinator):
    client = as_staff(coordinator)
    assert panels(client)["Which languages do you write?"].more[0][1] == PROFILE
    answers = {"user": str(coordinator.pk), "takes_cases": "on", "wants_digest": "on", "mail_language": "ar"}
    assert "Tick a language, or untick" in client.post(PROFILE, answers).content.decode()
    assert client.post(PROFILE, answers | {"languages": ["es", "ar"]}).status_code == 302
    profile = WorkProfile.objects.get()
    assert (profile.user, profile.languages, profile.mail_language) == (coordinator, ["es", "ar"], "ar")
    assert "Which languages do you write?" not in panels(client)


def test_a_new_profile_begins_with_the_language_in_which_it_is_read(as_staff, coordinator):
    assert (
        as_staff(coordinator).get(PROFILE, headers={"accept-language": "es"}).context["adminform"].form.initial["mail_language"]
        == "es"
    )


def test_a_manager_reads_who_has_no_work_profile(as_staff, manager, coordinator, other_coordinator, clinical_reviewer):
    works(other_coordinator, "en")
    client = as_staff(manager)
    [row] = panels(client)["The people"].rows
    assert row.label == "Carmen Sample" and row.url == f"{PROFILE}?user={coordinator.pk}"
    assert client.get(row.url).context["adminform"].form.initial["user"] == str(coordinator.pk)
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert panels(client)["The people"].rows == []
