"""The office's people: who writes which language, who is away, who stands in, and whose cases go to somebody else."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin_site import StaffModelAdmin, member
from portal.desk import Line, Panel, Row, panel, staff_of
from portal.models import User
from portal.roles import COORDINATOR, MANAGER
from quotes import actions, staffing
from quotes.models import Absence, CallRequest, QuoteRequest, SubstituteApprover, WorkProfile
from quotes.staffing import caring_colleagues
from quotes.workflow import UNFINISHED, NotAllowed


class OwnRows(StaffModelAdmin):
    """Everybody who cares for cases sees who is there; they change their own rows, and a manager those of everybody."""

    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is None or obj.user_id == member(request).pk or member(request).in_role(MANAGER)
        return own and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = (
                caring_colleagues() if member(request).in_role(MANAGER) else User.objects.filter(pk=member(request).pk)
            )
            kwargs.setdefault("initial", member(request).pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class WorkProfileForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages they write"), choices=settings.LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = WorkProfile
        fields = ("user", "languages", "takes_cases", "wants_digest", "mail_language")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("takes_cases") and not data.get("languages"):
            self.add_error("languages", _("Tick a language, or untick that new cases are given automatically."))
        return data


@admin.register(WorkProfile)
class WorkProfileAdmin(OwnRows):
    form = WorkProfileForm
    list_display = ("user", "language_names", "takes_cases", "wants_digest", "mail_language")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one: the e-mail comes in the language in which this person reads the staff site."""
        return {"mail_language": get_language(), **super().get_changeform_initial_data(request)}

    @admin.display(description=_("languages"))
    def language_names(self, profile: WorkProfile) -> str:
        names = dict(settings.LANGUAGES)
        return ", ".join(str(names.get(code, code)) for code in profile.languages) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user",)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("hand-over/", self.admin_site.admin_view(hand_over), name="quotes_workprofile_hand_over"),
            *super().get_urls(),
        ]


@admin.register(Absence)
class AbsenceAdmin(OwnRows):
    list_display = ("user", "first_day", "last_day")
    fields = ("user", "first_day", "last_day")


