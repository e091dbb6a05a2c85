"""What readers wrote goes after a year; a yes or no stays as a figure."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import jobs
from articles.models import Feedback
from tests import factories

pytestmark = pytest.mark.django_db


def old(**fields) -> Feedback:
    made = factories.feedback(**fields)
    Feedback.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=366))
    return made


def test_old_words_go_and_the_yes_or_no_stays():
    fresh, counted = factories.feedback(), old(is_useful=True, text="It helped my mother.", has_text=True)
    bare = old(is_useful=None, text="A mistake in line 3.", has_text=True)
    jobs.purge_feedback()
    counted.refresh_from_db()
    assert (counted.text, counted.has_text, counted.is_useful) == ("", False, True)
    assert not Feedback.objects.filter(pk=bare.pk).exists()
    assert Feedback.objects.filter(pk=fresh.pk).exists()


def test_running_again_changes_nothing():
    old(is_useful=True, text="Thank you.", has_text=True)
    jobs.purge_feedback()
    assert jobs.purge_feedback() == 0
