"""Every change a person or a job makes to a case is one of these verbs.

Form: `verb(*, case, by, …)`, atomic: lock the case → check the workflow table and the person → change → event → queue mail.
`by` is a User (staff), a Participant (the patient's side), None (the browser that holds an unsent draft) or workflow.JOB.
A verb that does not fit raises workflow.NotAllowed with a sentence for the person who tried.
"""

from quotes.actions.attachments import add_attachment, forget_files, open_attachment, record_scan, remove_attachment
from quotes.actions.calls import ask_for_call, calls_are_refused, finish_call, forget_call, log_call, open_for, take_call
from quotes.actions.complaints import answer_complaint, complain, open_answers
from quotes.actions.conversation import add_note, ask_patient, open_messages, patient_writes, resume, send_message
from quotes.actions.deciding import accept, ask_for_change, confirm_accept, decline, open_recommendation, undo_accept
from quotes.actions.following_up import answer_follow_up, ask_how_things_are, handle_follow_up
from quotes.actions.intake import (
    correct_answers,
    count_step,
    discard_draft,
    mail_draft_link,
    open_draft,
    save_draft,
    submit,
)
from quotes.actions.privacy import anonymise, erase, export, give_consent, is_owner, withdraw_consent
from quotes.actions.reaching import lapse, mark_unreachable, reach_otherwise, remind, to_lapse, to_remind
from quotes.actions.recommending import (
    ChangedMeanwhile,
    add_option,
    approve,
    draft_recommendation,
    edit_option,
    edit_recommendation,
    expire,
    move_option,
    remove_option,
    request_approval,
    return_for_changes,
    revise,
    send_recommendation,
)
from quotes.actions.triage import assign, clear_flag, close, reopen, resolve_flag, take_over, withdraw

__all__ = [
    "ChangedMeanwhile",
    "accept",
    "add_attachment",
    "add_note",
    "add_option",
    "anonymise",
    "answer_complaint",
    "answer_follow_up",
    "approve",
    "ask_for_call",
    "ask_for_change",
    "ask_how_things_are",
    "ask_patient",
    "assign",
    "calls_are_refused",
    "clear_flag",
    "close",
    "complain",
    "confirm_accept",
    "correct_answers",
    "count_step",
    "decline",
    "discard_draft",
    "draft_recommendation",
    "edit_option",
    "edit_recommendation",
    "erase",
    "expire",
    "export",
    "finish_call",
    "forget_call",
    "forget_files",
    "give_consent",
    "handle_follow_up",
    "is_owner",
    "lapse",
    "log_call",
    "mail_draft_link",
    "mark_unreachable",
    "move_option",
    "open_answers",
    "open_attachment",
    "open_draft",
    "open_for",
    "open_messages",
    "open_recommendation",
    "patient_writes",
    "reach_otherwise",
    "record_scan",
    "remind",
    "remove_attachment",
    "remove_option",
    "reopen",
    "request_approval",
    "resolve_flag",
    "resume",
    "return_for_changes",
    "revise",
    "save_draft",
    "send_message",
    "send_recommendation",
    "submit",
    "take_call",
    "take_over",
    "to_lapse",
    "to_remind",
    "undo_accept",
    "withdraw",
    "withdraw_consent",
]
