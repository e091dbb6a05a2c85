"""What stands behind the texts: topics, the people who write and review, and references."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.base import Addressed, Public
from portal.versioned import Versioned, change_has_person_and_time


class Topic(Addressed, Versioned):
    class Kind(models.TextChoices):
        CONDITION = "condition", _("condition")
        TREATMENT = "treatment", _("treatment")
        TRAVEL = "travel", _("travelling")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)  # of the starter library's own values, if any

    class Meta:
        verbose_name, verbose_name_plural = _("topic"), _("topics")
        ordering = ["position", "title"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="topic_address"),
            models.UniqueConstraint(fields=["language", "translation_key"], name="topic_once_a_language"),
            change_has_person_and_time("topic"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:topic", args=[self.slug])


class Person(Addressed, Versioned):
    """An author or a reviewer, as readers see them. `is_team` marks a byline that is no single person."""

    slug = models.SlugField(_("address"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    is_team = models.BooleanField(_("a team, not one person"), default=False)
    credentials = models.CharField(_("credentials"), max_length=200, blank=True)
    biography = models.TextField(_("about"), blank=True)
    interests = models.TextField(
        _("interests declared"),
        blank=True,
        help_text=_("Money, shares, posts: what a reader should know. “None” is an answer."),
    )
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["language", "slug"], name="person_address"),
            models.UniqueConstraint(fields=["language", "translation_key"], name="person_once_a_language"),
            change_has_person_and_time("person"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:person", args=[self.slug])


class Reference(Public, Versioned):
    """A source, cited in texts as [R073]."""

    class Kind(models.TextChoices):
        JOURNAL = "journal", _("journal article")
        GUIDELINE = "guideline", _("guideline")
        REGULATOR = "regulator", _("regulator")
        REGISTRY = "registry", _("trial registry")
        LAW = "law", _("law or court")
        NEWS = "news", _("news")
        COMPANY = "company", _("company statement")
        WEB = "web", _("web page")

    class Certainty(models.TextChoices):
        SURE = "sure", _("sure")
        CHECK = "check", _("to be checked: not to be cited yet")

    key = models.CharField(
        _("key"), max_length=8, unique=True, validators=[RegexValidator(r"^R\d{3,}$", _("Write R and three digits."))]
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.JOURNAL)
    authors = models.CharField(_("authors"), max_length=400, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=500)
    journal = models.CharField(_("journal or publisher"), max_length=200, blank=True)
    volume = models.CharField(_("volume"), max_length=40, blank=True)
    pages = models.CharField(_("pages"), max_length=40, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    pmid = models.CharField("PubMed", max_length=12, blank=True)
    registry_id = models.CharField(_("registry number"), max_length=40, blank=True)
    url = models.URLField(_("link"), max_length=400, blank=True)
    certainty = models.CharField(_("certainty"), max_length=6, choices=Certainty, default=Certainty.CHECK)
    identifiers_seen = models.BooleanField(
        _("identifiers seen at the source"),
        default=False,
        help_text=_("Only then are the DOI, PubMed and registry links printed."),
    )
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("reference"), _("references")
        ordering = ["key"]
        constraints = [change_has_person_and_time("reference")]

    def __str__(self) -> str:
        return f"{self.key} {self.authors.split(',')[0]} {self.year or ''}".strip()

    @property
    def links(self) -> list[tuple[str, str]]:
        """Name and address of each place where the source can be read."""
        found = []
        if self.identifiers_seen:
            if self.doi:
                found.append(("DOI", f"https://doi.org/{self.doi}"))
            if self.pmid:
                found.append(("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"))
            if self.registry_id.startswith("NCT"):
                found.append(("ClinicalTrials.gov", f"https://clinicaltrials.gov/study/{self.registry_id}"))
        if self.url:
            found.append((str(_("Web page")), self.url))
        return found
