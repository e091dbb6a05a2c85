"""The events of a case as sentences: one for the patient's side, one for staff."""

from django.utils.translation import gettext as _

from portal.models import User
from quotes.models import Event, Participant
from quotes.workflow import VERBS, ClosingReason


def event_text_for_patient(event: Event, *, reader: Participant | None = None) -> str | None:
    """What happened, for the family; None when it is the office's own business (notes, flags, drafts, approvals)."""
    kind = event.kind
    if kind in ("assign", "take_over", "hand_over", "assign_automatically"):
        return _looks_after(event)
    if event.by_participant is not None:
        return _by_the_family(event, event.by_participant, reader)
    if kind == "ask_patient":
        return _("%(name)s asked you something.") % {"name": _office_name(event)}
    if kind == "send_message":
        return _("%(name)s wrote to you.") % {"name": _office_name(event)}
    if kind == "send_attachment":
        return _("%(name)s sent you a file.") % {"name": _office_name(event)}
    if kind == "take_back_attachment":
        return _("%(name)s took a file back that nobody had opened yet.") % {"name": _office_name(event)}
    if kind == "send_recommendation":
        if event.data.get("number", 1) > 1:
            return _("We sent you a new version of your recommendation.")
        return _("We sent you your recommendation.")
    if kind == "revise" and event.data.get("sets_aside"):
        return _("We have to correct your recommendation. The option that you chose is set aside.")
    if kind == "close":
        return _closed_for_patient(event)
    return {
        "submit": _("We got your request."),
        "resume": _("We have what we needed. We went on with your case."),
        "revise": _("We started a new version of your recommendation."),
        "confirm_accept": _("We confirmed the next step with you."),
        "lapse_invitation": _("An invitation was not accepted in 14 days, so it ended."),
        "reset_passphrase": _("We took a forgotten passphrase away, after a call."),
        "announce_expiry": _("We told you that the prices in your recommendation end soon."),
        "propose_sharing": _("We wrote a summary for the clinic. You decide whether it may go."),
        "share_with_clinic": _("We took out the papers that you agreed to, to give them to the clinic."),
        "record_clinic_answer": _("The clinic answered."),
        "expire": _("The prices in your recommendation were out of date. We are looking at it again."),
        "reopen": _("We opened your case again."),
        "open_for": _("We began to write your request with you on the phone."),
        "ask_how_things_are": _("We asked how things are."),
        "lapse": _("We closed the case, because we did not hear from you. Write to us and it opens again."),
        "nudge": _("We reminded you that we wait, without hurry."),
        "stop_contact": _("From now on we do not write to you any more."),
        "resume_contact": _("From now on we write to you again."),
    }.get(kind)


def event_text_for_staff(event: Event) -> str:
    """What happened and who did it, with the detail that staff need. Holds no health content, as the event holds none."""
    who = _who(event)
    data = event.data
    if event.kind == "assign_automatically" and (given := _assigned(event)):
        return _("The case was given to %(name)s automatically: language and load.") % {"name": given.name}
    if event.kind in ("assign", "hand_over") and (given := _assigned(event)) and given.pk != event.by_user_id:
        return _("%(who)s gave the case to %(name)s.") % {"who": who, "name": given.name}
    if event.kind in ("clear_flag", "resolve_flag"):
        values = {"who": who, "level": data.get("level", ""), "rule": data.get("rule", "")}
        if event.kind == "clear_flag":
            return _("%(who)s cleared the flag %(level)s “%(rule)s”.") % values
        return _("%(who)s dealt with the flag %(level)s “%(rule)s”.") % values
    if event.kind == "mark_unreachable" and event.by_user is not None:
        return _("%(who)s noted that an e-mail came back.") % {"who": who}
    if event.kind in ("close", "withdraw", "lapse"):
        return _("%(who)s closed the case: %(reason)s.") % {"who": who, "reason": _reason(event)}
    if event.kind == "revise" and data.get("sets_aside"):
        values = {"who": who, "number": data.get("number", "")}
        return _("%(who)s began version %(number)s. What the family had accepted is set aside.") % values
    if "number" in data and (sentence := _numbered(event.kind)):
        return sentence % {"who": who, "number": data["number"]}
    if sentence := _sentences().get(event.kind):
        return sentence % {"who": who}
    label = VERBS[event.kind].label if event.kind in VERBS else event.kind
    return _("%(who)s: %(what)s") % {"who": who, "what": label}


