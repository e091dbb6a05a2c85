"""Staff who write a request for a caller, in their own browser and on the same pages as everybody.

The session names the call and who opened it. What it says counts only while that person is signed in there with password and
second factor: without, the draft of the call is closed, whatever else the session holds.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from portal import second_factor
from portal.models import User
from quotes.models import CallRequest, QuoteRequest
from quotes.workflow import CARING

KEY = "caller"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who writes, and for which call. `call.case` is the draft, once there is one."""

    by: User
    call: CallRequest


def begin(session: SessionBase, *, call: CallRequest, by: User) -> None:
    session[KEY] = {"call": str(call.pk), "by": str(by.pk)}


def end(session: SessionBase) -> None:
    session.pop(KEY, None)


def of(session: SessionBase) -> Caller | None:
    """None also when this person is signed out, or the call is gone."""
    kept = session.get(KEY)
    by = second_factor.member_of(session) if kept else None
    if kept is None or by is None or str(by.pk) != kept["by"] or not by.in_role(*CARING):
        return None
    call = CallRequest.objects.select_related("case").filter(pk=UUID(kept["call"])).first()
    return Caller(by=by, call=call) if call else None


def draft_of(session: SessionBase) -> QuoteRequest | None:
    """The draft that this person opened for the call. A colleague's is nobody's here."""
    writes = of(session)
    case = writes.call.case if writes else None
    return case if writes and case and case.is_draft and case.opened_by_id == writes.by.pk else None
