"""Complaints to answer, and how things are months later: two lists, the desk's lines, and what the case screen shows."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import ReadOnlyAdmin, StaffModelAdmin, member
from portal.desk import Line, Panel, staff_of
from portal.desk import panel as desk_panel
from portal.roles import MANAGER
from quotes import actions, consents, follow_ups
from quotes.models import Complaint, FollowUp, QuoteRequest
from quotes.workflow import CARING, NotAllowed


class OpenFilter(admin.SimpleListFilter):
    """Without a choice: those that wait for somebody."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("late", _("late")), ("answered", _("answered")))

    def choices(self, changelist: Any) -> Any:
        entries = list(super().choices(changelist))
        entries[0]["display"] = _("to answer")
        return entries

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "answered":
            return queryset.filter(answered_at__isnull=False)
        return queryset.late() if self.value() == "late" else queryset.to_answer()


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Complaint
        fields = ("answer",)
        widgets = {"answer": forms.Textarea(attrs={"rows": 8, "dir": "auto"})}

    def clean_answer(self) -> str:
        """A colleague who answered meanwhile was first; what was typed stays on the page."""
        if Complaint.objects.filter(pk=self.instance.pk, answered_at__isnull=False).exists():
            raise forms.ValidationError(gettext("This complaint was answered meanwhile. Read that answer first."))
        text: str = self.cleaned_data["answer"]
        if not text.strip():
            raise forms.ValidationError(gettext("Write the answer first."))
        return text


