"""Every address of the staff site, as every role, against portal/doors.py. An address that nobody wrote down there fails."""

import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.urls.converters import IntConverter

from portal import accounts, audit, doors, roles
from portal.models import AuditEvent, OutgoingEmail, User
from tests import factories
from tests.staff_pages import ROWS, mail, patterns, walked

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker) -> Iterator[dict[str, models.Model]]:
    """Made once for this file, in a transaction around its tests, and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        if not Group.objects.exists():  # a test that commits has emptied the tables
            accounts.set_up_groups()
        yield {label: make() for label, make in ROWS.items()}
        transaction.set_rollback(True)


def registered() -> dict[str, admin.ModelAdmin]:
    return {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}


def may(role: str, label: str, action: str) -> bool:
    return action in roles.MATRIX[role].get(label, "").split()


def names() -> set[str]:
    return {pattern.name for pattern in patterns() if pattern.name}


def test_every_address_is_written_down():
    assert doors.gaps(names()) == []


def test_an_address_that_nobody_wrote_down_is_named_with_what_to_do():
    assert doors.gaps(names() | {"quotes_diary_print"}) == [
        "quotes_diary_print is not in portal/doors.py: it opens for nobody. Say there what it needs."
    ]
    assert doors.gaps(names() - {"quotes_stepcount_cases"}) == [
        "quotes_stepcount_cases is in portal/doors.py, but there is no such address."
    ]


def test_an_address_that_nobody_wrote_down_opens_for_nobody(as_staff, manager, monkeypatch):
    reports = reverse("admin:quotes_stepcount_reports")
    assert as_staff(manager).get(reports).status_code == 200
    monkeypatch.delitem(doors.DOORS, "quotes_stepcount_reports")
    assert as_staff(manager).get(reports).status_code == 403
    root = User.objects.create_superuser("root@office.example", "x", name="Root Sample")
    assert as_staff(root).get(reports).status_code == 403


def test_every_permission_of_the_table_is_somebodys():
    """A word that no role has would lock a page for good, and nobody would notice."""
    held = {
        f"{label.split('.')[0]}.{action}_{label.split('.')[1]}"
        for models_of in roles.MATRIX.values()
        for label, actions in models_of.items()
        for action in actions.split()
    }
    asked = {needs.permission for door in doors.OWN.values() for needs in (door.get, door.post) if needs and needs.permission}
    assert asked - held == set()


def test_every_registered_model_is_in_the_matrix_and_every_entry_of_it_exists():
    named = {label for models_of in roles.MATRIX.values() for label in models_of}
    assert set(registered()) - named == set()


def test_every_registered_model_has_a_row_to_open():
    assert set(registered()) - set(ROWS) == set()


def test_every_admin_page_is_built_on_the_safe_base_class():
    from_ours = {
        label
        for label, model_admin in registered().items()
        if "StaffModelAdmin" in {c.__name__ for c in type(model_admin).__mro__}
    }
    assert from_ours == set(registered())


@pytest.fixture(params=list(roles.MATRIX))
def role(request) -> str:
    return request.param


@pytest.fixture
def walker(groups, role, as_staff) -> Client:
    return as_staff(factories.user(role=role, name="Walker Sample"))


def lets_in(role: str, needs: doors.Needs) -> bool:
    """As the matrix has it, apart from how the site asks."""
    if needs.nobody:
        return False
    label, action = "", ""
    if needs.permission:
        app, codename = needs.permission.split(".")
        action, model = codename.split("_", 1)
        label = f"{app}.{model}"
    return (not label or may(role, label, action)) and (not needs.only or role in needs.only)


def sent_by(client: Client, method: str, url: str) -> int:
    """The status; whatever was done is undone."""
    with transaction.atomic():
        status = client.post(url, {"name": "x", "post": "yes"}).status_code if method == "POST" else client.get(url).status_code
        transaction.set_rollback(True)
    return status


# pages that exist, and yet answer 404 to a form that names nothing
ASKS_FOR_MORE = {
    "quotes_quoterequest_clear_flag",
    "quotes_quoterequest_resolve_flag",
    "quotes_quoterequest_take_back_attachment",
}
# of which a bare address names nothing
BY_QUERY = {"articles_article_preview_new", "quotes_stepcount_reports_csv", "app_list"}


def test_every_address_opens_for_those_whom_the_table_names_and_nobody_else(rows, walker, role):
    for name, door, url in walked(rows):
        for method in ("GET", "POST"):
            needs = door.needs(method)
            status = sent_by(walker, method, url)
            if needs is None:
                assert status == 405, (method, name)
            elif not lets_in(role, needs):
                assert status == 403, (method, name)
            elif name in ASKS_FOR_MORE:
                assert status == 404, (method, name)
            elif method == "GET":
                assert status in (200, 302, 404) if name in BY_QUERY else status in (200, 302), (method, name)
            else:
                assert status in (200, 302, 400, 403, 409) if name.endswith("_change") else status in (200, 302, 400, 409), (
                    method,
                    name,
                )


def all_addresses() -> list[str]:
    """Every address of the site, with a made-up id where one is needed."""
    found = []
    for pattern in patterns():
        if pattern.name in {None, "login"}:
            continue
        kwargs = {key: 1 if isinstance(c, IntConverter) else uuid.UUID(int=1) for key, c in pattern.pattern.converters.items()}
        if pattern.name == "app_list":
            kwargs = {"app_label": "portal"}
        if pattern.name == "view_on_site":
            kwargs = {"content_type_id": 1, "object_id": 1}
        found.append(reverse(f"admin:{pattern.name}", kwargs=kwargs))
    return found


def sent_to(client: Client, url: str, *, door: str) -> bool:
    """Whether redirects lead from here to this door, and nowhere else first. The door itself is drawn by its own tests."""
    for _redirect in range(3):
        response = client.get(url)
        if response.status_code != 302:
            return False
        url = response["Location"]
        if url.startswith(reverse(door)):
            return True
    return False


def test_a_stranger_is_sent_to_sign_in_from_every_address(client):
    for url in all_addresses():
        assert sent_to(client, url, door="staff-sign-in"), url
    assert client.get(reverse("staff-sign-in")).status_code == 200


def test_a_password_alone_is_sent_to_the_second_factor_from_every_address(client, manager):
    client.force_login(manager)
    for url in all_addresses():
        assert sent_to(client, url, door="staff-second-factor"), url
    assert client.get(reverse("staff-second-factor")).status_code == 200


def test_a_superuser_does_not_escape_the_second_factor_either(client, db):
    client.force_login(User.objects.create_superuser("root@office.example", "x", name="Root Sample"))
    assert client.get("/staff/").status_code == 302


def test_nobody_may_delete_anything(rf):
    assert all("delete" not in actions.split() for models_of in roles.MATRIX.values() for actions in models_of.values())
    request = rf.get("/staff/")
    request.user = User(is_superuser=True, name="Root Sample")
    for label, model_admin in registered().items():
        assert model_admin.has_delete_permission(request) is False, label
        assert "delete_selected" not in model_admin.get_actions(request), label
        assert not model_admin.list_editable, label


@pytest.mark.parametrize(
    ("label", "probe"),
    [
        ("quotes.quoterequest", "answers__startswith"),
        ("quotes.quoterequest", "participants__name__startswith"),
        ("quotes.quoterequest", "search_keys__digest__startswith"),
        ("quotes.quoterequest", "source_article"),
        ("quotes.callrequest", "phone__startswith"),
        ("quotes.callrequest", "case__answers__startswith"),
        ("quotes.quoterequest", "coordinator__password__startswith"),
        ("quotes.recommendation", "case__answers__startswith"),
        ("portal.user", "password__startswith"),
        ("portal.user", "totp_device__key__startswith"),
        ("portal.user", "email__startswith"),
        ("portal.outgoingemail", "dedupe_key__startswith"),
        ("portal.auditevent", "actor__password__startswith"),
        ("portal.auditevent", "request_id"),
    ],
)
def test_a_list_cannot_be_made_to_guess_hidden_fields(rows, groups, as_staff, label, probe):
    assert label in registered()
    role = next(role for role in roles.MATRIX if may(role, label, "view"))
    browser = as_staff(factories.user(role=role, name="Walker Sample"))
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")
    assert browser.get(url).status_code == 200
    assert browser.get(url, {probe: "a"}).status_code in (302, 400)


def test_the_filters_that_a_list_offers_work(as_staff, system_user, auditor):
    users, mails, log = (f"/staff/portal/{name}/" for name in ("user", "outgoingemail", "auditevent"))
    group = system_user.groups.get()
    for url in (f"{users}?groups__id__exact={group.pk}&is_active__exact=1", f"{mails}?state__exact=queued&kind=x"):
        assert as_staff(system_user).get(url).status_code == 200, url
    url = f"{log}?action=view&at__gte=2026-01-01+00:00:00%2B00:00&at__lt=2027-01-01+00:00:00%2B00:00&actor__id__exact={auditor.pk}"
    assert as_staff(auditor).get(url).status_code == 200


class InlineCode(HTMLParser):
    """Collects what a strict CSP would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        data = names.get("type") in {"application/json", "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag}[{name}]" for name in names if name == "style" or name.startswith("on")]
        self.found += [f"{tag} {name}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")]


