"""What the worker does for the editors. Each bears running twice at once, and being cut in the middle."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import dead_links, due, editions
from articles.models import Article, Feedback
from portal import audit, outbox
from portal.jobs import keeps, register

logger = logging.getLogger(__name__)


@register(timedelta(minutes=1))
def publish_scheduled() -> object:
    """Put online what has its time. What misses something is tried again each minute, and its editor is told once."""
    published = 0
    ready = Article.objects.filter(publish_at__lte=timezone.now()).order_by("publish_at")
    for pk, at in ready.values_list("pk", "publish_at")[:100]:
        try:
            with transaction.atomic():
                edition = editions.publish_if_due(pk)
                if edition is None:
                    continue
                audit.record(
                    "publish", by=edition.article.published_by, object=f"articles.article {pk}",
                    fields=[f"edition {edition.number}", "at its time"],
                )  # fmt: skip
            published += 1
        except editions.NotReady:
            with transaction.atomic():
                outbox.queue("held_back", pk, dedupe_key=f"{pk}:{at}")
        except Exception:  # one that cannot be made must not keep the others back
            logger.exception("article could not be published", extra={"fields": {"article": str(pk)}})
    return published


@register(timedelta(hours=6))
def remind_of_reviews() -> object:
    """Once a week each editor and each clinical reviewer hears what is due, when anything is."""
    if not any(due.counts().values()):
        return 0
    year, week, _day = timezone.localdate().isocalendar()
    queued = 0
    with transaction.atomic():
        for user in due.told():
            outbox.queue("review_due", user.pk, dedupe_key=f"{user.pk}:{year}-{week:02}")
            queued += 1
    return queued


@register(timedelta(hours=1))
def look_for_dead_links() -> object:
    """A text stays online for years, and what it leads to may go: the desk counts those that have to be mended."""
    return dead_links.mark_articles()


@keeps(
    timedelta(hours=6),
    order=50,
    what=_("What you tell us about an article"),
    kept=_("Your words are encrypted, and deleted a year later. Only a yes or no is counted on."),
    due=lambda: Feedback.objects.outdated(),
)
def purge_feedback() -> object:
    """Delete what readers wrote a year ago, as the privacy page promises. A yes or no without its words stays."""
    bare = Feedback.objects.outdated().filter(is_useful__isnull=True).delete()[0]
    kept = 0
    for feedback in Feedback.objects.outdated()[:500]:
        feedback.text, feedback.has_text = "", False
        feedback.save(update_fields=["text", "has_text"])
        kept += 1
    return bare + kept