@admin.register(Complaint)
class ComplaintAdmin(StaffModelAdmin):
    list_display = ("case_reference", "answer_by", "made_at", "wants_answer", "answered_by")
    list_display_links = None
    list_filter = (OpenFilter,)
    list_select_related = ("case", "answered_by")
    sortable_by = ()
    form = AnswerForm
    readonly = ("case_screen", "who", "what_happened", "their_wish", "wants_answer", "made_at", "due_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the family makes it, on the case page

    def has_change_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.answered_at is None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        words = {"title": _("Complaint"), "subtitle": None, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, {**words, **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Complaint | None = None) -> tuple[str, ...]:
        if obj is not None and obj.answered_at is None:
            return (*self.readonly, "answer")
        return (*self.readonly, "our_answer", "answered_at", "answered_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Complaint | None = None) -> tuple[str, ...]:
        return tuple(name for name in self.get_fields(request, obj) if name != "answer")

    @admin.display(description=_("case"))
    def case_reference(self, complaint: Complaint) -> SafeString:
        url = reverse("admin:quotes_complaint_change", args=[complaint.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, complaint.case.reference)

    @admin.display(description=_("case"))
    def case_screen(self, complaint: Complaint) -> SafeString:
        url = reverse("admin:quotes_quoterequest_change", args=[complaint.case_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, complaint.case.reference)

    @admin.display(description=_("answer by"))
    def answer_by(self, complaint: Complaint) -> SafeString | str:
        due = formats.date_format(complaint.due_on, "DATE_FORMAT")
        return format_html('<strong class="overdue">{} {}</strong>', due, _("late")) if complaint.is_late else due

    @admin.display(description=_("from"))
    def who(self, complaint: Complaint) -> str:
        person = complaint.by_participant
        return f"{person.name or '–'} ({person.get_role_display()})"

    @admin.display(description=_("what happened"))
    def what_happened(self, complaint: Complaint) -> SafeString:
        return own_words(complaint.what, complaint)

    @admin.display(description=_("what would put it right"))
    def their_wish(self, complaint: Complaint) -> SafeString:
        return own_words(complaint.wish or "–", complaint)

    @admin.display(description=_("our answer"))
    def our_answer(self, complaint: Complaint) -> SafeString:
        return own_words(complaint.answer, complaint)

    def save_model(self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool) -> None:
        """By the verb, which looks again under a lock; of two who press at the same moment, one answers."""
        try:
            with transaction.atomic():
                actions.answer_complaint(
                    complaint=Complaint.objects.get(pk=obj.pk), by=member(request), text=form.cleaned_data["answer"]
                )
        except NotAllowed as refused:
            self.message_user(request, str(refused), "ERROR")
            audit.record("answer complaint", by=member(request), object=f"quotes.complaint {obj.pk}", outcome="refused")


def own_words(text: str, complaint: Complaint) -> SafeString:
    return format_html('<div class="own-words" lang="{}" dir="auto">{}</div>', complaint.case.language, text)


class HandledFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("to_handle", _("speak with them")), ("answered", _("answered")), ("asked", _("asked, no answer yet")))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "to_handle":
            return queryset.to_handle()
        if self.value() == "answered":
            return queryset.answered()
        return queryset.filter(answered_at__isnull=True) if self.value() == "asked" else queryset


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    """Which cases were asked, and which wait for somebody. What they answered stands on the case screen alone."""

    list_display = ("case_link", "months", "sent_at", "answered_at", "state_words", "coordinator")
    list_display_links = None
    list_filter = (HandledFilter,)
    fields = ("case_link", "months", "sent_at", "answered_at", "state_words")
    sortable_by = ()
    ordering = ("-sent_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FollowUp]:
        listed = QuoteRequest.objects.listed_for(member(request)).filter(health_withdrawn_at__isnull=True)
        return super().get_queryset(request).filter(case__in=listed).select_related("case__coordinator")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.fields)

    @admin.display(description=_("case"))
    def case_link(self, row: FollowUp) -> SafeString:
        url = reverse("admin:quotes_quoterequest_change", args=[row.case_id])
        return format_html('<a href="{}#follow-ups"><bdi>{}</bdi></a>', url, row.case.reference)

    @admin.display(description=_("state"))
    def state_words(self, row: FollowUp) -> str:
        if row.needs_person:
            return gettext("somebody spoke with them") if row.handled_at else gettext("speak with them")
        return gettext("answered") if row.answered_at else gettext("asked, no answer yet")

    @admin.display(description=_("coordinator"))
    def coordinator(self, row: FollowUp) -> str:
        return row.case.coordinator.name if row.case.coordinator else "–"


@desk_panel(order=8)
def complaints_panel(request: HttpRequest) -> Panel | None:
    if staff_of(request, MANAGER) is None:
        return None
    counts = Complaint.objects.aggregate(
        open=Count("pk", filter=Q(answered_at__isnull=True)),
        late=Count("pk", filter=Q(answered_at__isnull=True, due_on__lt=timezone.localdate())),
    )
    page = reverse("admin:quotes_complaint_changelist")
    lines = [
        Line(label=_("late"), count=counts["late"], url=f"{page}?state=late", urgent=True),
        Line(label=_("to answer"), count=counts["open"], url=page),
    ]
    return Panel(title=_("Complaints"), lines=lines, empty=_("No complaint waits."))


@desk_panel(order=12)
def follow_ups_panel(request: HttpRequest) -> Panel | None:
    if staff_of(request, *CARING) is None:
        return None
    page = reverse("admin:quotes_followup_changelist")
    waiting = FollowUp.objects.to_handle().filter(case__health_withdrawn_at__isnull=True)
    line = Line(
        label=_("not well, or died: speak with them"), count=waiting.count(), url=f"{page}?state=to_handle", urgent=True
    )
    return Panel(title=_("How things are later"), lines=[line], empty=_("Nobody waits for a word from us."))


def panel(case: QuoteRequest) -> dict[str, Any]:
    """What the case screen shows of rights and of the time after."""
    rows = [*case.follow_ups.select_related("handled_by")] if getattr(case, "has_follow_up", True) else []
    return {
        "calls_withdrawn_at": consents.last_withdrawn(
            [consent.withdrawn_at for consent in case.consents.all() if consent.text.kind == "calls"]
        ),
        "open_complaints": [*case.complaints.to_answer()] if getattr(case, "has_complaint", True) else [],
        "follow_up_waits": any(row.needs_person and row.handled_at is None for row in rows),
        "follow_ups": [
            {
                "row": row,
                "change": follow_ups.change_text(row.answers) if row.answered_at else "",
                "how": dict(FollowUp.How.choices).get(row.answers.get("how", ""), ""),
                "treatment": dict(FollowUp.Treatment.choices).get(row.answers.get("treatment", ""), ""),
            }
            for row in rows
        ],
    }
