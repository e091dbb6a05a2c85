"""Every address of the staff site and what it asks for: one table. The site reads it at the door, a test walks it as every role.

It names permissions; which role has which stands in portal/roles.py. An address that is not here opens for nobody: write it
down under its name. What a single row asks for beyond that (whose case it is, in which state) is its page's own business.
Apps and models are named as strings: this is data about them, not knowledge of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.models import User
from portal.roles import CLINICAL_REVIEWER, COORDINATOR, EDITOR, MANAGER, MATRIX


@dataclass(frozen=True, kw_only=True)
class Needs:
    """`permission` empty: everybody on the staff. `only`: of those who have it, these roles."""

    permission: str = ""
    only: tuple[str, ...] = ()
    nobody: bool = False

    def allows(self, user: User) -> bool:
        if self.nobody:
            return False
        if user.is_superuser:
            return True
        return (not self.permission or user.has_perm(self.permission)) and (not self.only or user.in_role(*self.only))


@dataclass(frozen=True, kw_only=True)
class Door:
    """What each method needs; None: the address does not take it."""

    get: Needs | None = None
    post: Needs | None = None

    def needs(self, method: str) -> Needs | None:
        return {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)

    @property
    def methods(self) -> list[str]:
        return [name for name, needs in (("GET", self.get), ("HEAD", self.get), ("POST", self.post)) if needs is not None]


STAFF, NOBODY = Needs(), Needs(nobody=True)
READ_ARTICLES = Needs(permission="articles.view_article")
WRITE_ARTICLES = Needs(permission="articles.change_article", only=(EDITOR,))
REVIEW_ARTICLES = Needs(permission="articles.change_article", only=(CLINICAL_REVIEWER,))
CHANGE_USERS = Needs(permission="portal.change_user")
READ_CASES = Needs(permission="quotes.view_quoterequest")
WORK_ON_CASES = Needs(permission="quotes.change_quoterequest")
CARE_FOR_CASES = Needs(permission="quotes.change_quoterequest", only=(COORDINATOR, MANAGER))
MAKE_CALLS = Needs(permission="quotes.change_callrequest")
READ_RECOMMENDATIONS = Needs(permission="quotes.view_recommendation")
WRITE_RECOMMENDATIONS = Needs(permission="quotes.change_recommendation")
READ_FIGURES = Needs(permission="quotes.view_stepcount")
HAND_OVER = Needs(permission="quotes.change_workprofile", only=(MANAGER,))


def of_model(label: str) -> dict[str, Door]:
    """The addresses that Django gives a model: to be seen, added and changed by those who may; nothing is deleted."""
    app, model = label.split(".")
    view, add, change = (Needs(permission=f"{app}.{action}_{model}") for action in ("view", "add", "change"))
    pages = {
        "changelist": Door(get=view, post=view),
        "add": Door(get=add, post=add),
        "change": Door(get=view, post=change),
        "delete": Door(get=NOBODY, post=NOBODY),
        "history": Door(get=NOBODY, post=NOBODY),  # the audit log is kept instead
    }
    return {f"{app}_{model}_{page}": door for page, door in pages.items()}


def each(model: str, pages: str, *, get: Needs | None = None, post: Needs | None = None) -> dict[str, Door]:
    return {f"{model}_{page}": Door(get=get, post=post) for page in pages.split()}


OWN: dict[str, Door] = {
    # ── Of the site ───────────────────────────────────────────────────────────────────────────────────────────────────
    **{
        name: Door(get=STAFF)
        for name in ("index", "app_list", "jsi18n", "autocomplete", "view_on_site", "password_change_done")
    },
    "password_change": Door(get=STAFF, post=STAFF),
    "logout": Door(post=STAFF),
    **each("portal_user", "reset_second_factor", get=CHANGE_USERS, post=CHANGE_USERS),
    # ── Articles ──────────────────────────────────────────────────────────────────────────────────────────────────────
    **each("articles_article", "change preview preview_new", get=READ_ARTICLES, post=WRITE_ARTICLES),
    **each("articles_article", "compare", get=READ_ARTICLES),
    **each("articles_article", "codes translations", get=WRITE_ARTICLES),
    **each("articles_article", "offline restore schedule", get=WRITE_ARTICLES, post=WRITE_ARTICLES),
    **each("articles_article", "review review_many", get=REVIEW_ARTICLES, post=REVIEW_ARTICLES),
    # ── Cases. What each verb needs beside this stands in quotes/workflow.py. ─────────────────────────────────────────
    **each("quotes_quoterequest", "change", get=READ_CASES),
    **each("quotes_quoterequest", "download_file preview_file here next previous", get=READ_CASES),
    **each("quotes_quoterequest", "look_in", post=READ_CASES),
    **each("quotes_quoterequest", "reply draft sharing_papers sharing_answer", post=WORK_ON_CASES),
    **each("quotes_quoterequest", "sharing", get=WORK_ON_CASES, post=WORK_ON_CASES),
    **each(
        "quotes_quoterequest",
        "assign take_over send_message ask_patient resume add_note clear_flag resolve_flag draft_recommendation revise "
        "confirm_accept close reopen mark_unreachable reach_otherwise settle_report reset_passphrase record_authority handle_follow_up "
        "stop_contact resume_contact send_attachment take_back_attachment link_case unlink_case tick_step",
        post=WORK_ON_CASES,
    ),
    **each("quotes_quoterequest", "assign_many close_many spam_many", post=CARE_FOR_CASES),
    **each("quotes_callrequest", "change", get=Needs(permission="quotes.view_callrequest")),
    **each("quotes_callrequest", "take log finish open_for", post=MAKE_CALLS),
    # ── Recommendations. A reviewer reads them and presses buttons; the words are for those who write. ────────────────
    **each("quotes_recommendation", "preview compare", get=READ_RECOMMENDATIONS),
    **each("quotes_recommendation", "option", get=READ_RECOMMENDATIONS, post=WRITE_RECOMMENDATIONS),
    **each(
        "quotes_recommendation",
        "request_approval approve return_for_changes send_recommendation add_option remove_option move_earlier move_later "
        "copy_option usual_lines take_price",
        post=READ_RECOMMENDATIONS,
    ),
    # ── The office ────────────────────────────────────────────────────────────────────────────────────────────────────
    **each(
        "quotes_clinic",
        "questions",
        get=Needs(permission="quotes.view_clinicanswer"),
        post=Needs(permission="quotes.change_clinicanswer"),
    ),
    **each("quotes_workprofile", "hand_over", get=HAND_OVER, post=HAND_OVER),
    **each("quotes_stepcount", "csv reports reports_csv", get=READ_FIGURES),
    **each("quotes_stepcount", "cases", get=READ_FIGURES, post=READ_FIGURES),
    # ── Made elsewhere than on an admin page, whatever the matrix says ────────────────────────────────────────────────
    **{
        f"quotes_{model}_add": Door(get=NOBODY, post=NOBODY)
        for model in ("quoterequest", "recommendation", "callrequest", "complaint", "followup")
    },
}
DOORS: dict[str, Door] = {
    name: door
    for label in sorted({label for models in MATRIX.values() for label in models})
    for name, door in of_model(label).items()
} | OWN
OPEN = {"login"}  # leads to the door


def gaps(names: Iterable[str]) -> list[str]:
    """What is wrong with the table, in sentences; `names`: of all addresses that the staff site has."""
    known = {*names} - OPEN
    missing = [
        f"{name} is not in portal/doors.py: it opens for nobody. Say there what it needs." for name in known - set(DOORS)
    ]
    gone = [f"{name} is in portal/doors.py, but there is no such address." for name in set(OWN) - known]
    return sorted(missing + gone)
