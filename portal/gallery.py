"""The component gallery at /components/: every shared component in each of its states, for developers and staff. Public, no cookie."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Layout, Submit
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.templatetags.components import ICONS
from portal.unsaved import Unsaved

ICON_NAMES = sorted(path.stem for path in ICONS.glob("*.svg"))
LABELS = [
    SimpleNamespace(code=code, name=name, explanation=explanation)
    for code, name, explanation in (
        ("A", _("Proven, part of normal care"), _("National guidelines recommend it, and fair tests stand behind them.")),
        ("B", _("Helps some people"), _("At least one good fair test shows that it helps a certain group.")),
        ("C", _("Uncertain"), _("The tests disagree, or they are small.")),
        ("D", _("Research only"), _("Not shown to work. It belongs inside an approved trial only.")),
        ("E", _("Tested: no benefit found"), _("A good-sized fair test found no difference on its main goal.")),
        ("W", _("Warning: harm reported"), _("Serious harm is on record, or a regulator has warned.")),
        ("i", _("Information"), _("We make no claim about a treatment here.")),
    )
]
ROWS = [
    {"key": _("Who is asking?"), "lines": [_("I am a daughter or son")], "href": "#summary-list"},
    {"key": _("When was the stroke?"), "lines": [_("March 2024")], "href": "#summary-list"},
    {
        "key": _("What would you like to do again?"),
        "lines": [_("Walk to the market and back."), _("Hold the baby.")],
        "href": "#summary-list",
    },
    {"key": _("Phone number"), "lines": [], "href": "#summary-list"},
]
TIMELINE = [
    {
        "at": datetime(2026, 3, 4, 10, 20, tzinfo=UTC),
        "text": _("Carmen is reading your answers."),
        "detail": _("You will hear from us by Friday at noon."),
    },
    {"at": datetime(2026, 3, 3, 21, 5, tzinfo=UTC), "text": _("We received your request.")},
]

KEPT_FILES = [
    SimpleNamespace(
        pk=1, name="letter-page-1.jpg", size=2_400_000, file_kind=SimpleNamespace(label=_("photo")), may_be_removed=True
    ),
    SimpleNamespace(
        pk=2, name="report.pdf", size=180_000, file_kind=SimpleNamespace(label="PDF"), is_refused=True, may_be_removed=True
    ),
]


OFFER = SimpleNamespace(
    option=SimpleNamespace(title=_("Rehabilitation that works")),
    groups=[
        SimpleNamespace(
            title=_("Travel"),
            lines=[
                SimpleNamespace(
                    label=_("Room for two"),
                    quantity=7,
                    amount="€ 420 – € 700",
                    likely="€ 560",
                    inclusion="included",
                    inclusion_text=_("Included in the price."),
                    source_text=_("Our estimate."),
                ),
                SimpleNamespace(
                    label=_("Extra nights if something takes longer than anybody thought when the journey was planned"),
                    quantity=1,
                    amount="",
                    likely="",
                    inclusion="may_be_added",
                    inclusion_text=_("May be added."),
                    source_text=_("Nobody has told us yet."),
                ),
            ],
        )
    ],
    known=True,
    low="€ 420",
    likely="€ 560",
    high="€ 700",
    unknown=1,
)


class SampleForm(forms.Form):
    """Every kind of field that the site uses. Sent with GET, kept nowhere."""

    name = forms.CharField(
        label=_("What should we call you?"),
        help_text=_("A first name is enough."),
        error_messages={"required": _("Write a name. A first name is enough.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We write to this address only about your request."),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Check the e-mail address. It should look like name@example.org."),
        },
    )
    when = forms.ChoiceField(
        label=_("How long ago was the stroke?"),
        widget=forms.RadioSelect,
        choices=[
            ("weeks", _("Less than three months ago")),
            ("months", _("Three months to a year ago")),
            ("years", _("More than a year ago")),
            ("unknown", _("I don't know")),
        ],
        error_messages={"required": _("Choose one answer. “I don't know” is an answer too.")},
    )
    help_wanted = forms.MultipleChoiceField(
        label=_("What would you like help with?"),
        help_text=_("Choose all that fit."),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("walking", _("Walking")),
            ("hand", _("Using the hand")),
            ("speech", _("Speaking")),
            ("mood", _("Mood and sleep")),
        ],
        error_messages={"required": _("Choose at least one.")},
    )
    country = forms.ChoiceField(
        label=_("Which country do you live in?"),
        choices=[("", _("Choose a country")), ("ES", _("Spain")), ("MA", _("Morocco")), ("GB", _("United Kingdom"))],
        error_messages={"required": _("Choose a country.")},
    )
    story = forms.CharField(
        label=_("What happened?"),
        help_text=_("Write as much or as little as you like."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    reference = forms.CharField(
        label=_("Your reference"),
        help_text=_("We fill this in. It cannot be changed."),
        initial="RG-7K3F-92QX",
        disabled=True,
        required=False,
    )
    letter = forms.FileField(label=_("Discharge letter"), help_text=_("A photo of each page is fine."), required=False)
    agree = forms.BooleanField(
        label=_("I agree that you keep these answers while you work on my request."),
        error_messages={"required": _("Tick the box if you agree. Without it we cannot keep your answers.")},
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_action = "components"
        helper.layout = Layout(
            *self.fields,
            ButtonHolder(Submit("go", _("Continue")), Submit("later", _("Finish later"), css_class="button--secondary")),
        )
        return helper


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    shown: dict[str, Any] = {
        "labels": LABELS,
        "rows": ROWS,
        "timeline": TIMELINE,
        "crumbs": [(_("Start"), "/"), (_("Articles"), "#breadcrumbs"), (_("Rehabilitation that works"), "")],
        "page": Paginator(range(60), 20).page(2),
        "article": SimpleNamespace(
            get_absolute_url="#cards",
            published_edition=SimpleNamespace(
                title=_("Rehabilitation that works"),
                summary=_("What helps after a stroke, and how sure we are of it."),
                evidence_labels="AB",
            ),
        ),
        "offer": OFFER,
        "again": Unsaved(
            address="#unsaved",
            typed=[("message", str(_("Walk to the market and back.")))],
            again=[],
            files=[("letter", "IMG_0042.jpg")],
            token="",
            may_send_again=False,
            has_secrets=True,
        ),
        "form": SampleForm(request.GET) if "go" in request.GET else SampleForm(),
        "files": KEPT_FILES,
        "icons": ICON_NAMES,
    }
    return render(request, "portal/components.html", shown)
