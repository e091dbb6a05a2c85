"""Easy reading: the same truth as the article in a page that people with aphasia can read."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import markup
from articles.labels import LABELS, in_order
from articles.models import rendering
from articles.models.articles import Article, article_urls
from articles.models.base import Public, PublicQuerySet
from portal.versioned import Versioned, change_has_person_and_time


class EasyReadQuerySet(PublicQuerySet):
    def behind(self) -> "EasyReadQuerySet":
        """Readers see these beside an edition that nobody has compared them with."""
        online = models.Q(article__published_edition__isnull=False, article__retired_at__isnull=True)
        older = models.Q(edition__isnull=True) | models.Q(edition__lt=models.F("article__published_edition__number"))
        return self.filter(online & older)


class EasyRead(Public, Versioned):
    """Readers see it while its article is online."""

    article = models.OneToOneField(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="easy_read")
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(
        _("text"), help_text=_("Markdown. One idea a line, about ten words, an empty line between. **Key words** bold.")
    )
    # what it shortens; None while nobody has said which edition that is
    edition = models.PositiveIntegerField(_("edition that it shortens"), null=True, editable=False)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)
    # made from the text when it is saved, as for editions
    rendered: Any = models.JSONField(default=dict, editable=False)
    refreshed_at = models.DateTimeField(null=True, editable=False)

    objects = EasyReadQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name, verbose_name_plural = _("easy-to-read text"), _("easy-to-read texts")
        ordering = ["article__translation_key", "article__language"]
        constraints = [change_has_person_and_time("easy_read")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_behind(self) -> bool:
        """Older than the edition online, or nobody has said."""
        online = self.article.published_edition
        return online is not None and (self.edition is None or self.edition < online.number)

    def get_absolute_url(self) -> str:
        return reverse("articles:easy", args=[self.article.slug])

    def clean(self) -> None:
        """What is wrong in the text is said before it is kept: there is no draft of these that nobody sees."""
        if not self.article_id:
            return
        self.render()
        if problems := self.rendered["problems"]:
            kinds = [
                gettext("“%(what)s” is not known here. Correct it, or take it out.") % {"what": what}
                for _kind, what in problems
            ]
            raise ValidationError({"body": kinds})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "rendered"}
        super().save(*args, **kwargs)

    def render(self) -> None:
        language = self.article.language
        with translation.override(language):
            writing = rendering.writing_for(self.body, language=language, article_url=article_urls(language, self.body).get)
            body = markup.render(self.body, writing=writing)
            cited = [{"key": key, "times": times} for key, times in writing.cited.items()]
            references = render_to_string("articles/_references.html", {"references": rendering.numbered(cited)}).strip()
            words = rendering.words_html(writing.explained, language=language)
        self.rendered = {
            "body": body.html,
            "references": references,
            "words": words,
            "labels": in_order(writing.labels & set(LABELS)),
            "problems": writing.problems,
        }
