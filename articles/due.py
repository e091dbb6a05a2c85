"""What is due for review, and whom to tell. The desk, the filters of the list and the mail all count by this."""

from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from articles.models import Article
from portal.models import User
from portal.roles import CLINICAL_REVIEWER, EDITOR

SOON = timedelta(days=30)
ONLINE = Q(retired_at__isnull=True, published_edition__isnull=False)  # nobody reads a draft, so nothing of it is overdue


def overdue() -> Q:
    return ONLINE & Q(next_review_on__lt=timezone.localdate())


def soon() -> Q:
    today = timezone.localdate()
    return ONLINE & Q(next_review_on__range=(today, today + SOON))


def counts() -> dict[str, int]:
    found: dict[str, int] = Article.objects.aggregate(overdue=Count("pk", filter=overdue()), soon=Count("pk", filter=soon()))
    return found


def told() -> QuerySet[User]:
    """Editors, who keep the texts, and clinical reviewers, who alone can sign them."""
    return User.objects.filter(is_active=True, groups__name__in=(EDITOR, CLINICAL_REVIEWER)).distinct()
