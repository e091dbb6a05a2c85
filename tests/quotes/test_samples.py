import re
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal import second_factor
from portal.models import OutgoingEmail, User
from quotes import clinic_questions, questions, staffing
from quotes.models import Clinic, ExchangeRate, Price, QuoteRequest, Recommendation, Sharing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    for key in ("rehabilitation-that-works", "do-stem-cells-work"):
        factories.article(key)


@pytest.fixture
def samples(settings, library) -> str:
    settings.DEBUG = True
    out = StringIO()
    call_command("load_samples", stdout=out)
    return out.getvalue()


def test_there_is_something_of_everything(samples):
    assert set(QuoteRequest.objects.values_list("status", flat=True)) == {
        "submitted", "in_review", "awaiting_patient", "recommended", "accepted", "closed",
    }  # fmt: skip
    assert set(QuoteRequest.objects.values_list("language", flat=True)) == {"en", "es", "ar"}
    assert Recommendation.objects.to_approve().count() == 1
    assert Recommendation.objects.sent().count() == 3
    assert QuoteRequest.objects.overdue().count() >= 2
    levels = {level for case in QuoteRequest.objects.all() for level in case.flags.values_list("level", flat=True)}
    assert levels == {"E", "R", "A", "i"}
    # and everybody is called Sample and lives at an example
    for case in QuoteRequest.objects.all():
        for person in case.participants.all():
            assert "Sample" in person.name
            assert person.email.endswith("@example.org")
        assert not questions.unanswered(case.answers)
    assert all("Sample" in name for name in Clinic.objects.values_list("name", flat=True))
    assert all(user.email.endswith("@sample.example") for user in User.objects.all())


def test_every_sample_coordinator_has_said_which_languages_they_write(samples):
    assert not staffing.without_profile().exists()
    assert staffing.languages_served() == {"en", "es", "ar"}


def test_one_family_shows_what_comes_after_the_recommendation(samples, as_participant):
    [sharing] = Sharing.objects.all()
    case, owner = sharing.case, sharing.case.owner
    assert (sharing.state, sharing.agreed_by) == ("agreed", owner)
    assert "Sample" not in sharing.summary  # nobody ticked that a name may go
    assert sharing.shared_documents.get().is_agreed
    assert sorted(person.role for person in case.participants.joined()) == ["owner", "reader", "writer"]
    complaint, follow_up = case.complaints.get(), case.follow_ups.get()
    assert complaint.made_at < complaint.answered_at < timezone.now() - timedelta(days=90)
    assert follow_up.answered_at and follow_up.sent_at > complaint.answered_at
    recommendation = case.recommendations.get()
    assert (recommendation.currency, recommendation.second_currency) == ("EUR", "GBP")
    assert recommendation.rate_source == "sample figure, not a real rate"
    moments = [*case.events.order_by("at").values_list("kind", flat=True)]
    order = [
        "submit",
        "accept_invitation",
        "send_recommendation",
        "accept",
        "answer_complaint",
        "answer_follow_up",
        "agree_sharing",
    ]
    assert [kind for kind in dict.fromkeys(moments) if kind in order] == order
    for person in case.participants.all():
        client = as_participant(person)
        for url in ("", "recommendation/", "sharing/", "people/", "privacy/agreements/", "complaint/"):
            assert client.get(f"/en/case/{url}").status_code == 200, (person.role, url)


def test_the_printed_sign_ins_work(samples, settings, client):
    rows = re.findall(r"(\w+@sample\.example)\s+(\S+)\s+(\S+)\s+(\S+)", samples)
    assert len(rows) == 7
    for email, password, _secret, recovery in rows:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert user.groups.count() == 1
        assert second_factor.verify(user, recovery)
        assert not second_factor.verify(user, recovery)
    path = Path(settings.EMAIL_FILE_PATH).parent / "sample-staff.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert rows[0][1] in path.read_text()
    assert "/dev/mail/" in samples


def test_passwords_differ_from_run_to_run(samples, library, settings):
    first = set(re.findall(r"sample\.example\s+(\S+)", samples))
    QuoteRequest.objects.filter(accepted_option__isnull=False).update(accepted_option=None, accepted_at=None)
    QuoteRequest.objects.all().delete()
    out = StringIO()
    call_command("load_samples", stdout=out)
    assert not first & set(re.findall(r"sample\.example\s+(\S+)", out.getvalue()))
    assert OutgoingEmail.objects.exists()


def test_samples_are_refused_outside_development_and_beside_real_cases(settings, library):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("load_samples")
    settings.DEBUG = True
    factories.sent_case()
    with pytest.raises(CommandError, match="There are cases already"):
        call_command("load_samples")
    out = StringIO()
    call_command("load_samples", "--if-empty", stdout=out)
    assert "no samples were made" in out.getvalue()
    assert not User.objects.exists()


def test_without_the_library_nothing_is_half_made(settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="load_library"):
        call_command("load_samples")
    assert not QuoteRequest.objects.exists()
    assert not User.objects.exists()


def test_sample_clinics_prices_and_rates_say_that_they_are_samples(samples):
    clinics = list(Clinic.objects.prefetch_related("answers"))
    assert [len(clinic.answers.all()) for clinic in clinics] == [len(clinic_questions.ASKS)] * 2
    for clinic in clinics:
        assert clinic.name.startswith("Sample")
        assert all(answer.answer.startswith("Sample answer") for answer in clinic.answers.all() if answer.answered_on)
    assert all(price.label.startswith("Sample price") for price in Price.objects.all())
    assert {price.is_old for price in Price.objects.all()} == {True, False}
    assert set(ExchangeRate.objects.values_list("source", flat=True)) == {"sample figure, not a real rate"}
