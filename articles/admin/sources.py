"""What stands behind the texts: topics, people, references."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import editions
from articles.models import Person, Reference, Topic
from portal.admin_site import in_language
from portal.versioned_admin import VersionedAdmin


@admin.register(Topic)
class TopicAdmin(VersionedAdmin):
    list_display = ("shown_title", "language", "kind", "position", "translation_key")
    list_filter = ("language", "kind")
    search_fields = ("title", "summary", "translation_key")
    fields = ("language", "translation_key", "kind", "slug", "title", "summary", "position")

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, topic: Topic) -> str:
        return in_language(topic.title, topic.language)


@admin.register(Person)
class PersonAdmin(VersionedAdmin):
    list_display = ("name", "language", "credentials", "is_team", "translation_key")
    list_filter = ("language", "is_team")
    search_fields = ("name", "credentials", "translation_key")
    fields = ("language", "translation_key", "slug", "name", "is_team", "credentials", "biography", "interests")


@admin.register(Reference)
class ReferenceAdmin(VersionedAdmin):
    list_display = ("key", "authors", "year", "shown_title", "kind", "certainty", "identifiers_seen")
    list_filter = ("kind", "certainty", "identifiers_seen")
    search_fields = ("key", "authors", "title", "journal", "doi", "pmid", "registry_id")
    fieldsets = (
        (None, {"fields": ("key", "kind", "authors", "year", "title", "journal", "volume", "pages")}),
        (_("Where to find it"), {"fields": ("doi", "pmid", "registry_id", "url")}),
        (_("How sure we are"), {"fields": ("certainty", "identifiers_seen")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()  # texts cite it by this key

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, source: Reference) -> str:
        return in_language(source.title, "en")  # as on the public page: science is cited in English

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        editions.render_again(mentioning=obj.key)
