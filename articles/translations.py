"""Which article is written first and which follow it, and which of them wait for a translator."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from articles.models import Article, EasyRead, Edition, GlossaryTerm, TrialSummary

MISSING, BEHIND, UNKNOWN, IN_STEP = "missing", "behind", "unknown", "in_step"


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a translator has beside the own text."""

    edition: Edition  # as it stands now: online, or the newest where nothing is online
    follows: Edition | None  # the edition that the translation was made from, as far as anybody has said

    @property
    def has_changed(self) -> bool:
        return self.follows is not None and self.follows.pk != self.edition.pk


def source_of(article: Article) -> Source | None:
    """None for an article that follows no other: one that was written first."""
    own = article.latest_edition()
    follows = own.translated_from if own else None
    if follows is not None:
        return Source(edition=current(follows.article), follows=follows)
    if article.language == settings.LANGUAGE_CODE:
        return None
    first = Article.objects.filter(translation_key=article.translation_key, language=settings.LANGUAGE_CODE).first()
    if first is None or first.latest_edition() is None or follows_any(first):
        return None
    return Source(edition=current(first), follows=None)


def source_from(edition_id: Any) -> Source | None:
    """For a translation that is only being begun. None for an id that means nothing."""
    try:
        edition = Edition.objects.select_related("article__author").filter(pk=edition_id).first() if edition_id else None
    except ValidationError:
        edition = None
    return Source(edition=edition, follows=edition) if edition else None


def current(article: Article) -> Edition:
    edition = article.published_edition or article.latest_edition()
    assert edition is not None, "asked of an article that has an edition"  # noqa: S101
    edition.article = article
    return edition


def follows_any(article: Article) -> bool:
    return article.editions.filter(translated_from__isnull=False).exists()


# ── The list of what waits ────────────────────────────────────────────────────────────────────────────────────────────
def sources(*, language: str) -> QuerySet[Article]:
    """Articles online that were written first, in other languages than this one, with how their version in it stands:
    `there`, `follows_number` (of the edition it was made from), `state`."""
    version = Article.objects.filter(translation_key=OuterRef("translation_key"), language=language)
    newest = Edition.objects.filter(article__translation_key=OuterRef("translation_key"), article__language=language).order_by(
        "-number"
    )
    own = Edition.objects.filter(article=OuterRef("pk"), translated_from__isnull=False)
    written_first = Q(language=settings.LANGUAGE_CODE) | ~Q(translation_key__in=written_first_in(settings.LANGUAGE_CODE))
    return (
        Article.objects.filter(published_edition__isnull=False, retired_at__isnull=True)
        .filter(written_first)
        .exclude(language=language)
        .exclude(Exists(own))
        .annotate(
            there=Exists(version),
            version_id=Subquery(version.values("pk")[:1]),
            follows_number=Subquery(newest.values("translated_from__number")[:1]),
        )
        .select_related("published_edition")
        .defer(*(f"published_edition__{name}" for name in ("rendered", "body", "key_messages", "limitations")))
        .order_by("translation_key")
    )


def written_first_in(language: str) -> QuerySet[Article, Any]:
    """The keys of what is there in this language and follows no other."""
    follows = Edition.objects.filter(article=OuterRef("pk"), translated_from__isnull=False)
    return Article.objects.filter(~Exists(follows), language=language).values("translation_key")


def waiting(*, language: str) -> QuerySet[Article]:
    """Not there, made from an older edition, or nobody has said from which."""
    behind = Q(follows_number__lt=F("published_edition__number")) | Q(follows_number__isnull=True)
    return sources(language=language).filter(Q(there=False) | behind)


def count(*, language: str) -> int:
    """All that waits: articles, and what has no editions."""
    parts = sum(waiting_parts(model, language=language).count() for model in PARTS)
    return waiting(language=language).count() + parts


def state(row: Any) -> str:
    if not row.there:
        return MISSING
    if row.follows_number is None:
        return UNKNOWN
    return BEHIND if row.follows_number < row.published_edition.number else IN_STEP


# ── Words, trials and easy texts ──────────────────────────────────────────────────────────────────────────────────────
PARTS: dict[type[GlossaryTerm | TrialSummary | EasyRead], tuple[str, str]] = {  # where the key and the language of each stand
    EasyRead: ("article__translation_key", "article__language"),
    TrialSummary: ("trial__key", "language"),
    GlossaryTerm: ("translation_key", "language"),
}


def part_sources(model: type[Any], *, language: str) -> QuerySet[Any]:
    """Those that were written first, in other languages than this one, with how their version in it stands: `version_id`,
    `version_saved_at`, and for an easy text `home_id`, the article that it would belong to."""
    key, tongue = PARTS[model]
    version = model.objects.filter(**{key: OuterRef(key), tongue: language})
    first_keys = model.objects.filter(**{tongue: settings.LANGUAGE_CODE}).values(key)
    rows = model.objects.filter(Q(**{tongue: settings.LANGUAGE_CODE}) | ~Q(**{f"{key}__in": first_keys}))
    if model is EasyRead:  # where its article is not online there is nothing to shorten
        home = Article.objects.published().filter(language=language, translation_key=OuterRef(key))
        rows = rows.filter(article__in=Article.objects.published()).annotate(home_id=Subquery(home.values("pk")[:1]))
        rows = rows.filter(home_id__isnull=False)
    return (
        rows.exclude(**{tongue: language})
        .annotate(
            language_code=F(tongue),
            version_id=Subquery(version.values("pk")[:1]),
            version_saved_at=Subquery(version.values("changed_at")[:1]),
        )
        .order_by(key)
    )


def waiting_parts(model: type[Any], *, language: str) -> QuerySet[Any]:
    """Not there, or not saved since somebody saved the source."""
    older = Q(version_saved_at__isnull=True) | Q(version_saved_at__lt=F("changed_at"))
    return part_sources(model, language=language).filter(Q(version_id__isnull=True) | (Q(changed_at__isnull=False) & older))


def part_state(row: Any) -> str:
    if row.version_id is None:
        return MISSING
    is_behind = row.changed_at is not None and (row.version_saved_at is None or row.version_saved_at < row.changed_at)
    return BEHIND if is_behind else IN_STEP
