"""Every change a person or a job makes to a case is one of these verbs.

Form: `verb(*, case, by, …)`, atomic: lock the case → check the workflow table and the person → change → event → queue mail.
`by` is a User (staff), a Participant (the patient's side), None (the browser that holds an unsent draft) or workflow.JOB.
A verb that does not fit raises workflow.NotAllowed with a sentence for the person who tried.
"""

from quotes.actions.attachments import add_attachment, forget_files, open_attachment, record_scan, remove_attachment
from quotes.actions.calls import ask_for_call, finish_call, forget_call, log_call, open_for, take_call
from quotes.actions.conversation import add_note, ask_patient, open_messages, patient_writes, resume, send_message
from quotes.actions.deciding import accept, ask_for_change, confirm_accept, decline, open_recommendation, undo_accept
from quotes.actions.intake import (
    correct_answers,
    count_step,
    discard_draft,
    mail_draft_link,
    open_draft,
    save_draft,
    submit,
)
from quotes.actions.privacy import erase
from quotes.actions.reaching import lapse, mark_unreachable, reach_otherwise, remind, to_lapse, to_remind
from quotes.actions.recommending import (
    ChangedMeanwhile,
    add_option,
    add_usual_lines,
    approve,
    copy_option,
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
    take_price,
)
from quotes.actions.triage import assign, clear_flag, close, reopen, resolve_flag, take_over, withdraw

__all__ = [
    "ChangedMeanwhile",
    "accept",
    "add_attachment",
    "add_note",
    "add_option",
    "add_usual_lines",
    "approve",
    "ask_for_call",
    "ask_for_change",
    "ask_patient",
    "assign",
    "clear_flag",
    "close",
    "confirm_accept",
    "copy_option",
    "correct_answers",
    "count_step",
    "decline",
    "discard_draft",
    "draft_recommendation",
    "edit_option",
    "edit_recommendation",
    "erase",
    "expire",
    "finish_call",
    "forget_call",
    "forget_files",
    "lapse",
    "log_call",
    "mail_draft_link",
    "mark_unreachable",
    "move_option",
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
    "take_price",
    "to_lapse",
    "to_remind",
    "undo_accept",
    "withdraw",
]
