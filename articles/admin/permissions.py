"""Who may do what with an article beyond the matrix: an editor writes, a clinical reviewer signs."""

from django.http import HttpRequest

from articles import editions
from articles.models import Article, Edition
from portal.admin_site import member
from portal.doors import REVIEW_ARTICLES, WRITE_ARTICLES
from portal.models import AuditEvent, User


def is_editor(request: HttpRequest) -> bool:
    return WRITE_ARTICLES.allows(member(request))


def may_review(request: HttpRequest) -> bool:
    return REVIEW_ARTICLES.allows(member(request))


def opened_what(edition: Edition) -> str:
    """How the audit log names the words that somebody looked at."""
    return f"edition {edition.number} {editions.text_digest(edition)}"


def has_opened(user: User, article: Article, edition: Edition) -> bool:
    """Whether they have looked at these very words: a text that was changed since does not count."""
    looks = AuditEvent.objects.filter(actor=user, at__gte=edition.created_at, action="preview")
    return looks.filter(object=f"articles.article {article.pk}", fields=opened_what(edition)).exists()
