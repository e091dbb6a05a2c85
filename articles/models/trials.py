"""Trials of cell treatments after a stroke: the facts once, and plain words in each language."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models.base import LANGUAGES, Public
from portal.versioned import Versioned, change_has_person_and_time


class ClinicalTrial(Public, Versioned):
    """What is known of one trial. Terms of the researchers stay in English, as they do in every report of it."""

    class Cells(models.TextChoices):
        BONE_MARROW = "bone-marrow", _("bone marrow")
        FAT = "fat", _("fat")
        CORD_BLOOD = "cord-blood", _("blood of the umbilical cord")
        TOOTH = "tooth", _("pulp of teeth")
        NEURAL = "neural", _("young nerve cells, grown in a laboratory")
        TUMOUR_LINE = "tumour-line", _("nerve-like cells grown from a tumour")
        ANIMAL = "animal", _("brain cells of pigs")
        EXOSOMES = "exosomes", _("tiny particles from cells of the afterbirth, without the cells")

    class Donor(models.TextChoices):
        OWN = "own", _("the person’s own")
        OTHER = "other", _("from another person")
        LINE = "line", _("from a cell line")
        ANIMAL = "animal", _("from an animal")

    class Route(models.TextChoices):
        VEIN = "vein", _("by drip into a vein")
        ARTERY = "artery", _("into an artery that leads to the brain")
        BRAIN = "brain", _("into the brain, by an operation")

    class Stage(models.TextChoices):
        DAYS = "days", _("in the first days")
        WEEKS = "weeks", _("weeks after the stroke")
        MONTHS = "months", _("months or years after the stroke")

    class Comparison(models.TextChoices):
        NONE = "none", _("No. Nobody was compared with.")
        OPEN = "open", _("Partly. There was a comparison group, but everybody knew who got what.")
        ASSESSOR = "assessor", _("Partly. There was a comparison group, and the testers were not told who got what.")
        BLIND = "blind", _("Yes. There was a comparison group with a pretend treatment, and people were not told who got what.")

    class Outcome(models.TextChoices):
        MET = "met", _("Met")
        NOT_MET = "not-met", _("Not met")
        SAFETY = "safety", _("It asked only whether it was safe and could be done")
        STOPPED = "stopped", _("Stopped early, no answer")
        RUNNING = "running", _("No result yet")
        UNREPORTED = "unreported", _("No result was published")
        UNCLEAR = "unclear", _("Not clear")

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published in a journal")
        REGISTRY = "registry", _("finished; known from public records and notices, not from a full report in a journal")
        STOPPED = "stopped", _("stopped")
        RUNNING = "running", _("running when we looked")
        UNKNOWN = "unknown", _("planned or running; we do not know how it stands")

    class Certainty(models.TextChoices):
        SURE = "sure", _("sure")
        CHECK = "check", _("not all of it could be checked at the source")

    key = models.CharField(
        _("key"), max_length=8, unique=True, validators=[RegexValidator(r"^T\d{2,}$", _("Write T and two digits."))]
    )
    name = models.CharField(_("name"), max_length=120)
    registry_id = models.CharField(_("registry number"), max_length=40, blank=True)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    design = models.CharField(_("design"), max_length=200, blank=True)
    is_randomised = models.BooleanField(_("chance decided who got the treatment"), default=False)
    comparison = models.CharField(_("was it a fair test?"), max_length=10, choices=Comparison)
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    people_are_planned = models.BooleanField(_("the number of people is a plan"), default=False)
    people_with_cells = models.PositiveIntegerField(_("people who got the treatment"), null=True, blank=True)
    people_without = models.PositiveIntegerField(_("people in the comparison group"), null=True, blank=True)
    cells = models.CharField(_("kind of cells"), max_length=12, choices=Cells)
    cells_in_detail = models.CharField(_("cells, in the researchers’ words"), max_length=200, blank=True)
    donor = models.CharField(_("whose cells"), max_length=8, choices=Donor)
    dose = models.CharField(_("dose"), max_length=160, blank=True)
    route = models.CharField(_("how they were given"), max_length=8, choices=Route)
    stage = models.CharField(_("when"), max_length=8, choices=Stage)
    time_since_stroke = models.CharField(_("time since the stroke"), max_length=120, blank=True)
    stroke = models.CharField(_("kind of stroke"), max_length=160, blank=True)
    main_goal = models.CharField(_("main goal"), max_length=240, blank=True)
    outcome = models.CharField(_("was the main goal met?"), max_length=12, choices=Outcome)
    main_result = models.TextField(_("main result"), blank=True)
    harms = models.TextField(_("harms"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    sources = models.CharField(_("sources"), max_length=80, blank=True, help_text=_("Keys of references: R065 R066"))
    certainty = models.CharField(_("certainty"), max_length=6, choices=Certainty, default=Certainty.CHECK)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("clinical trial"), _("clinical trials")
        ordering = ["key"]
        constraints = [change_has_person_and_time("trial")]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("articles:trial", args=[self.key])

    @property
    def is_fair(self) -> str | Promise:
        """In one word, for the list; the page says it in a sentence."""
        if self.comparison == self.Comparison.BLIND:
            return _("Yes")
        return _("Partly") if self.comparison in {self.Comparison.ASSESSOR, self.Comparison.OPEN} else _("No")

    @property
    def source_keys(self) -> list[str]:
        return self.sources.split()

    @property
    def registry_url(self) -> str:
        return f"https://clinicaltrials.gov/study/{self.registry_id}" if self.registry_id.startswith("NCT") else ""

    @property
    def label_code(self) -> str:
        """The evidence label of what this trial says: a fair test without a difference, or research only.

        A test counts as a fair one here when a comparison group and blinded testers measured its main goal.
        """
        fair = self.comparison in {self.Comparison.ASSESSOR, self.Comparison.BLIND}
        return "E" if self.outcome == self.Outcome.NOT_MET and fair and (self.people or 0) >= 100 else "D"


class TrialSummary(Public, Versioned):
    """A trial in plain words, in one language."""

    trial = models.ForeignKey(
        ClinicalTrial, verbose_name=_("clinical trial"), on_delete=models.CASCADE, related_name="summaries"
    )
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, default="en")
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("in plain words"), max_length=2000)
    meaning = models.TextField(_("what a family can take from it"), max_length=500)
    library_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("trial in plain words"), _("trials in plain words")
        ordering = ["trial__key"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "language"], name="trial_summary_once_a_language"),
            change_has_person_and_time("trial_summary"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title_beside_name(self) -> str:
        """Without the name in brackets at its end, for where the trial's name stands beside it."""
        title, bracket, name = self.title.rpartition(" (")
        return title if bracket and name.endswith(")") and name[:-1] in self.trial.name else self.title

    def as_card(self) -> dict[str, Any]:
        return {"trial": self.trial, "words": self}
