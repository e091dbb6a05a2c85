"""What is due for review, and whom to tell."""

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from articles.filters import SOON
from articles.models import Article
from portal.models import User
from portal.roles import EDITOR


def editors() -> QuerySet[User]:
    return User.objects.filter(is_active=True, groups__name=EDITOR)


def counts() -> dict[str, int]:
    """Of articles online: how many are overdue, and how many will be due within 30 days."""
    today = timezone.localdate()
    online = Article.objects.filter(retired_at__isnull=True, published_edition__isnull=False)
    found: dict[str, int] = online.aggregate(
        overdue=Count("pk", filter=Q(next_review_on__lt=today)),
        soon=Count("pk", filter=Q(next_review_on__range=(today, today + SOON))),
    )
    return found
