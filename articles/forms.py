"""The forms of the staff: an article with its newest edition in one, and the signing of a review."""

import re
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.editions import TEXTS, is_frozen
from articles.labels import in_order
from articles.models import Article, Edition, Person, validate_label_codes


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


class LabelsField(forms.CharField):
    """Letters of evidence labels, however they are parted: "DE" and "D, E" are the same."""

    def clean(self, value: Any) -> str:
        codes = re.sub(r"[\s,;،]+", "", super().clean(value))
        validate_label_codes(codes)
        return in_order(codes)


class ArticleForm(forms.ModelForm):
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
    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

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
        self.initial["opened_version"] = article.version
        if "successor" in self.fields:
            others = Article.objects.published().exclude(pk=article.pk)
            cast(forms.ModelChoiceField, self.fields["successor"]).queryset = others
        for name in {"author", "topics", "successor"} & set(self.fields):
            field = cast(forms.ModelChoiceField, self.fields[name])
            field.label_from_instance = in_its_language  # type: ignore[method-assign, assignment]
            if not article._state.adding and field.queryset is not None:
                field.queryset = field.queryset.filter(language=article.language)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        language = data.get("language") or self.instance.language
        if data.get("position") is None:
            data["position"] = self.instance.position
        if (author := data.get("author")) and author.language != language:
            self.add_error("author", _("Choose the author's page in the language of the article."))
        if any(topic.language != language for topic in data.get("topics") or ()):
            self.add_error("topics", _("Choose topics in the language of the article."))
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


class ReviewForm(forms.Form):
    reviewer = forms.ModelChoiceField(Person.objects.none(), label=_("Who reviewed it"), empty_label=None)
    next_review_on = forms.DateField(label=_("Next review due"), widget=forms.DateInput(attrs={"type": "date"}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        next_year = timezone.localdate() + timedelta(days=365)
        kwargs.setdefault("initial", {"version": article.version, "next_review_on": next_year.isoformat()})
        super().__init__(*args, **kwargs)
        self.article = article
        people = Person.objects.filter(language=article.language, is_team=False)
        self.fields["reviewer"].queryset = people  # type: ignore[attr-defined]

    def clean_next_review_on(self) -> Any:
        day = self.cleaned_data["next_review_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day in the future."))
        return day

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.article.version:
            raise forms.ValidationError(
                _("The text was changed while you were reading. Open the preview again, read it, and then come back here.")
            )
        return version
