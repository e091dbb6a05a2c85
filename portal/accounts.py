"""Making the accounts of staff and the groups they belong to."""

from django.contrib.auth.models import Group, Permission

from portal.models import User
from portal.roles import MATRIX


def set_up_groups() -> None:
    """Make the groups say what the matrix says, no more and no less. Safe to repeat."""
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, models in MATRIX.items():
        wanted = [
            by_name[f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"]
            for model, actions in models.items()
            for action in actions.split()
        ]
        Group.objects.get_or_create(name=role)[0].permissions.set(wanted)


def create_staff(*, email: str, name: str, roles: list[str], password: str, public_role: str = "") -> User:
    """A member of staff in these roles. They enrol their second factor at the first sign-in."""
    set_up_groups()
    user = User.objects.create_user(email, password, name=name, public_role=public_role)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user
