"""Pictures for articles: uploaded here, shown in texts by their key."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles import editions, pictures
from articles.models import Picture
from portal.admin_site import in_language
from portal.versioned_admin import VersionedAdmin, VersionedForm


class PictureForm(VersionedForm):
    """The file is judged and its sizes are made when everything else is right; it is not kept as it came."""

    file = forms.FileField(
        label=_("Picture file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_(
            "JPEG or PNG, 15 MB and 40 million pixels at most. Every visitor can see it. Place and camera are taken out of it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = not self.instance.sizes

    def clean_alt(self) -> str:
        alt: str = self.cleaned_data["alt"].strip()
        if "]" in alt or "[" in alt:
            raise forms.ValidationError(_("Leave out square brackets: they end the description in a text."))
        return alt

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("file") and not self.errors:
            try:
                self.instance.sizes = pictures.store(data["file"])
            except forms.ValidationError as error:
                self.add_error("file", error)
        return data


@admin.register(Picture)
class PictureAdmin(VersionedAdmin):
    form = PictureForm
    list_display = ("key", "shown_alt", "language", "measures")
    list_filter = ("language",)
    search_fields = ("key", "alt", "credit")
    fields = ("file", "key", "language", "alt", "credit", "seen", "short_code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key", "seen", "short_code") if obj else ("seen", "short_code")  # texts show it by this key

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-2]

    @admin.display(description=_("what it shows"), ordering="alt")
    def shown_alt(self, picture: Picture) -> str:
        return in_language(picture.alt, picture.language)

    @admin.display(description=_("largest size"))
    def measures(self, picture: Picture) -> str:
        return f"{picture.sizes[-1]['width']} × {picture.sizes[-1]['height']}" if picture.sizes else "–"

    @admin.display(description=_("as it is"))
    def seen(self, picture: Picture) -> SafeString | str:
        if not picture.sizes:
            return "–"
        smallest = picture.sizes[0]
        return format_html(
            '<img class="picture-preview" src="{}" width="{}" height="{}" alt="{}">',
            reverse("picture", args=[smallest["plain"]]), smallest["width"], smallest["height"], picture.alt,
        )  # fmt: skip

    @admin.display(description=_("short code"))
    def short_code(self, picture: Picture) -> SafeString:
        return format_html("<code>![{}](picture:{})</code>", picture.alt, picture.key)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        editions.render_again(mentioning=f"(picture:{obj.key})")

    class Media:
        css = {"all": ("portal/css/reading-staff.css",)}
