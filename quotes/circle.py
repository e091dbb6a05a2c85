"""Who of the family circle may do what: two tables, for pages and for verbs, and the one question asked of them.

What is in neither table is the owner's alone, so that a new page or verb is safe before somebody has thought about it;
tests/quotes/test_circle_matrix.py fails until it is written down here.
"""

from dataclasses import dataclass

from quotes.models import Participant

OWNER, WRITER, READER = Participant.Role.OWNER.value, Participant.Role.WRITER.value, Participant.Role.READER.value
INVITED = "invited"  # has a link, has not said yes: sees the invitation and nothing of the case

Who = frozenset[str]
NOBODY: Who = frozenset()
ONLY_OWNER: Who = frozenset({OWNER})
WRITERS: Who = frozenset({OWNER, WRITER})
GUESTS: Who = frozenset({WRITER, READER})
ALL: Who = frozenset({OWNER, WRITER, READER})
ANYBODY: Who = ALL | {INVITED}


@dataclass(frozen=True, kw_only=True)
class Page:
    """Who may look (GET, HEAD) and who may press (POST)."""

    look: Who
    press: Who = NOBODY


PAGES: dict[str, Page] = {
    "case": Page(look=ALL),
    "case_answers": Page(look=ALL),
    "case_urgent": Page(look=ALL),
    "case_answer_step": Page(look=ALL, press=WRITERS),
    "case_documents": Page(look=ALL, press=WRITERS),
    "case_messages": Page(look=ALL, press=WRITERS),
    "case_recommendation": Page(look=ALL),
    "case_recommendation_version": Page(look=ALL),
    "case_accept": Page(look=ALL, press=WRITERS),
    "case_decline": Page(look=ALL, press=WRITERS),
    "case_change": Page(look=ALL, press=WRITERS),
    "case_message_draft": Page(look=NOBODY, press=WRITERS),
    "case_file": Page(look=ALL),
    "case_doctor": Page(look=ALL),
    "case_doctor_pdf": Page(look=ALL),
    "case_requote": Page(look=NOBODY, press=WRITERS),
    "case_undo": Page(look=NOBODY, press=WRITERS),
    "case_sharing": Page(look=ALL, press=ONLY_OWNER),
    "case_sharing_withdraw": Page(look=ALL, press=ONLY_OWNER),
    "case_withdraw": Page(look=ALL, press=WRITERS),
    "case_stop_contact": Page(look=ALL, press=WRITERS),
    "case_people": Page(look=ALL),
    "case_invite": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_person": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_end_access": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_offer": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_leave": Page(look=GUESTS, press=GUESTS),
    "case_invitation": Page(look=GUESTS | {INVITED}, press=GUESTS | {INVITED}),
    "case_agreement": Page(look=ALL, press=ALL),
    "case_access": Page(look=ALL, press=ALL),
    "case_passphrase": Page(look=ALL, press=ALL),
    "case_address": Page(look=ALL, press=ALL),
    "case_privacy": Page(look=ALL),
    "case_seen": Page(look=ALL),
    "case_agreements": Page(look=ALL),
    "case_consent": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_download": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_code": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_erase": Page(look=ONLY_OWNER, press=ONLY_OWNER),
    "case_complaint": Page(look=ALL, press=ALL),
    "case_follow_up": Page(look=WRITERS, press=WRITERS),
    "case_sign_out": Page(look=NOBODY, press=ANYBODY),
}
WITHOUT_SESSION = {"case_signed_out", "case_ended"}  # pages under /case/ that show nothing of a case

VERBS: dict[str, Who] = {
    "correct_answers": WRITERS,
    "record_reply": WRITERS,
    "send_message": WRITERS,
    "add_attachment": WRITERS,
    "remove_attachment": WRITERS,
    "ask_for_change": WRITERS,
    "ask_for_requote": WRITERS,
    "accept": WRITERS,
    "undo_accept": WRITERS,
    "decline": WRITERS,
    "withdraw": WRITERS,
    "reopen": WRITERS,
    "stop_contact": WRITERS,
    "resume_contact": WRITERS,
    "invite": ONLY_OWNER,
    "resend_invitation": ONLY_OWNER,
    "change_role": ONLY_OWNER,
    "revoke_access": ONLY_OWNER,
    "offer_ownership": ONLY_OWNER,
    "accept_invitation": frozenset({INVITED}),
    "refuse_invitation": frozenset({INVITED}),
    "accept_ownership": GUESTS,
    "refuse_ownership": GUESTS,
    "leave_circle": GUESTS,
    "agree_as_patient": ALL,
    "refuse_as_patient": ALL,
    "set_passphrase": ALL,
    "remove_passphrase": ALL,
    "change_contact": ALL,
    "report_not_me": ANYBODY,
    "complain": ALL,
    "answer_follow_up": WRITERS,
    "withdraw_consent": ONLY_OWNER,
    "give_consent": ONLY_OWNER,
    # what the case itself is: whoever owns it decides
    "erase": ONLY_OWNER,
    "export": ONLY_OWNER,
    "share_with_clinic": ONLY_OWNER,
    "agree_sharing": ONLY_OWNER,
    "refuse_sharing": ONLY_OWNER,
    "withdraw_sharing": ONLY_OWNER,
}
MOST_PEOPLE = 10  # in one circle, the owner and open invitations included


def standing(participant: Participant) -> str:
    return INVITED if participant.is_pending else participant.role


def may(participant: Participant, verb: str) -> bool:
    """Whether this person may do this at all; whether it fits the case now is workflow.py's business."""
    return participant.revoked_at is None and standing(participant) in VERBS.get(verb, ONLY_OWNER)


def may_open(participant: Participant, page: str, *, method: str) -> bool:
    """`page`: the name of the address. A method that a page does not have is let through: the view itself refuses it."""
    found = PAGES.get(page, Page(look=ONLY_OWNER, press=ONLY_OWNER))
    who = {"GET": found.look, "HEAD": found.look, "POST": found.press}.get(method)
    return not who or standing(participant) in who
