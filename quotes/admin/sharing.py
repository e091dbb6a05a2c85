"""Papers for a clinic, for staff: propose, take out once the family has agreed, note the answer."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal import audit
from portal.admin_site import member
from quotes import actions, attachments, clinic_papers, clinic_summary, consents, news, queries
from quotes.admin import second_save, writing
from quotes.models import QuoteRequest, Sharing
from quotes.wording import country_name
from quotes.workflow import NotAllowed


class ProposalForm(forms.Form):
    use_required_attribute = False

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the summary: one that the clinic reads"), choices=settings.LANGUAGES
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary for the clinic"),
        help_text=gettext_lazy(
            "Made from the answers by plain rules. Take out what this clinic does not need. The family reads it word for word."
        ),
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write the summary first.")},
    )
    names_patient = forms.BooleanField(label=gettext_lazy("Put the patient's name above it"), required=False)
    gives_contact = forms.BooleanField(label=gettext_lazy("Put the owner's e-mail and phone above it"), required=False)
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Documents to ask for"),
        help_text=gettext_lazy("Tick only what the clinic needs. The family ticks each one again."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: QuoteRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_go = {str(one.pk): one for one in case.attachments.kept() if attachments.may_be_opened(one)}
        self.fields["documents"].choices = [  # type: ignore[attr-defined]
            (pk, f"{one.get_slot_display()}: {one.name or one.file_kind.label}") for pk, one in self.may_go.items()
        ]


class AnswerForm(forms.Form):
    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=gettext_lazy("What did the clinic answer?"),
        choices=[("", gettext_lazy("Choose…")), *Sharing.Outcome.choices],
        error_messages={"required": gettext_lazy("Choose what the clinic answered.")},
    )
    answered_on = forms.DateField(
        label=gettext_lazy("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Say on which day the clinic answered.")},
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What it said, in plain words. The family reads it."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write what the clinic said.")},
    )


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Under the case's own address."""
    return [
        path(f"<uuid:object_id>/sharing/{end}", site.admin_view(view), name=f"quotes_quoterequest_{name}")
        for end, view, name in (
            ("", page, "sharing"),
            ("<uuid:sharing_id>/papers/", take_out, "sharing_papers"),
            ("<uuid:sharing_id>/answer/", answer, "sharing_answer"),
        )
    ]


TYPED = {**AnswerForm.base_fields, "summary": ProposalForm.base_fields["summary"]}


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    return second_save.typed(request.POST, fields=TYPED)


def opened(request: HttpRequest, object_id: UUID) -> QuoteRequest:
    """The case, for those who may open it and work on it."""
    user = member(request)
    case = (
        QuoteRequest.objects.visible_to(user)
        .select_related("accepted_option__clinic", "coordinator")
        .filter(pk=object_id)
        .first()
    )
    if case is None:
        raise writing.not_theirs(user, pk=object_id, typed=typed(request))
    return case


def of_case(case: QuoteRequest, sharing_id: UUID) -> Sharing:
    found = case.sharings.select_related("clinic").filter(pk=sharing_id).first()
    if found is None:
        raise Http404
    return found


