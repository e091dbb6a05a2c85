"""Mails to editors and clinical reviewers: what is due, without a word of any text. One function each."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from articles import due
from articles.models import Article
from portal.models import OutgoingEmail, User
from portal.outbox import Letter, register

DeliveryClass = OutgoingEmail.DeliveryClass


@register(subject_type="portal.user", delivery_class=DeliveryClass.HOLD)
def review_due(user_id: UUID) -> Letter | None:
    """How many articles are due for review, or soon will be."""
    user = due.told().filter(pk=user_id).first()
    counts = due.counts()
    if user is None or not any(counts.values()):
        return None
    link = f"{settings.SITE_URL}{reverse('admin:index')}"
    return Letter(to=user.email, language=settings.LANGUAGE_CODE, template="review_due", context={"link": link, **counts})


@register(subject_type="articles.article", delivery_class=DeliveryClass.HOLD)
def held_back(article_id: UUID) -> Letter | None:
    """An article could not go online at its time. To the editor who chose the time."""
    article = Article.objects.filter(pk=article_id, publish_at__isnull=False).select_related("publish_by").first()
    chooser: User | None = article.publish_by if article else None
    if chooser is None or not chooser.is_active:
        return None
    link = f"{settings.SITE_URL}{reverse('admin:articles_article_change', args=[article_id])}"
    return Letter(to=chooser.email, language=settings.LANGUAGE_CODE, template="held_back", context={"link": link})
