"""The accounts of staff: the groups they belong to, a new colleague, a lost phone, the end of a sign-in."""

from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portal import audit
from portal.models import RecoveryCode, TotpDevice, User
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


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> None:
    """For a lost or stolen phone: the old one and the recovery codes stop working, and open sessions end at once."""
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    end_sessions(user)
    audit.record("reset second factor", by=by, object=f"portal.user {user.pk}")


def end_sessions(user: User) -> None:
    """Sessions carry their user inside, not in a column: they have to be opened to be found."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


@transaction.atomic
def sign_out(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        audit.record("sign-out", by=request.user)
    logout(request)