def page_url(case: QuoteRequest) -> str:
    return reverse("admin:quotes_quoterequest_sharing", args=[case.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Where the papers of a case stand, and the form for a proposal."""
    case = opened(request, object_id)
    if request.method != "POST":
        return shown(request, case)
    form = ProposalForm(request.POST, case=case)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                case.lock()
                is_repeat = bool(data["submission_id"]) and case.sharings.filter(submission_id=data["submission_id"]).exists()
                if data["version"] and data["version"] != str(case.version) and not is_repeat:
                    raise actions.ChangedMeanwhile(
                        _("Somebody changed this case while you were writing. Read what is new, then press again.")
                    )
                actions.propose_sharing(
                    case=case,
                    by=member(request),
                    summary=data["summary"],
                    language=data["language"],
                    documents=[form.may_go[pk] for pk in data["documents"]],
                    names_patient=data["names_patient"],
                    gives_contact=data["gives_contact"],
                    submission_id=data["submission_id"],
                )
        except NotAllowed as refused:
            form.add_error(None, str(refused))
            case = opened(request, object_id)
            typed = request.POST.copy()
            typed["version"] = str(case.version)  # what is new stands on the page now
            form.data = typed
            return shown(request, case, form=form, status=409)
        messages.success(request, news.after(case, _("The family decides now.")))
        return HttpResponseRedirect(page_url(case))
    return shown(request, case, form=form, status=200)


@require_POST
def take_out(request: HttpRequest, object_id: UUID, sharing_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """The archive for the clinic. Whoever presses sees to it that it reaches the clinic and nobody else."""
    case = opened(request, object_id)
    sharing = of_case(case, sharing_id)
    try:
        documents = actions.share_with_clinic(case=case, by=member(request), sharing=sharing)
    except NotAllowed as refused:
        return shown(request, opened(request, object_id), refused=str(refused), status=409)
    headers = {
        "Content-Disposition": f'attachment; filename="{clinic_papers.file_name(sharing)}"',
        "Cache-Control": "no-store, private",
    }
    pieces = clinic_papers.zip_of(sharing, documents=documents)
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@require_POST
def answer(request: HttpRequest, object_id: UUID, sharing_id: UUID) -> HttpResponse:
    """What the clinic said, for the family."""
    case = opened(request, object_id)
    sharing = of_case(case, sharing_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return shown(request, case, answer_form=form, status=200)
    try:
        actions.record_clinic_answer(case=case, by=member(request), sharing=sharing, **form.cleaned_data)
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return shown(request, opened(request, object_id), answer_form=form, refused=str(refused), status=409)
    messages.success(request, news.after(case, _("It is noted.")))
    return HttpResponseRedirect(page_url(case))


def shown(
    request: HttpRequest,
    case: QuoteRequest,
    *,
    form: ProposalForm | None = None,
    answer_form: AnswerForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    user = member(request)
    audit.record("view papers for clinic", by=user, case_id=case.pk, object=f"quotes.quoterequest {case.pk}")
    sharings = [
        *case.sharings.select_related("clinic", "proposed_by", "agreed_by", "refused_by", "withdrawn_by", "sent_by", "recorded_by")
        .prefetch_related("shared_documents__attachment")
    ]  # fmt: skip
    verbs = queries.allowed(case, user=user)
    clinic = case.accepted_option.clinic if case.accepted_option else None
    running = next((one for one in sharings if one.state in Sharing.RUNNING), None)
    may_propose = (
        "propose_sharing" in verbs
        and clinic is not None
        and case.confirmed_at is not None
        and (running is None or running.state != Sharing.State.SENT)
    )
    if form is None and clinic is not None and may_propose:
        language = clinic_summary.language_for(case, clinic)
        wanted = request.GET.get("language", "")
        language = wanted if wanted in dict(settings.LANGUAGES) else language
        initial = {
            "language": language,
            "summary": clinic_summary.summary_of(case, language=language),
            "submission_id": uuid4(),
            "version": str(case.version),
        }
        form = ProposalForm(case=case, initial=initial)
    context = {
        **admin.site.each_context(request),
        "title": _("Papers for the clinic"),
        "opts": QuoteRequest._meta,
        "case": case,
        "queue_url": reverse("admin:quotes_quoterequest_changelist"),
        "case_url": reverse("admin:quotes_quoterequest_change", args=[case.pk]),
        "action": page_url(case),
        "clinic": clinic,
        "clinic_country": country_name(clinic.country) if clinic else "",
        "leaves_eea": bool(clinic) and consents.leaves_eea(clinic.country if clinic else ""),
        "languages": settings.LANGUAGES,
        "may_propose": may_propose,
        "replaces": running,
        "form": form if may_propose or (form and form.errors) else None,
        "answer_form": answer_form or AnswerForm(initial={"answered_on": timezone.localdate()}),
        "sharings": (rows := [row_of(one, verbs=set(verbs)) for one in sharings]),
        "stray": typed(request) if answer_form and not any(row["answer_url"] for row in rows) else [],
        "refusal": refused or bool((form and form.errors) or (answer_form and answer_form.errors)),
        "refused": refused,
    }
    return render(request, "admin/quotes/quoterequest/sharing.html", context, status=status)


def row_of(one: Sharing, *, verbs: set[str]) -> dict[str, Any]:
    ids = [one.case_id, one.pk]
    takes = "share_with_clinic" in verbs and one.state in (Sharing.State.AGREED, Sharing.State.SENT)
    notes = "record_clinic_answer" in verbs and one.state == Sharing.State.SENT
    return {
        "sharing": one,
        "documents": [*one.shared_documents.all()],
        "papers_url": reverse("admin:quotes_quoterequest_sharing_papers", args=ids) if takes else "",
        "answer_url": reverse("admin:quotes_quoterequest_sharing_answer", args=ids) if notes else "",
    }


def panel(case: QuoteRequest) -> dict[str, Any]:
    """What the case screen shows: where the papers stand, and the way to their page."""
    if case.accepted_option is None:
        return {}
    return {"papers": case.sharings.select_related("clinic").first(), "papers_url": page_url(case)}