def test_no_page_has_inline_code_and_every_page_is_private(rows, groups, as_staff, client):
    pages = ["/staff/sign-in/", "/staff/", "/staff/password_change/", "/staff/second-factor/", "/staff/recovery-codes/"]
    everything = factories.user(role=roles.SYSTEM, name="Walker Sample")
    everything.groups.set(everything.groups.model.objects.all())
    browser = as_staff(everything)
    for label in registered():
        base = f"admin:{label.replace('.', '_')}"
        pages += [reverse(f"{base}_changelist"), reverse(f"{base}_add"), reverse(f"{base}_change", args=[rows[label].pk])]
    opened = 0
    for who, url in [(client, pages[0]), *((browser, url) for url in pages)]:
        response = who.get(url, follow=True)
        if response.status_code == 403:  # a page that is made elsewhere
            continue
        opened += 1
        assert response.status_code == 200, url
        parser = InlineCode()
        parser.feed(response.content.decode())
        assert parser.found == [], url
        assert "no-store" in response["Cache-Control"], url
        assert "default-src 'none'; script-src 'self'" in response["Content-Security-Policy"], url
        assert "'unsafe" not in response["Content-Security-Policy"], url
    assert opened > len(registered()) * 2


def test_the_usual_address_of_an_admin_is_not_there(client):
    for path in ("/admin/", "/admin/login/", "/en/admin/"):
        assert client.get(path).status_code == 404


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, coordinator):
    client.get("/staff/sign-in/")
    client.post("/staff/sign-in/", {"email": coordinator.email, "password": factories.PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_a_form_without_its_token_is_refused_and_gives_back_what_was_typed(system_user):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = factories.staff_client(system_user).cookies
    response = browser.post("/staff/portal/user/add/", {"name": "Typed With Care", "new_password": "secret pass phrase"})
    assert response.status_code == 403
    assert not User.objects.filter(name="Typed With Care").exists()


def test_looking_at_a_row_is_recorded_and_a_page_without_its_record_is_not_shown(as_staff, system_user, monkeypatch):
    browser = as_staff(system_user)
    url = reverse("admin:portal_user_change", args=[system_user.pk])
    browser.get(url)
    event = AuditEvent.objects.get(action="view", object=f"portal.user {system_user.pk}")
    assert (event.actor, event.role) == (system_user, "system")

    def broken(*args, **kwargs):
        raise RuntimeError("no audit")

    monkeypatch.setattr(AuditEvent.objects, "create", broken)
    browser.raise_request_exception = False
    assert browser.get(url).status_code == 500


@pytest.mark.parametrize(("page", "most"), [("user", 9), ("outgoingemail", 9), ("auditevent", 9)])
def test_lists_ask_the_database_no_more_for_more_rows(
    as_staff, system_user, auditor, page, most, django_assert_max_num_queries
):
    for number in range(20):
        mail()
        audit.record("view", by=auditor)
        factories.user(role=roles.EDITOR, name=f"Edith{number} Sample")
    browser = as_staff(auditor if page == "auditevent" else system_user)
    browser.get(f"/staff/portal/{page}/")
    with django_assert_max_num_queries(most):
        html = browser.get(f"/staff/portal/{page}/").content.decode()
    assert len(re.findall(r'<th[^>]* class="field-|<td class="action-checkbox"|class="field-', html)) > 20


def test_the_outbox_and_the_log_show_neither_address_nor_text(as_staff, system_user, auditor, case):
    owner = case.participants.get(role="owner")
    row = OutgoingEmail.objects.first() or mail()
    pages = [
        as_staff(system_user).get("/staff/portal/outgoingemail/"),
        as_staff(system_user).get(f"/staff/portal/outgoingemail/{row.pk}/change/"),
        as_staff(auditor).get("/staff/portal/auditevent/"),
    ]
    for response in pages:
        html = response.content.decode()
        assert response.status_code == 200
        assert owner.email not in html
        assert owner.token not in html


def test_a_page_of_another_role_says_so_kindly(as_staff, editor):
    response = as_staff(editor).get("/staff/portal/user/")
    assert response.status_code == 403
    assert "not for your role" in response.content.decode()
