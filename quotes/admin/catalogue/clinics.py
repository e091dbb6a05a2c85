"""Clinics: what we know of them, the sheet of questions they were asked, and the way to the prices they told us."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import member
from portal.versioned_admin import VersionedAdmin, VersionedForm
from quotes.admin.catalogue.choices import country_choices, in_words, reader, treatment_choices
from quotes.admin.catalogue.figures import price_words, told_words
from quotes.admin.catalogue.sheet import Sheet
from quotes.admin.catalogue.treatments import not_in_the_future
from quotes.clinic_questions import ASKS
from quotes.models import Clinic
from quotes.wording import country_name, language_name, languages

TOLD = ("sheet_words", "prices_words")
LATEST = 5  # prices on a clinic's own page; the rest are in their list


def language_choices() -> tuple[tuple[str, str], ...]:
    return languages(reader())


class ClinicForm(VersionedForm):
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken there"), choices=language_choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def clean_accreditation_checked_on(self) -> Any:
        return not_in_the_future(self.cleaned_data["accreditation_checked_on"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        proof, day = data.get("accreditation_proof"), data.get("accreditation_checked_on")
        if proof and not day and "accreditation_checked_on" not in self.errors:
            self.add_error("accreditation_checked_on", _("Write the day on which you saw the proof."))
        if day and not proof:
            self.add_error("accreditation_proof", _("Write where you saw the proof."))
        return data


@admin.register(Clinic)
class ClinicAdmin(VersionedAdmin):
    form = ClinicForm
    list_display = ("name", "place", "accreditation", "answers_given", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "city")
    fieldsets = (
        (None, {"fields": ("name", "country", "city", "languages", "is_active")}),
        (
            _("Accreditation"),
            {
                "fields": ("accreditation", "accreditation_proof", "accreditation_checked_on"),
                "description": _("Families read what the clinic told us, and whether we saw a proof."),
            },
        ),
        (_("What the clinic told us"), {"fields": TOLD}),
        (_("For the office only"), {"fields": ("notes",)}),
    )

    class Media:
        css = {"all": ("portal/css/admin-catalogue.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        on_the_sheet = Q(answers__question__in=ASKS)
        return (
            super()
            .get_queryset(request)
            .annotate(
                asked=Count("answers", filter=on_the_sheet),
                answered=Count("answers", filter=on_the_sheet & Q(answers__answered_on__isnull=False)),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        questions = self.admin_site.admin_view(self.questions_view)
        return [path("<int:clinic_id>/questions/", questions, name="quotes_clinic_questions"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rows = super().get_fieldsets(request, obj)
        if obj is None:
            return [row for row in rows if row[1]["fields"] != TOLD]  # a new one has told us nothing yet
        return rows if self.has_change_permission(request, obj) else in_words(rows, {"languages": "language_names"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*TOLD, "language_names") if obj else ()

    @admin.display(description=_("where"))
    def place(self, clinic: Clinic) -> str:
        return ", ".join(part for part in (clinic.city, country_name(clinic.country)) if part)

    @admin.display(description=_("languages spoken there"))
    def language_names(self, clinic: Clinic) -> str:
        return ", ".join(language_name(code) for code in clinic.languages) or "–"

    @admin.display(description=_("answers"), ordering="answered")
    def answers_given(self, clinic: Any) -> str:
        return gettext("%(answered)s of %(all)s") % {"answered": clinic.answered, "all": len(ASKS)}

    @admin.display(description=_("question sheet"))
    def sheet_words(self, clinic: Any) -> SafeString:
        silent = clinic.asked - clinic.answered
        said = gettext("%(answered)s answered, %(silent)s asked and not answered, %(open)s not asked yet.") % {
            "answered": clinic.answered,
            "silent": silent,
            "open": len(ASKS) - clinic.asked,
        }
        url = reverse("admin:quotes_clinic_questions", args=[clinic.pk])
        return format_html('{} <a class="catalogue-link" href="{}">{}</a>', said, url, _("Open the question sheet"))

    @admin.display(description=_("prices"))
    def prices_words(self, clinic: Clinic) -> SafeString:
        latest = clinic.prices.order_by("-quoted_on", "pk")[:LATEST]
        names = dict(treatment_choices())
        rows = (
            (price.label or names.get(price.treatment_key, price.treatment_key), price_words(price), told_words(price))
            for price in latest
        )
        listed = format_html_join("", "<li>{}: {} ({})</li>", rows)
        url = reverse("admin:quotes_price_changelist")
        return format_html(
            '{}<a class="catalogue-link" href="{}?clinic__id__exact={}">{}</a>',
            format_html('<ul class="catalogue-list">{}</ul>', listed) if listed else "",
            url,
            clinic.pk,
            _("All prices of this clinic"),
        )

    # ── The question sheet ───────────────────────────────────────────────────────────────────────────────────────────

    def questions_view(self, request: HttpRequest, clinic_id: int) -> HttpResponse:
        """What the clinic was asked and what it said, question by question. Saves only what this person changed."""
        if not self.has_view_permission(request) or not request.user.has_perm("quotes.view_clinicanswer"):
            raise PermissionDenied
        may_write = request.user.has_perm("quotes.change_clinicanswer")
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        with transaction.atomic():
            clinic = Clinic.objects.select_for_update().filter(pk=clinic_id).first()
            if clinic is None:
                raise Http404
            sheet = Sheet(clinic, data=request.POST if request.method == "POST" else None)
            if request.method == "POST" and sheet.is_valid():
                return self.save_sheet(request, sheet)
            audit.record("view", by=member(request), object=f"quotes.clinic {clinic.pk}", fields=["answers"])
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Question sheet"),
                "opts": self.opts,
                "clinic": clinic,
                "sheet": sheet,
                "may_write": may_write,
                "clinic_url": reverse("admin:quotes_clinic_change", args=[clinic.pk]),
            }
            status = 409 if sheet.conflicts else 200
            return render(request, "admin/quotes/clinic/questions.html", context, status=status)

    def save_sheet(self, request: HttpRequest, sheet: Sheet) -> HttpResponse:
        saved = sheet.save(asked_all="_asked_all" in request.POST)
        if saved:
            name = f"quotes.clinic {sheet.clinic.pk}"
            audit.record("change", by=member(request), object=name, fields=["answers", *saved])
            said = ngettext("%(count)s question is saved.", "%(count)s questions are saved.", len(saved))
            self.message_user(request, said % {"count": len(saved)}, messages.SUCCESS)
        else:
            self.message_user(request, gettext("Nothing was changed."))
        if "_stay" in request.POST or "_asked_all" in request.POST:
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(reverse("admin:quotes_clinic_change", args=[sheet.clinic.pk]))
