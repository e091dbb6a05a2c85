"""The queue: what a row says, the saved views above it, and what can be done to ticked rows (quotes/admin/bulk.py)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.admin_site import StaffModelAdmin, member
from portal.counting import capped_counts, shown
from quotes import queries, rules, search
from quotes.admin import bulk
from quotes.admin.filters import FILTERS, cases_of
from quotes.admin.paging import QueueChangeList
from quotes.models import QuoteRequest
from quotes.questions import Text
from quotes.wording import country_name, function_text, language_name
from quotes.workflow import CARING, Status

# label, the filters it stands for, whether a count above nought calls for somebody
SavedView = tuple[Text, dict[str, str], bool]
SAVED_VIEWS: tuple[SavedView, ...] = (
    (_("All that are not closed"), {}, False),
    (_("Mine"), {"coordinator": "me"}, False),
    (_("Nobody has them yet"), {"coordinator": "nobody"}, False),
    (_("Overdue"), {"waiting": "overdue"}, True),
    (_("Waiting for us"), {"waiting": "us"}, False),
    (_("Waiting for the patient"), {"waiting": "patient"}, False),
    (_("Declined"), {"status": "declined"}, False),
    (_("Red flags"), {"flags": "red"}, True),
    (_("Could not be reached"), {"mail": "failed"}, True),
    (_("May be a machine"), {"flags": "suspect"}, False),
)


class QueueAdmin(StaffModelAdmin):
    list_display = (
        "case_reference", "time_left", "open_flag_chips", "status_words", "coordinator", "since_stroke", "daily_function", "place",
    )  # fmt: skip
    list_display_links = None
    list_filter = FILTERS
    search_fields = ("reference",)  # shows the box; what it finds is quotes.search's business
    search_help_text = _("A reference, a whole e-mail address, a whole name, or a phone number.")
    sortable_by = ()
    ordering = queries.URGENT_FIRST
    actions = ("assign_many", "close_many", "spam_many")
    change_list_template = "admin/quotes/quoterequest/queue.html"

    class Media:
        css = {"all": ("portal/css/admin-case.css", "portal/css/admin-queue.css")}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueChangeList]:
        return QueueChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuoteRequest]:
        return queries.queue(member(request)).order_by(*queries.URGENT_FIRST)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[QuoteRequest], search_term: str
    ) -> tuple[QuerySet[QuoteRequest], bool]:
        return (search.find(queryset, search_term) if search_term.strip() else queryset), False  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a case begins with the patient's request

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": _("Cases"), "saved_views": saved_views(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def action_checkbox(self, case: QuoteRequest) -> SafeString:
        """Written out: a form's widget a row is an eighth of what the page costs."""
        said = _("Tick %(reference)s") % {"reference": case.reference}
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            case.pk,
            said,
        )

    # ── What a row says ───────────────────────────────────────────────────────────────────────────────────────────────

    @admin.display(description=_("reference"))
    def case_reference(self, case: QuoteRequest) -> SafeString:
        link = format_html(
            '<a href="{}"><bdi>{}</bdi></a>', reverse("admin:quotes_quoterequest_change", args=[case.pk]), case.reference
        )
        chips = [_("may be a machine")] if case.is_suspect else []
        chips += [_("address not confirmed")] if getattr(case, "is_unconfirmed", False) else []
        marks = format_html_join("", ' <span class="chip chip--quiet">{}</span>', ((chip,) for chip in chips))
        if case.is_unreachable:
            marks += format_html(' <span class="chip chip--overdue">{}</span>', _("e-mail does not arrive"))
        return link + marks

    @admin.display(description=_("flags"))
    def open_flag_chips(self, case: QuoteRequest) -> SafeString | str:
        counts = queries.flag_counts([] if case.health_withdrawn_at else getattr(case, "open_flags", []))
        return (
            format_html_join(
                " ",
                '<span class="flag flag--{0}" title="{1}">{0} {2}<span class="visually-hidden">: {1}</span></span>',
                counts,
            )
            or "–"
        )

    @admin.display(description=_("country and language"))
    def place(self, case: QuoteRequest) -> str:
        return f"{country_name(case.country) if case.country else '–'}, {language_name(case.language)}"

    @admin.display(description=_("months since stroke"))
    def since_stroke(self, case: QuoteRequest) -> str:
        months = None if case.health_withdrawn_at else rules.months_since_stroke(case.answers, timezone.localdate())
        return "–" if months is None else str(months)

    @admin.display(description=_("function"))
    def daily_function(self, case: QuoteRequest) -> SafeString | str:
        score = None if case.health_withdrawn_at else rules.function_score(case.answers)
        return "–" if score is None else format_html('<abbr title="{}">mRS {}</abbr>', function_text(score), score)

    @admin.display(description=_("status"))
    def status_words(self, case: QuoteRequest) -> str:
        return str(Status(case.status).label)

    @admin.display(description=_("our next step"))
    def time_left(self, case: QuoteRequest) -> SafeString | str:
        clock = queries.clock(case)
        return format_html('<strong class="overdue">{}</strong>', clock.text) if clock.is_overdue else clock.text

    # ── What is done to ticked rows ───────────────────────────────────────────────────────────────────────────────────

    def get_urls(self) -> list[URLPattern]:
        def button(name: str) -> URLPattern:
            def view(request: HttpRequest) -> HttpResponse:
                return bulk.press(self, request, name)

            return path(f"ticked/{name}/", self.admin_site.admin_view(view), name=f"quotes_quoterequest_{name}")

        return [*(button(name) for name in bulk.KINDS), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ticking rows is for those who may take and close cases."""
        return super().get_actions(request) if member(request).in_role(*CARING) else {}

    def response_action(self, request: HttpRequest, queryset: QuerySet[QuoteRequest], *where: Any) -> HttpResponse | None:
        """Only rows that were ticked, whatever an address or a form says of "all"."""
        post = request.POST.copy()
        post.setlist(ACTION_CHECKBOX_NAME, bulk.well_formed(request.POST.getlist(ACTION_CHECKBOX_NAME)))
        post["select_across"] = "0"
        request.POST = post  # type: ignore[assignment]
        return super().response_action(request, queries.queue(member(request)), *where)

    @admin.action(description=_("Give to a colleague, or take…"), permissions=["change"])
    def assign_many(self, request: HttpRequest, queryset: QuerySet[QuoteRequest]) -> HttpResponse:
        return bulk.ask(self, request, "assign_many", list(queryset))

    @admin.action(description=_("Close with a reason…"), permissions=["change"])
    def close_many(self, request: HttpRequest, queryset: QuerySet[QuoteRequest]) -> HttpResponse:
        return bulk.ask(self, request, "close_many", list(queryset))

    @admin.action(description=_("Close as spam…"), permissions=["change"])
    def spam_many(self, request: HttpRequest, queryset: QuerySet[QuoteRequest]) -> HttpResponse:
        return bulk.ask(self, request, "spam_many", list(queryset))


def saved_views(request: HttpRequest) -> list[dict[str, Any]]:
    """Links with counts; the one whose filters are in the address now is marked. All are counted in one statement."""
    own = {name: value for name, value in request.GET.items() if name not in ("after", "before", "e")}
    views = [view for view in SAVED_VIEWS if view[1] != {"coordinator": "me"} or member(request).in_role(*CARING)]
    counts = capped_counts({str(number): cases_of(request, chosen) for number, (_label, chosen, _urgent) in enumerate(views)})
    page = reverse("admin:quotes_quoterequest_changelist")
    return [
        {
            "label": label,
            "url": f"{page}?{urlencode(chosen)}" if chosen else page,
            "count": shown(counts[str(number)]),
            "is_urgent": is_urgent and counts[str(number)] > 0,
            "is_current": own == chosen,
        }
        for number, (label, chosen, is_urgent) in enumerate(views)
    ]
