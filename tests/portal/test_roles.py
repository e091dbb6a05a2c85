"""The matrix and the groups made from it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from portal import accounts, roles

pytestmark = pytest.mark.django_db


def rights(role: str) -> set[str]:
    found = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "content_type__model", "codename")
    return {f"{app}.{model} {codename.split('_')[0]}" for app, model, codename in found}


def test_each_group_may_do_what_the_matrix_says_and_nothing_else(groups):
    for role, models in roles.MATRIX.items():
        assert rights(role) == {f"{model} {action}" for model, actions in models.items() for action in actions.split()}


def test_setting_up_again_takes_away_what_somebody_added_by_hand(groups):
    extra = Permission.objects.get(codename="delete_user")
    Group.objects.get(name=roles.EDITOR).permissions.add(extra)
    accounts.set_up_groups()
    assert "portal.user delete" not in rights(roles.EDITOR)


def test_the_matrix_names_only_models_that_exist():
    for models in roles.MATRIX.values():
        for label in models:
            assert apps.get_model(label)


def test_every_role_has_a_label():
    assert set(roles.LABELS) == set(roles.MATRIX)


@pytest.mark.parametrize("role", [roles.EDITOR, roles.AUDITOR, roles.SYSTEM])
def test_those_who_do_not_care_for_cases_see_none(role):
    assert not any(label.startswith("quotes.") for label in roles.MATRIX[role])


def test_only_the_auditor_reads_the_log_and_only_system_changes_accounts():
    assert [role for role in roles.MATRIX if "portal.auditevent" in roles.MATRIX[role]] == [roles.AUDITOR]
    assert [role for role in roles.MATRIX if "portal.user" in roles.MATRIX[role]] == [roles.SYSTEM]


def test_a_member_of_staff_knows_the_own_roles(coordinator):
    assert coordinator.in_role(roles.COORDINATOR)
    assert not coordinator.in_role(roles.MANAGER)
