"""The panel of the desk: articles due for review."""

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from articles import due, translations
from articles.models import Article, EasyRead, Edition, Feedback
from articles.models.articles import HELD_AFTER
from portal.counting import capped_counts
from portal.desk import Line, Next, Panel, first_thing, panel, staff_of
from portal.roles import CLINICAL_REVIEWER, EDITOR


def list_link(**filters: str) -> str:
    return f"{reverse('admin:articles_article_changelist')}?{urlencode(filters)}"


@first_thing(order=50)
def next_text(request: HttpRequest) -> Next | None:
    """The article whose review is longest overdue, else for editors the reader who waits longest."""
    user = staff_of(request, EDITOR, CLINICAL_REVIEWER)
    if user is None:
        return None
    article = (
        Article.objects.filter(due.overdue())
        .select_related("published_edition")
        .defer("published_edition__rendered")
        .order_by("next_review_on", "pk")
        .first()
    )
    if article is not None:
        title = article.published_edition.title if article.published_edition else article.slug
        return Next(
            title=_("Review “%(title)s”") % {"title": title},
            why=_("Of the articles whose review is overdue it has waited longest: since %(day)s.")
            % {"day": formats.date_format(article.next_review_on, "DATE_FORMAT")},
            url=reverse("admin:articles_article_change", args=[article.pk]),
            button=_("Open the article"),
        )
    report = Feedback.objects.waiting().filter(is_suspect=False).only("created_at").order_by("created_at", "pk").first()
    if report is None or not user.in_role(EDITOR):
        return None
    return Next(
        title=_("A reader wrote to us"),
        why=_("It came on %(day)s, and nobody has dealt with it yet.")
        % {"day": formats.date_format(timezone.localtime(report.created_at), "DATE_FORMAT")},
        url=reverse("admin:articles_feedback_change", args=[report.pk]),
        button=_("Read it"),
    )


@panel(order=55)
def readers(request: HttpRequest) -> Panel | None:
    if staff_of(request, EDITOR) is None:
        return None
    page = reverse("admin:articles_feedback_changelist")
    waiting = Feedback.objects.waiting()
    counts = capped_counts({"people": waiting.filter(is_suspect=False), "machines": waiting.filter(is_suspect=True)})
    lines = [
        Line(label=_("wait to be read"), count=counts["people"], url=f"{page}?handled=no&is_suspect__exact=0"),
        Line(label=_("may be a machine"), count=counts["machines"], url=f"{page}?handled=no&is_suspect__exact=1"),
    ]
    return Panel(title=_("What readers wrote"), lines=lines, empty=_("Everything that readers wrote is dealt with."))


@panel(order=60)
def articles_due(request: HttpRequest) -> Panel | None:
    user = staff_of(request, EDITOR, CLINICAL_REVIEWER)
    if user is None:
        return None
    newest = Edition.objects.filter(article=OuterRef("pk")).order_by("-number").values("number")[:1]
    counts = Article.objects.filter(retired_at__isnull=True).annotate(latest_number=Subquery(newest)).aggregate(
        overdue=Count("pk", filter=due.overdue()),
        soon=Count("pk", filter=due.soon()),
        never=Count("pk", filter=Q(reviewed_on__isnull=True)),
        waiting=Count("pk", filter=Q(published_edition__number__lt=F("latest_number"))),
        dead=Count("pk", filter=due.ONLINE & Q(has_dead_links=True)),
        draft=Count("pk", filter=Q(published_edition__isnull=True)),
        scheduled=Count("pk", filter=Q(publish_at__isnull=False)),
        held=Count("pk", filter=Q(publish_at__lt=timezone.now() - HELD_AFTER)),
    )  # fmt: skip
    lines = [
        Line(label=_("review overdue"), count=counts["overdue"], url=list_link(review="overdue"), urgent=True),
        Line(label=_("review due within 30 days"), count=counts["soon"], url=list_link(review="soon")),
        Line(label=_("never medically reviewed"), count=counts["never"], url=list_link(review="never")),
    ]
    if user.in_role(EDITOR):
        lines += [
            Line(label=_("online, newer draft waiting"), count=counts["waiting"], url=list_link(state="waiting")),
            Line(label=_("online, a link leads nowhere"), count=counts["dead"], url=list_link(state="dead"), urgent=True),
            Line(label=_("never published"), count=counts["draft"], url=list_link(state="draft")),
            Line(label=_("goes online at a time"), count=counts["scheduled"], url=list_link(state="scheduled")),
            Line(label=_("held back at its time"), count=counts["held"], url=list_link(state="held"), urgent=True),
            Line(
                label=_("easy text older than its article"),
                count=EasyRead.objects.behind().count(),
                url=f"{reverse('admin:articles_easyread_changelist')}?behind=yes",
            ),
            *translation_lines(),
        ]
    return Panel(title=_("Articles due for review"), lines=lines, empty=_("Every article is reviewed and up to date."))


def translation_lines() -> list[Line]:
    page = reverse("admin:articles_article_translations")
    return [
        Line(
            label=_("waits for translation: %(language)s") % {"language": name},
            count=translations.count(language=code),
            url=f"{page}?{urlencode({'language': code})}",
        )
        for code, name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE
    ]
