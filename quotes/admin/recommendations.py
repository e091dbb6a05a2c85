"""The recommendation builder: its words, its options with their costs, and the way through approval to the patient."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import StaffModelAdmin, member
from portal.ids import uuid_or_404
from portal.roles import CLINICAL_REVIEWER
from portal.unsaved import Gone
from quotes import actions, queries, readiness, rules, staffing
from quotes.admin import buttons, second_save, writing
from quotes.admin.builder import builder_url, differences, line_differences, obstacle_links, option_card, reading_level
from quotes.admin.cases import screen_url
from quotes.admin.forms import WORDS, LineFormSet, OptionForm, RecommendationForm, line_changes, line_initial
from quotes.admin.version_list import StateFilter, VersionList, state_of
from quotes.models import Option, Recommendation
from quotes.money import OLD_RATE, money
from quotes.proposal import cautions, considered, english_labels, told_prices, treatments_for, trials_to_read, usual_lines
from quotes.questions import Text
from quotes.versions import changed_parts
from quotes.views.option_pages import all_labels, evidence_of, option_pages, rate_text
from quotes.wording import language_name
from quotes.workflow import NotAllowed

Refused = NotAllowed | None


@admin.register(Recommendation)
class RecommendationAdmin(StaffModelAdmin):
    list_display = ("of_case", "number", "state_words", "created_by", "approval_requested_at", "sent_at")
    list_display_links = None
    list_filter = (StateFilter,)
    list_select_related = ("case", "created_by")
    ordering = ("-created_at",)
    sortable_by = ()
    actions = None

    class Media:
        css = {"all": ("portal/css/admin-case.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recommendation]:
        """Of the cases this person may open or read; of every other, a 404."""
        return super().get_queryset(request).filter(case__in=staffing.readable_by(member(request)))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return VersionList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # it is drafted from its case

    @admin.display(description=_("case"))
    def of_case(self, recommendation: Recommendation) -> SafeString:
        address = reverse("admin:quotes_recommendation_change", args=[recommendation.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, recommendation.case.reference)

    @admin.display(description=_("state"))
    def state_words(self, recommendation: Recommendation) -> str:
        return str(state_of(recommendation, is_stale=getattr(recommendation, "is_stale", False))[1])

    def get_urls(self) -> list[URLPattern]:
        def add(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(f"<uuid:object_id>/{route}", self.admin_site.admin_view(view), name=f"quotes_recommendation_{name}")

        return [
            add("preview/", self.preview_view, "preview"),
            add("compare/", self.compare_view, "compare"),
            add("request_approval/", self.posted(buttons.request_approval), "request_approval"),
            add("approve/", self.posted(buttons.approve, back_to="preview"), "approve"),
            add("return_for_changes/", self.posted(buttons.return_for_changes, back_to="preview"), "return_for_changes"),
            add("send_recommendation/", self.posted(buttons.send_recommendation), "send_recommendation"),
            add("add_option/", self.posted(buttons.add_option), "add_option"),
            add("option/<uuid:option_id>/", self.option_view, "option"),
            add("option/<uuid:option_id>/remove/", self.posted(buttons.remove_option), "remove_option"),
            add("option/<uuid:option_id>/copy/", self.posted(buttons.copy_option), "copy_option"),
            add("option/<uuid:option_id>/usual/", self.posted(buttons.add_usual_lines, back_to="option"), "usual_lines"),
            add("option/<uuid:option_id>/price/", self.posted(buttons.take_price, back_to="option"), "take_price"),
            add("option/<uuid:option_id>/earlier/", self.posted(buttons.move_earlier), "move_earlier"),
            add("option/<uuid:option_id>/later/", self.posted(buttons.move_later), "move_later"),
            *super().get_urls(),
        ]

    # ── The builder ───────────────────────────────────────────────────────────────────────────────────────────────────

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        recommendation = self.found(request, uuid_or_404(object_id))
        if request.method == "POST":
            return self.save_words(request, recommendation)
        return self.builder(request, recommendation)

    def save_words(self, request: HttpRequest, recommendation: Recommendation) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = RecommendationForm(request.POST, instance=recommendation)
        if not form.is_valid():
            return self.builder(request, self.found(request, recommendation.pk), form=form)
        try:
            actions.edit_recommendation(
                case=recommendation.case,
                by=member(request),
                recommendation=self.found(request, recommendation.pk),
                lock_version=lock_version(request),
                changes=form.changes,
            )
        except NotAllowed as refused:
            fresh = self.found(request, recommendation.pk)
            data = second_save.taken_over(request.POST, typed=[form], saved=[RecommendationForm(instance=fresh)])
            form = RecommendationForm(data, instance=self.found(request, recommendation.pk))
            form.is_valid()
            return self.builder(request, fresh, form=form, refused=refused, theirs=differences(form, fresh))
        self.message_user(request, _("Saved."), messages.SUCCESS)
        return HttpResponseRedirect(builder_url(recommendation))

    def builder(
        self,
        request: HttpRequest,
        recommendation: Recommendation,
        *,
        form: RecommendationForm | None = None,
        refused: Refused = None,
        theirs: list[tuple[Text, str]] | None = None,
    ) -> HttpResponse:
        saved = RecommendationForm(instance=recommendation)
        frame, stray = self.frame(request, recommendation), []
        if form is None or not frame["can_edit"]:
            form, stray = saved, second_save.typed(request.POST, fields=WORDS)
        not_ready = [] if recommendation.is_sent else readiness.obstacles(recommendation, before_approval=True)
        in_the_way = [] if recommendation.is_sent else [*not_ready, *readiness.release_obstacles(recommendation)]
        options = list(
            recommendation.options.select_related("treatment__article__published_edition", "clinic")
            .prefetch_related("line_items")
            .order_by("position", "pk")
        )
        english = english_labels(recommendation.language)
        context = {
            **frame,
            "form": form,
            **opened(request, recommendation, [saved], refused=refused),
            "refused": refused,
            "theirs": theirs if form.is_bound else None,
            "stray": stray,
            "cards": [option_card(option, recommendation, english=english) for option in options],
            "obstacles": obstacle_links(recommendation, in_the_way, user=member(request)),
            "rate_is_old": bool(recommendation.rate_as_of and recommendation.rate_as_of < timezone.localdate() - OLD_RATE),
            "readability": reading_level(recommendation, options),
            "versions": recommendation.case.recommendations.select_related("created_by", "approved_by", "sent_by"),
            "considered": []
            if recommendation.is_sent
            else [(each, evidence_of(each.treatment.article)) for each in considered(recommendation.case)],
            "trials": [] if recommendation.is_sent else trials_to_read(recommendation.case),
            "not_ready": not_ready,
            "treatments": treatments_for(recommendation.language),
            "cautions": cautions(recommendation.case),
        }
        status = 409 if refused or stray else 200
        return self.looked(request, recommendation, "admin/quotes/recommendation/builder.html", context, status=status)

    # ── One option and its costs ──────────────────────────────────────────────────────────────────────────────────────

    def option_view(self, request: HttpRequest, object_id: UUID, option_id: UUID) -> HttpResponse:
        recommendation = self.found(request, object_id)
        option = self.option_of(request, recommendation, option_id)
        if request.method != "POST":
            return self.option_page(request, option, form=OptionForm(instance=option), lines=line_forms(option))
        if not self.has_change_permission(request):
            raise PermissionDenied
        form, formset = OptionForm(request.POST, instance=option), line_forms(option, request.POST)
        if not (form.is_valid() & formset.is_valid()):
            fresh = self.option_of(request, recommendation, option_id)
            return self.option_page(request, fresh, form=form, lines=formset)
        try:
            actions.edit_option(
                case=recommendation.case,
                by=member(request),
                option=self.option_of(request, recommendation, option_id),
                lock_version=lock_version(request),
                changes=form.cleaned_data,
                lines=line_changes(formset),
            )
        except NotAllowed as refused:
            fresh = self.option_of(request, self.found(request, object_id), option_id)
            saved = [OptionForm(instance=fresh), *line_forms(fresh)]
            data = second_save.taken_over(request.POST, typed=[form, *formset], saved=saved)
            form = OptionForm(data, instance=self.option_of(request, recommendation, option_id))
            formset = line_forms(fresh, data)
            form.is_valid()
            formset.is_valid()
            return self.option_page(request, fresh, form=form, lines=formset, refused=refused, status=409)
        self.message_user(request, _("Saved."), messages.SUCCESS)
        if "_stay" in request.POST:
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(builder_url(recommendation))

    def option_page(
        self, request: HttpRequest, option: Option, *, form: OptionForm, lines: Any, refused: Refused = None, status: int = 200
    ) -> HttpResponse:
        recommendation, stray = option.recommendation, []
        frame = self.frame(request, recommendation)
        saved_form, saved_lines = OptionForm(instance=option), line_forms(option)
        if not frame["can_edit"]:
            form, lines, stray = saved_form, saved_lines, second_save.typed(request.POST, fields=WORDS)
        context = {
            **frame,
            "title": option.title,
            "action": request.path,
            "form": form,
            "lines": lines,
            **opened(request, recommendation, [saved_form, *saved_lines], refused=refused),
            "refused": refused,
            "theirs": differences(form, option) + line_differences(lines, option) if refused and form.is_bound else None,
            "stray": stray,
            "card": option_card(option, recommendation, english=english_labels(recommendation.language)),
            "usual": usual_lines(option),
            "prices": [
                (price, money(price.low, price.currency), money(price.high, price.currency)) for price in told_prices(option)
            ],
            "has_errors": bool(form.errors or any(lines.errors)),
        }
        template = "admin/quotes/recommendation/option.html"
        return self.looked(request, recommendation, template, context, status=409 if stray else status)

    # ── As the patient will see it, with the approval below ──────────────────────────────────────────────────────────

    def preview_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        return self.preview(request, self.found(request, object_id))

    def preview(
        self, request: HttpRequest, recommendation: Recommendation, *, refused: Refused = None, typed: Any = None
    ) -> HttpResponse:
        rtl = get_language_info(recommendation.language)["bidi"]
        with translation.override(recommendation.language):
            options = option_pages(recommendation)
            rate = rate_text(recommendation)
            shown = {
                "recommendation": recommendation,
                "options": options,
                "labels": all_labels(options),
                "rtl": rtl,
                "rate": rate,
            }
            as_the_patient_reads_it = render_to_string("quotes/case/_recommendation.html", shown)
        frame = self.frame(request, recommendation)
        context = {
            **frame,
            "shown": as_the_patient_reads_it,
            "rtl": rtl,
            "digest": readiness.content_digest(recommendation),
            "refused": refused,
            "typed": typed or {},
            "in_place": not member(request).in_role(CLINICAL_REVIEWER),
            "not_yours": actions.not_theirs_to_approve(recommendation, by=member(request))
            if "approve" in frame["verbs"]
            else "",
            "stray": second_save.typed(request.POST, fields=WORDS),
            "not_ready": [] if recommendation.is_sent else readiness.obstacles(recommendation, before_approval=True),
            "never_reviewed": readiness.never_reviewed(recommendation),
            "ticked": typed.getlist("unreviewed") if typed else [],
            "needs_reason": readiness.needs_reason(recommendation),
            "contra_indicated": [
                (option, [rules.BY_ID[flag.rule_id].reason for flag in flags if flag.rule_id in rules.BY_ID])
                for option, flags in readiness.contra_indicated(recommendation).items()
            ],
        }
        status = 200 if refused is None else 409
        return self.looked(request, recommendation, "admin/quotes/recommendation/preview.html", context, status=status)

    def compare_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What this version says otherwise than the one before it."""
        recommendation = self.found(request, object_id)
        if recommendation.supersedes is None:  # the first has nothing to differ from
            return HttpResponseRedirect(builder_url(recommendation))
        with translation.override(recommendation.language):
            parts = changed_parts(recommendation.supersedes, recommendation)
        context = {**self.frame(request, recommendation), "before": recommendation.supersedes, "parts": parts}
        return self.looked(request, recommendation, "admin/quotes/recommendation/compare.html", context)

    # ── What the pages share ─────────────────────────────────────────────────────────────────────────────────────────

    def posted(self, run: Callable[..., Text], *, back_to: str = "builder") -> Callable[..., HttpResponse]:
        """A view for one button: it runs the verb, or shows the page again with the reason and what was typed."""

        def view(request: HttpRequest, object_id: UUID, option_id: UUID | None = None) -> HttpResponse:
            recommendation = self.found(request, object_id)
            option = self.option_of(request, recommendation, option_id) if option_id else None
            try:
                said = run(request, recommendation, option)
            except NotAllowed as refused:
                fresh = self.found(request, object_id)
                if back_to == "preview":
                    return self.preview(request, fresh, refused=refused, typed=request.POST)
                return self.builder(request, fresh, refused=refused)
            self.message_user(request, str(said), messages.SUCCESS)
            if not self.get_queryset(request).filter(pk=object_id).exists():  # who stands in reads it only while it waits
                return HttpResponseRedirect(reverse("admin:index"))
            if back_to == "option":
                return HttpResponseRedirect(reverse("admin:quotes_recommendation_option", args=[recommendation.pk, option_id]))
            return HttpResponseRedirect(builder_url(recommendation))

        return view

    def found(self, request: HttpRequest, object_id: UUID) -> Recommendation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("case__coordinator", "supersedes", "approved_by", "created_by")
        recommendation = rows.filter(pk=object_id).first()
        if recommendation is None:
            typed = second_save.typed(request.POST, fields=WORDS)
            raise writing.not_theirs(member(request), recommendations=object_id, typed=typed)
        return recommendation

    def option_of(self, request: HttpRequest, recommendation: Recommendation, option_id: UUID) -> Option:
        rows = Option.objects.select_related("treatment__article__published_edition", "clinic", "recommendation__case")
        option = rows.filter(pk=option_id, recommendation=recommendation).first()
        if option is None:
            raise Gone(
                gettext(
                    "Nothing was saved: somebody has removed this option meanwhile. You can add it again and put your words in."
                ),
                way_on=(builder_url(recommendation), gettext("Back to the draft")),
                typed=second_save.typed(request.POST, fields=WORDS),
            )
        return option

    def frame(self, request: HttpRequest, recommendation: Recommendation) -> dict[str, Any]:
        case = recommendation.case
        verbs = {} if recommendation.is_sent else queries.allowed(case, user=member(request))
        state, words = state_of(recommendation, is_stale=readiness.is_stale(recommendation))
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Recommendation, version %(number)s") % {"number": recommendation.number},
            "opts": self.opts,
            "recommendation": recommendation,
            "case": case,
            "state": state,
            "state_words": words,
            "verbs": verbs,
            "can_edit": "draft_recommendation" in verbs and self.has_change_permission(request),
            "reader_language": language_name(recommendation.language),
            "builder_url": builder_url(recommendation),
            "case_url": screen_url(case),
        }

    def looked(
        self, request: HttpRequest, recommendation: Recommendation, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Render, and record the look in the same transaction: no audit event, no page."""
        with transaction.atomic():
            row = f"quotes.recommendation {recommendation.pk}"
            audit.record("view recommendation", by=member(request), case_id=recommendation.case_id, object=row)
            return render(request, template, context, status=status)


def line_forms(option: Option, data: Any = None) -> Any:
    """The costs of an option as forms."""
    currency = option.recommendation.currency
    lines = [line_initial(line, currency) for line in option.line_items.order_by("position", "pk")]
    return LineFormSet(data, prefix="lines", form_kwargs={"currency": currency}, initial=lines)


def opened(request: HttpRequest, recommendation: Recommendation, saved: list[Any], *, refused: Refused) -> dict[str, Any]:
    """What a form remembers of the moment it was opened. A form that comes back with errors was still opened then."""
    if refused is None and "lock_version" in request.POST:
        return {"lock_version": lock_version(request), "shown": request.POST.get("shown", "")}
    return {"lock_version": recommendation.lock_version, "shown": second_save.shown(saved)}


def lock_version(request: HttpRequest) -> int:
    given = request.POST.get("lock_version", "")
    return int(given) if given.isdecimal() else 0