def _by_the_family(event: Event, who: Participant, reader: Participant | None) -> str | None:
    if reader is not None and who.pk == reader.pk:
        return {
            "record_reply": _("You answered our question."),
            "correct_answers": _("You changed or added answers."),
            "send_message": _("You wrote to us."),
            "add_attachment": _("You added a file."),
            "remove_attachment": _("You removed a file."),
            "ask_for_change": _("You asked for a change to the recommendation."),
            "ask_for_requote": _("You asked for new prices."),
            "accept": _("You accepted an option."),
            "undo_accept": _("You took back your decision."),
            "decline": _("You declined the recommendation."),
            "agree_sharing": _("You agreed that the clinic may get papers."),
            "refuse_sharing": _("You said no: the clinic gets nothing."),
            "withdraw_sharing": _("You took back your agreement for the clinic."),
            "withdraw": _("You withdrew the request."),
            "stop_contact": _("You asked us not to write any more."),
            "resume_contact": _("You allowed us to write to you again."),
            "set_passphrase": _("You set a passphrase."),
            "remove_passphrase": _("You removed your passphrase."),
            "change_contact": _("You changed your e-mail address."),
            "invite": _("You invited somebody to this case."),
            "resend_invitation": _("You sent an invitation again."),
            "change_role": _("You changed what somebody may do here."),
            "revoke_access": _("You ended somebody's access to this case."),
            "offer_ownership": _("You offered the case to the patient."),
            "accept_invitation": _("You accepted the invitation."),
            "accept_ownership": _("You are the owner of this case now."),
            "refuse_ownership": _("You left the case with its owner."),
            "agree_as_patient": _("The patient's own agreement was given."),
            "refuse_as_patient": _("The patient said no. We will talk with you about it."),
            "report_not_me": _("You told us: “This was not me.” We sent you a new link."),
            "reopen": _("You wrote to us, and the case was opened again."),
            "withdraw_consent": _("You took an agreement back."),
            "give_consent": _("You gave us an agreement."),
            "answer_follow_up": _("You told us how things are."),
            "complain": _("You wrote to a manager."),  # nobody else of the family is told
        }.get(event.kind)
    sentence = {
        "record_reply": _("%(name)s answered our question."),
        "correct_answers": _("%(name)s changed or added answers."),
        "send_message": _("%(name)s wrote to us."),
        "add_attachment": _("%(name)s added a file."),
        "remove_attachment": _("%(name)s removed a file."),
        "ask_for_change": _("%(name)s asked for a change to the recommendation."),
        "ask_for_requote": _("%(name)s asked for new prices."),
        "accept": _("%(name)s accepted an option."),
        "undo_accept": _("%(name)s took back the decision."),
        "decline": _("%(name)s declined the recommendation."),
        "agree_sharing": _("%(name)s agreed that the clinic may get papers."),
        "refuse_sharing": _("%(name)s said no: the clinic gets nothing."),
        "withdraw_sharing": _("%(name)s took back the agreement for the clinic."),
        "withdraw": _("%(name)s withdrew the request."),
        "stop_contact": _("%(name)s asked us not to write any more."),
        "resume_contact": _("%(name)s allowed us to write again."),
        "invite": _("%(name)s invited somebody to this case."),
        "resend_invitation": _("%(name)s sent an invitation again."),
        "change_role": _("%(name)s changed what somebody may do here."),
        "revoke_access": _("%(name)s ended somebody's access to this case."),
        "offer_ownership": _("%(name)s offered the case to the patient."),
        "accept_invitation": _("%(name)s accepted the invitation."),
        "refuse_invitation": _("%(name)s did not accept the invitation."),
        "leave_circle": _("%(name)s left this case."),
        "accept_ownership": _("%(name)s is the owner of this case now."),
        "refuse_ownership": _("%(name)s left the case with its owner."),
        "agree_as_patient": _("The patient's own agreement was given."),
        "refuse_as_patient": _("The patient said no. We will talk with you about it."),
        "report_not_me": _("%(name)s told us: “This was not me.” We sent a new link."),
        "reopen": _("%(name)s wrote to us, and the case was opened again."),
        "withdraw_consent": _("%(name)s took an agreement back."),
        "give_consent": _("%(name)s gave us an agreement."),
        "answer_follow_up": _("%(name)s told us how things are."),
    }.get(event.kind)
    return sentence % {"name": who.name or _("Your side")} if sentence else None


def _looks_after(event: Event) -> str | None:
    user = _assigned(event)
    if user is None:
        return None
    if user.public_role:
        return _("%(name)s (%(role)s) now looks after your case.") % {
            "name": user.first_name,
            "role": user.get_public_role_display(),
        }
    return _("%(name)s now looks after your case.") % {"name": user.first_name}


def _closed_for_patient(event: Event) -> str:
    # why staff closed a case can be hard to read, or a judgement of our own: only reasons the family knows are said
    return {
        ClosingReason.COMPLETED: _("We closed the case: what you asked for is done."),
        ClosingReason.WITHDRAWN: _("We closed the case, as you asked."),
        ClosingReason.OTHER_HELP: _("We closed the case: you found help elsewhere."),
        ClosingReason.NO_ANSWER: _("We closed the case, because we did not hear from you. Write to us and it opens again."),
    }.get(event.data.get("reason", ""), _("We closed the case."))


def _assigned(event: Event) -> User | None:
    """Whom the case went to. Most take it themselves; only a case given to a colleague needs a look-up."""
    to = event.data.get("to")
    if not to or to == str(event.by_user_id):
        return event.by_user
    if event.case.coordinator is not None and to == str(event.case.coordinator_id):
        return event.case.coordinator
    return User.objects.filter(pk=to).first()


def _office_name(event: Event) -> str:
    return (event.by_user.first_name if event.by_user else "") or _("The office")