@admin.register(SubstituteApprover)
class SubstituteApproverAdmin(StaffModelAdmin):
    """Named by a manager, for some days, and never for oneself. It ends by itself, or a manager ends it; nothing else changes."""

    list_display = ("user", "first_day", "last_day", "reason", "named_by", "ended_at", "ended_by")
    list_select_related = ("user", "named_by", "ended_by")
    fields = ("user", "first_day", "last_day", "reason")
    actions = ("end_now",)

    @admin.action(description=_("End it now (it stays in the list)"), permissions=["add"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[SubstituteApprover]) -> None:
        with transaction.atomic():
            chosen = [named for named in queryset.select_for_update(of=("self",)) if named.may_be_ended]
            for named in chosen:
                named.ended_at, named.ended_by = timezone.now(), member(request)
                named.save(update_fields=["ended_at", "ended_by"])
                audit.record("end", by=member(request), object=f"quotes.substituteapprover {named.pk}")
        if not chosen:
            messages.warning(request, _("Choose somebody who stands in now, or will."))
            return
        said = ngettext(
            "%(count)d person does not stand in any more.", "%(count)d people do not stand in any more.", len(chosen)
        )
        messages.success(request, said % {"count": len(chosen)})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = caring_colleagues().exclude(pk=member(request).pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: SubstituteApprover, form: forms.ModelForm, change: bool) -> None:  # type: ignore[override]
        obj.named_by = member(request)
        super().save_model(request, obj, form, change)


# ── Handing over the cases and calls of one person in one go ─────────────────────────────────────────────────────────────

BY_LOAD = "load"
WHAT_MOVED = (
    (messages.SUCCESS, ngettext_lazy("%(count)d case has somebody new.", "%(count)d cases have somebody new.", "count")),
    (
        messages.WARNING,
        ngettext_lazy(
            "%(count)d case stays: nobody who is here writes its language. Choose a person for it.",
            "%(count)d cases stay: nobody who is here writes their language. Choose a person for them.",
            "count",
        ),
    ),
    (messages.SUCCESS, ngettext_lazy("%(count)d call has somebody new.", "%(count)d calls have somebody new.", "count")),
    (
        messages.WARNING,
        ngettext_lazy("%(count)d call waits for whoever takes it.", "%(count)d calls wait for whoever takes them.", "count"),
    ),
)


class HandOverForm(forms.Form):
    whose = forms.ModelChoiceField(label=_("Whose cases and calls?"), queryset=User.objects.none())
    to = forms.ChoiceField(label=_("To whom?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_cases = QuoteRequest.objects.filter(status__in=UNFINISHED).values("coordinator")
        with_calls = CallRequest.objects.to_make().values("taken_by")
        loaded = User.objects.filter(Q(pk__in=with_cases) | Q(pk__in=with_calls)).order_by("name")  # also of a closed account
        whose = self.fields["whose"]
        assert isinstance(whose, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        whose.queryset = loaded
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - for the type checker
        to.choices = [(BY_LOAD, _("By language and load")), *((str(user.pk), user.name) for user in caring_colleagues())]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("whose") and data.get("to") == str(data["whose"].pk):
            self.add_error("to", _("This is the same person. Choose somebody else."))
        return data


def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose whose cases and to whom; see what moves; confirm. Each case leaves its own event."""
    form = HandOverForm(request.POST or request.GET or None)
    context = {**admin.site.each_context(request), "title": _("Hand over cases"), "form": form}
    if form.is_valid():
        cases = QuoteRequest.objects.filter(coordinator=form.cleaned_data["whose"], status__in=UNFINISHED)
        calls = CallRequest.objects.to_make().of(form.cleaned_data["whose"])
        if request.method == "POST" and request.POST.get("confirmed") == "yes":
            moved, stayed = move(cases, to=form.cleaned_data["to"], by=member(request))
            given, freed = move_calls(calls, to=form.cleaned_data["to"], by=member(request))
            for (level, said), count in zip(WHAT_MOVED, (moved, stayed, given, freed), strict=True):
                if count:
                    messages.add_message(request, level, said % {"count": count})
            return redirect("admin:index")
        statuses = cases.order_by().values_list("status").annotate(count=Count("pk"))
        labels = dict(QuoteRequest._meta.get_field("status").flatchoices)
        context["counts"] = [(labels[status], count) for status, count in statuses]
        context["total"] = sum(count for _status, count in statuses)
        context["calls"] = calls.count()
        context["waiting"] = cases.filter(
            Q(recommendations__approval_requested_at__isnull=False, recommendations__sent_at__isnull=True)
        ).count()
    return render(request, "admin/quotes/hand_over.html", context)


def move(cases: QuerySet[QuoteRequest], *, to: str, by: User) -> tuple[int, int]:
    """How many have somebody new, and how many stay because nobody fits."""
    moved = stayed = 0
    named = None if to == BY_LOAD else caring_colleagues().filter(pk=to).first()
    for case in cases.select_related("coordinator"):
        chosen = named
        if to == BY_LOAD:
            chosen = next((user for user in staffing.takers(case.language) if user != case.coordinator), None)
        try:
            if chosen is None:
                stayed += 1
                continue
            actions.hand_over(case=case, by=by, to=chosen)
            moved += 1
        except NotAllowed:  # closed at this moment
            stayed += 1
    return moved, stayed


def move_calls(calls: QuerySet[CallRequest], *, to: str, by: User) -> tuple[int, int]:
    """How many have somebody new, and how many wait for whoever takes them first."""
    given = freed = 0
    named = None if to == BY_LOAD else caring_colleagues().filter(pk=to).first()
    for call in calls.select_related("taken_by"):
        chosen = named or next((user for user in staffing.takers(call.language) if user != call.taken_by), None)
        try:
            actions.hand_over_call(call=call, by=by, to=chosen)
        except NotAllowed:  # done at this moment
            continue
        given, freed = given + (chosen is not None), freed + (chosen is None)
    return given, freed


@panel(order=36)
def people_of_the_office(request: HttpRequest) -> Panel | None:
    if staff_of(request, MANAGER) is None:
        return None
    gone = QuoteRequest.objects.filter(status__in=UNFINISHED, coordinator__isnull=False).exclude(
        coordinator__in=staffing.at_work().values("pk")
    )
    lines = [
        Line(
            label=_("cases of somebody who is away or has left"),
            count=gone.count(),
            url=reverse("admin:quotes_workprofile_hand_over"),
            urgent=True,
        ),
        Line(
            label=_("calls of somebody who is away or has left"),
            count=staffing.calls_of_the_absent().count(),
            url=f"{reverse('admin:quotes_callrequest_changelist')}?calls=gone",
            urgent=True,
        ),
    ]
    rows = [
        Row(
            label=user.name,
            detail=_("has no work profile: no new case comes by itself, and no daily e-mail"),
            url=f"{reverse('admin:quotes_workprofile_add')}?user={user.pk}",
        )
        for user in staffing.without_profile()
    ]
    return Panel(title=_("The people"), rows=rows, lines=lines, empty=_("Everybody with cases is here."))


@panel(order=1)
def own_profile(request: HttpRequest) -> Panel | None:
    """Until a coordinator has said which languages they write."""
    user = staff_of(request, COORDINATOR)
    if user is None or WorkProfile.objects.filter(user=user).exists():
        return None
    return Panel(
        title=_("Which languages do you write?"),
        more=((_("Fill in your work profile"), reverse("admin:quotes_workprofile_add")),),
        note=_("Until you say it, no new case comes to you by itself, and you get no daily e-mail with what is due."),
    )
