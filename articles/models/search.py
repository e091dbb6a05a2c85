"""What a search finds: one row for each article, question, word and trial in each language. Made by articles/search_index.py.

Both databases look into `tokens`: SQLite through a full-text table that triggers keep, PostgreSQL through a generated column. They
are made in the migration, and whoever rebuilds the table on SQLite must make the triggers again.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import LANGUAGES


class SearchEntry(models.Model):
    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        QUESTION = "question", _("Answer to a question")
        TERM = "term", _("Word explained")
        TRIAL = "trial", _("Trial")

    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=7, choices=LANGUAGES)
    key = models.CharField(max_length=200)  # of the thing; of a question the article's key, # and the id of its heading
    url = models.CharField(max_length=400)
    title = models.CharField(max_length=400)
    context = models.TextField(blank=True)  # shown under the title: other names of a word, a trial's name, a question's article
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    topics = models.CharField(max_length=400, blank=True)  # their keys, with spaces between
    labels = models.CharField(max_length=7, blank=True)
    updated_on = models.DateField(null=True, blank=True)
    terms = models.TextField(blank=True)  # by which it is ranked: a line a place, see articles/search_index.py
    tokens = models.TextField(blank=True)  # by which it is found

    class Meta:
        verbose_name, verbose_name_plural = _("search entry"), _("search entries")
        constraints = [models.UniqueConstraint(fields=["language", "kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.language})"


class SearchWord(models.Model):
    """A word that stands somewhere in what can be found: what a mistyped word may have meant."""

    language = models.CharField(max_length=7, choices=LANGUAGES)
    word = models.CharField(max_length=40)  # folded
    written = models.CharField(max_length=80)
    near_top = models.BooleanField(default=False)  # in a title or a summary: the likelier one of two

    class Meta:
        verbose_name, verbose_name_plural = _("search word"), _("search words")
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return self.written