def _who(event: Event) -> str:
    if event.by_user is not None:
        return event.by_user.name
    if event.by_participant is not None:
        return event.by_participant.name or str(event.by_participant.get_role_display())
    return _("The patient's side") if event.kind == "submit" else _("The system")


def _reason(event: Event) -> str:
    value = event.data.get("reason", "")
    return str(ClosingReason(value).label) if value in ClosingReason.values else value


def _numbered(kind: str) -> str | None:
    return {
        "request_approval": _("%(who)s sent version %(number)s for approval."),
        "approve": _("%(who)s approved version %(number)s."),
        "return_for_changes": _("%(who)s returned version %(number)s for changes."),
        "send_recommendation": _("%(who)s sent version %(number)s to the patient."),
        "revise": _("%(who)s began version %(number)s."),
        "remind": _("%(who)s sent reminder %(number)s to confirm the e-mail address."),
    }.get(kind)


def _sentences() -> dict[str, str]:
    return {
        "submit": _("%(who)s sent the request."),
        "open_for": _("%(who)s began to write the request for a caller."),
        "mark_unreachable": _("%(who)s: an e-mail could not be delivered for good."),
        "reach_otherwise": _("%(who)s reached the family another way."),
        "assign": _("%(who)s took the case."),
        "take_over": _("%(who)s took the case over."),
        "ask_patient": _("%(who)s asked the patient."),
        "record_reply": _("%(who)s answered."),
        "correct_answers": _("%(who)s changed or added answers."),
        "resume": _("%(who)s noted that the answer came another way."),
        "send_message": _("%(who)s wrote a message."),
        "add_note": _("%(who)s added a note."),
        "link_case": _("%(who)s linked this case with another one."),
        "unlink_case": _("%(who)s took the link with another case away."),
        "add_attachment": _("%(who)s added a file."),
        "remove_attachment": _("%(who)s removed a file."),
        "draft_recommendation": _("%(who)s began a recommendation."),
        "ask_for_change": _("%(who)s asked for a change to the recommendation."),
        "ask_for_requote": _("%(who)s asked for new prices."),
        "send_attachment": _("%(who)s sent a file."),
        "take_back_attachment": _("%(who)s took a file back that the family had not opened."),
        "announce_expiry": _("%(who)s: the family was told that the prices end soon."),
        "accept": _("%(who)s accepted an option."),
        "undo_accept": _("%(who)s took the decision back."),
        "confirm_accept": _("%(who)s confirmed the next step."),
        "propose_sharing": _("%(who)s proposed papers for the clinic."),
        "agree_sharing": _("%(who)s agreed to papers for the clinic."),
        "refuse_sharing": _("%(who)s said no to papers for the clinic."),
        "withdraw_sharing": _("%(who)s took back the agreement to papers for the clinic."),
        "share_with_clinic": _("%(who)s took out the papers for the clinic."),
        "record_clinic_answer": _("%(who)s noted the clinic's answer."),
        "decline": _("%(who)s declined the recommendation."),
        "expire": _("%(who)s: the recommendation ran out."),
        "reopen": _("%(who)s opened the case again."),
        "nudge": _("%(who)s reminded the family that we wait."),
        "stop_contact": _("%(who)s stopped all contact."),
        "resume_contact": _("%(who)s allowed contact again."),
        "invite": _("%(who)s invited somebody to the case."),
        "resend_invitation": _("%(who)s sent an invitation again."),
        "accept_invitation": _("%(who)s accepted the invitation."),
        "refuse_invitation": _("%(who)s did not accept the invitation."),
        "lapse_invitation": _("%(who)s: an invitation was not accepted in 14 days and ended."),
        "change_role": _("%(who)s changed what somebody of the family may do."),
        "revoke_access": _("%(who)s ended somebody's access."),
        "leave_circle": _("%(who)s left the case."),
        "offer_ownership": _("%(who)s offered the case to the patient."),
        "accept_ownership": _("%(who)s, the patient, owns the case now."),
        "refuse_ownership": _("%(who)s left the case with its owner."),
        "agree_as_patient": _("%(who)s recorded the patient's own agreement."),
        "refuse_as_patient": _("%(who)s recorded that the patient does not agree."),
        "record_authority": _("%(who)s noted by what right somebody speaks for the patient."),
        "set_passphrase": _("%(who)s set a passphrase."),
        "remove_passphrase": _("%(who)s removed the passphrase."),
        "reset_passphrase": _("%(who)s took a forgotten passphrase away."),
        "change_contact": _("%(who)s changed the e-mail address."),
        "report_not_me": _("%(who)s said: “This was not me.” All open pages ended, a new link was sent."),
        "settle_report": _("%(who)s looked into “this was not me”."),
        "withdraw_consent": _("%(who)s took an agreement back."),
        "give_consent": _("%(who)s gave an agreement."),
        "complain": _("%(who)s made a complaint. A manager answers it."),
        "answer_complaint": _("%(who)s answered a complaint."),
        "ask_how_things_are": _("%(who)s asked how things are."),
        "answer_follow_up": _("%(who)s told us how things are."),
        "handle_follow_up": _("%(who)s has spoken with the family about how things are."),
    }
