"""Writing the audit log: in the same transaction as what it records, so that there is no look without a trace."""

from collections.abc import Iterable
from uuid import UUID

from portal.logs import request_id
from portal.models import AuditEvent, User


def record(
    action: str,
    *,
    by: User | None,
    case_id: UUID | None = None,
    object: str = "",
    fields: Iterable[str] = (),
    outcome: str = "ok",
    reason: str = "",
) -> AuditEvent:
    """Note who did what. `object` is a model label and id, `fields` are names of changed fields: never their values.

    `reason`: why, where a page asks for it and says that it is kept here.
    """
    role = "" if by is None else ",".join(sorted(by.roles))
    return AuditEvent.objects.create(
        action=action,
        actor=by,
        role=role[:40],
        case_id=case_id,
        object=object[:120],
        fields=", ".join(fields)[:400],
        outcome=outcome,
        reason=reason[:200],
        request_id=request_id.get(),
    )
