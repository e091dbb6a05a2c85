"""The forms of the staff: an article with its newest edition in one, and the signing of a review."""

import re
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import translations
from articles.editions import TEXTS, is_frozen
from articles.labels import in_order
from articles.models import Article, EasyRead, Edition, Person, validate_label_codes
from portal.versioned_admin import VersionedForm

# what a translator sees of the source beside the own field
BESIDE = ("title", "summary", "key_messages", "body", "limitations", "regulatory_status", "conflict_statement")


def text_field(name: str, *, rows: int = 0, required: bool = False) -> forms.Field:
    """The edition's field. What is not written yet may be saved: publishing asks for it, saving does not."""
    widget: forms.Widget
    if rows:
        widget = forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField", "dir": "auto"})
    else:
        widget = forms.TextInput(attrs={"class": "vTextField", "dir": "auto"})
    field = cast(forms.Field, Edition._meta.get_field(name).formfield(widget=widget))  # type: ignore[union-attr]
    field.required = required
    return field


def in_its_language(row: Any) -> str:
    return f"{row} ({row.get_language_display()})"


class EasyReadForm(VersionedForm):
    """While the article says something newer, the text stays marked as older until somebody ticks that both say the same."""

    compared = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Compared with the article")
    )

    class Meta:
        model = EasyRead
        fields = ("article", "title", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        online = self.instance.article.published_edition if self.instance.pk and self.instance.is_behind else None
        # the number is the value: who ticks while another edition goes online is asked to look again
        compared = cast(forms.MultipleChoiceField, self.fields["compared"])
        compared.choices = (
            [(str(online.number), _("It says the same as edition %(number)d") % {"number": online.number})] if online else []
        )

    def save(self, commit: bool = True) -> EasyRead:
        easy = cast(EasyRead, self.instance)
        online = easy.article.published_edition
        if self.cleaned_data["compared"]:
            easy.edition = int(self.cleaned_data["compared"][0])
        elif easy.pk is None and online:
            easy.edition = online.number
        return cast(EasyRead, super().save(commit))


class LabelsField(forms.CharField):
    """Letters of evidence labels, however they are parted: "DE" and "D, E" are the same."""

    def clean(self, value: Any) -> str:
        codes = re.sub(r"[\s,;،]+", "", super().clean(value))
        validate_label_codes(codes)
        return in_order(codes)


class Beside(forms.Widget):
    """A field with the same part of the source text at its side, for a translator."""

    def __init__(self, widget: forms.Widget, *, text: Any, language: str, label: str) -> None:
        super().__init__(widget.attrs)
        self.widget, self.text, self.language, self.label = widget, text, language, label

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {
            "own": self.widget.render(name, value, attrs, renderer),
            "text": self.text,
            "language": self.language,
            "label": self.label,
        }
        return render_to_string("admin/articles/article/_beside.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.widget.value_from_datadict(data, files, name)


class ArticleForm(VersionedForm):
    title = text_field("title", required=True)
    summary = text_field("summary", rows=3, required=True)
    evidence_labels = LabelsField(
        label=_("Evidence labels"),
        required=False,
        help_text=_(
            "Letters, for example DE. A proven, B helps some, C uncertain, D research only, E no benefit, W warning, i information."
        ),
    )
    key_messages = text_field("key_messages", rows=7)
    body = text_field("body", rows=32)
    limitations = text_field("limitations", rows=8)
    regulatory_status = text_field("regulatory_status", rows=5)
    regulatory_checked_on = forms.DateField(label=_("Regulatory status checked on"), required=False, widget=AdminDateWidget)
    conflict_statement = text_field("conflict_statement", rows=4)
    change_note = text_field("change_note")
    source_edition = forms.UUIDField(widget=forms.HiddenInput, required=False)
    follows_source = forms.BooleanField(
        label=_("This text says what the source says now"),
        required=False,
        help_text=_(
            "Tick it when you have brought over everything that the source says. It then leaves the list of what waits."
        ),
    )

    class Meta:
        model = Article
        fields = [
            "language",
            "translation_key",
            "slug",
            "topics",
            "position",
            "author",
            "next_review_on",
            "retirement_note",
            "successor",
        ]
        widgets = {"topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        article = self.instance
        self.edition = None if article._state.adding else article.latest_edition()
        if self.edition is not None:
            self.initial = {**self.initial, **{name: getattr(self.edition, name) for name in TEXTS}}
            if is_frozen(article, self.edition):
                self.initial["change_note"] = ""  # the next edition has a reason of its own
        self.lay_source_beside()
        if "successor" in self.fields:
            others = Article.objects.published().exclude(pk=article.pk)
            cast(forms.ModelChoiceField, self.fields["successor"]).queryset = others
        for name in {"author", "topics", "successor"} & set(self.fields):
            field = cast(forms.ModelChoiceField, self.fields[name])
            field.label_from_instance = in_its_language  # type: ignore[method-assign, assignment]
            if not article._state.adding and field.queryset is not None:
                field.queryset = field.queryset.filter(language=article.language)

    def lay_source_beside(self) -> None:
        adding = self.instance._state.adding
        asked_for = self.data.get("source_edition") or self.initial.get("source_edition")
        self.source = translations.source_from(asked_for) if adding else translations.source_of(self.instance)
        if self.source is None:
            return
        edition, language = self.source.edition, self.source.edition.article.language
        label = _("%(language)s, edition %(number)s") % {
            "language": edition.article.get_language_display(),
            "number": edition.number,
        }
        self.initial.update({"source_edition": edition.pk, "follows_source": adding})
        for name in set(BESIDE) & set(self.fields):
            field = self.fields[name]
            field.widget = Beside(field.widget, text=getattr(edition, name), language=language, label=str(label))

    def followed(self) -> Edition | None:
        """The edition that the translator has worked from, when they say that all of it is there."""
        cleaned = self.cleaned_data
        if self.source is None or not cleaned.get("follows_source") or not cleaned.get("source_edition"):
            return None
        # the one that stood beside the text, even when the source has a newer one by now
        seen = Edition.objects.filter(pk=cleaned["source_edition"], article=self.source.edition.article_id)
        return seen.select_related("article").first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        language = data.get("language") or self.instance.language
        if data.get("position") is None:
            data["position"] = self.instance.position
        key = data.get("translation_key") or self.instance.translation_key
        if self.source is not None and key != self.source.edition.article.translation_key:
            self.add_error(
                "translation_key", _("Keep the key of the text that you translate: it holds the languages together.")
            )
        if (author := data.get("author")) and author.language != language:
            self.add_error("author", _("Choose the author's page in the language of the article."))
        if any(topic.language != language for topic in data.get("topics") or ()):
            self.add_error("topics", _("Choose topics in the language of the article."))
        if (successor := data.get("successor")) and successor.language != language:
            self.add_error("successor", _("Choose an article in the language of this one."))
        self.settle_retirement(data)
        return data

    def settle_retirement(self, data: dict[str, Any]) -> None:
        """The notice is what retires an article; emptying it brings the article back."""
        if "retirement_note" not in self.fields:
            return
        article = self.instance
        if data.get("retirement_note"):
            article.retired_at = article.retired_at or timezone.now()
        elif article.is_retired:
            article.retired_at = None
        if not data.get("retirement_note"):
            data["successor"] = None

    def texts(self) -> dict[str, Any]:
        """What was written; from a form with errors, as far as it makes sense."""
        cleaned = getattr(self, "cleaned_data", {})
        found = {name: cleaned.get(name, "") for name in TEXTS}
        found["regulatory_checked_on"] = cleaned.get("regulatory_checked_on")
        for name in ("title", "summary"):
            found[name] = found[name] or self.data.get(name, "")
        # one way to write an empty line and an end, whatever the browser sent
        return {name: text.replace("\r\n", "\n") if isinstance(text, str) else text for name, text in found.items()}


class ScheduleForm(forms.Form):
    publish_at = forms.DateTimeField(
        label=_("Goes online on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        if article.publish_at is not None:
            kwargs.setdefault("initial", {"publish_at": article.publish_at})
        super().__init__(*args, **kwargs)

    def clean_publish_at(self) -> Any:
        at = self.cleaned_data["publish_at"]
        if at <= timezone.now():
            raise forms.ValidationError(
                _("Choose a time in the future. To publish now, go back and choose “Save and publish”.")
            )
        return at


class FutureReview(forms.Form):
    """When the next review is due."""

    next_review_on = forms.DateField(label=_("Next review due"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        next_year = timezone.localdate() + timedelta(days=365)
        kwargs["initial"] = {"next_review_on": next_year.isoformat()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean_next_review_on(self) -> Any:
        day = self.cleaned_data["next_review_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day in the future."))
        return day


class ReviewManyForm(FutureReview):
    """The reviewer by key: each text names their page in its own language."""

    field_order = ("reviewer", "next_review_on")
    reviewer = forms.ChoiceField(label=_("Who reviewed them"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(is_team=False).order_by("name").values_list("translation_key", "name")
        self.reviewers = list({key: (key, name) for key, name in people}.values())
        self.fields["reviewer"].choices = self.reviewers  # type: ignore[attr-defined]


class ReviewForm(FutureReview):
    field_order = ("reviewer", "next_review_on")
    reviewer = forms.ModelChoiceField(Person.objects.none(), label=_("Who reviewed it"), empty_label=None)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, article: Article, is_opened: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": article.version}, **kwargs)
        self.article, self.is_opened = article, is_opened
        people = Person.objects.filter(language=article.language, is_team=False)
        self.fields["reviewer"].queryset = people  # type: ignore[attr-defined]

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.article.version:
            raise forms.ValidationError(
                _("The text was changed while you were reading. Open the preview again, read it, and then come back here.")
            )
        return version

    def clean(self) -> dict[str, Any]:
        if not self.is_opened:
            raise forms.ValidationError(_("You have not opened this text as it stands now. Read it first, then sign."))
        return super().clean() or self.cleaned_data
