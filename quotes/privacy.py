"""What of all that is stored is about somebody: every field of every model, in one table. Pure data, models named as strings.

The copy that a person takes away (quotes/export.py), erasing and making anonymous (quotes/actions/privacy.py) read it, and a
test fails for a model or field that is not in it. For a new one, write its name into exactly one of four lists of its row:

- `given`      about the person, and in their copy of everything
- `on_request` about the person, written by staff for staff: given by a manager who is asked for it
- `hidden`     leads to the person but says nothing to read: keys, digests, tokens
- `plain`      about nobody: a technical number, a text of ours

Models stand in the order in which their rows are deleted: what points at a row comes before that row.
"""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

FAMILY, STAFF, READER, NOBODY = "the family of a case", "a member of staff", "a reader", "nobody"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`case`: the way from a row to its case, or both ways where it joins two; empty for the case itself. `key`: the name in data.json; empty: not in it.

    `stays`: how it survives when a case becomes a figure: the fields that are kept; all others are emptied. Without it the
    row is deleted. When a case is erased, every row of FAMILY is deleted.
    """

    whose: str
    case: str = ""
    key: str = ""
    only: dict[str, Any] = field(default_factory=dict)  # which rows are given: a draft of ours is not
    own: str = ""  # the field that says whose the row alone is: given to that person of the family only
    given: str = ""
    on_request: str = ""
    hidden: str = ""
    plain: str = ""
    stays: str = ""
    note: str = ""  # how it goes, where that is not "with the case"

    @property
    def lists(self) -> tuple[list[str], ...]:
        return self.given.split(), self.on_request.split(), self.hidden.split(), self.plain.split()

    def of(self, case: Any) -> Q:
        """Which rows are this case's; a row that joins two cases goes with either."""
        return reduce(or_, (Q(**{way: case and case.pk}) for way in self.case.split() or ["pk"]))

    @property
    def names(self) -> list[str]:
        return [name for names in self.lists for name in names]


def family(case: str, key: str, **lists: Any) -> Row:
    return Row(whose=FAMILY, case=case, key=key, **lists)


def nobody(plain: str, **lists: Any) -> Row:
    return Row(whose=NOBODY, plain=plain, **lists)


EDITED = "id changed_at changed_by version"
SHED_MAIL = "rows about an erased case go with it; all others 90 days after they are done"

FIELDS: dict[str, Row] = {
    # ── The family's, deleted from top to bottom ──────────────────────────────────────────────────────────────────────
    "quotes.caselink": family("first second", "", hidden="id first second", on_request="why recorded_at recorded_by"),
    "quotes.checklisttick": family("case", "", hidden="id case key", on_request="recorded_at recorded_by"),
    "quotes.searchkey": family("case", "", hidden="id case kind digest"),
    "quotes.casesession": family(
        "participant__case", "open_pages", own="participant", hidden="id participant browser_hash",
        given="opened_at last_seen_at ended_at browser is_shared",
    ),
    "quotes.newaddress": family(
        "participant__case", "new_addresses", own="participant", hidden="id participant code_hash expires_at tries_left",
        given="email old_email asked_at used_at", note="30 days after it was asked for",
    ),
    "quotes.accesscode": family("participant__case", "", hidden="id participant browser_hash code_hash asked_at expires_at tries_left used_at"),
    "quotes.shareddocument": family(
        "sharing__case", "documents_for_clinics", hidden="id", given="sharing attachment is_agreed",
    ),
    "quotes.sharing": family(
        "case", "papers_for_clinics", hidden="id case documents submission_id consent_kind consent_version",
        given="option clinic state language summary names_patient gives_contact proposed_at proposed_by consent_text consent_language agreed_at agreed_by refused_at refused_by withdrawn_at withdrawn_by replaced_at sent_at sent_by outcome answered_on answer recorded_at recorded_by",
        on_request="replaced_by",
    ),
    "quotes.lineitem": family(
        "option__recommendation__case", "costs", only={"option__recommendation__sent_at__isnull": False}, hidden="id",
        given="option position group label quantity low likely high inclusion source quoted_on",
    ),
    "quotes.option": family(
        "recommendation__case", "options", only={"recommendation__sent_at__isnull": False}, hidden="id",
        given="recommendation position treatment clinic title description kind evidence_labels risks regulatory_status regulatory_rows checked_on clinic_facts",
    ),
    "quotes.recommendation": family(
        "case", "recommendations", only={"sent_at__isnull": False}, hidden="id case supersedes approved_digest approved_unreviewed lock_version",
        given="number revision_reason language summary advise_against against_reasons could_change alternatives elsewhere carried_flags commission currency second_currency rate rate_as_of rate_source valid_until sent_at sent_by first_read_at",
        on_request="created_at created_by approval_requested_at approval_requested_by approved_at approved_by approval_reason",
    ),
    "quotes.complaint": family(
        "case", "complaints", own="by_participant", hidden="id case submission_id",
        given="by_participant what wish wants_answer made_at due_on answer answered_at answered_by read_at",
    ),
    "quotes.followup": family(
        "case", "follow_ups", hidden="id case", given="months due_at sent_at answered_at answers",
        on_request="needs_person handled_at handled_by",
        stays="id case months due_at sent_at answered_at answers",  # of the answers, the two scores only
    ),
    "quotes.callattempt": family("call__case", "", hidden="id call", on_request="at by outcome note"),
    "quotes.callrequest": family(
        "case", "calls", hidden="id case submission_id is_suspect",
        given="name phone parts hours time_zone came_from language consent_text asked_at due_at taken_at taken_by done_at done_by",
        note="30 days after the call is done",
    ),
    "quotes.textdraft": family("case", "", hidden="id case box", on_request="user body begun_at kept_at", note="once it is sent, else with the case"),
    "quotes.internalnote": family("case", "", hidden="id case", on_request="author body written_at"),
    "quotes.attachment": family(
        "case", "files", hidden="id case stored_as file_key sha256",
        given="message slot name kind size state scanned_at added_at added_by_participant added_by_user opened_at removed_at",
        note="its file leaves the disk once the deletion is certain",
    ),
    "quotes.message": family("case", "messages", hidden="id case submission_id", given="from_user from_participant body sent_at read_at"),
    "quotes.messagedraft": family(
        "participant__case", "unsent_messages", own="participant", hidden="id files", given="participant place text saved_at",
        note="when it is sent, or 30 days after the last word",
    ),
    "quotes.flag": family(
        "case", "flags", hidden="id case", given="rule_id level rules_version question answer raised_at cleared_at cleared_by",
        on_request="clearance",
    ),
    "quotes.answerchange": family("case", "earlier_answers", hidden="id case", given="before recorded_at recorded_by"),
    "quotes.consent": family("case", "agreements", hidden="id case", given="text role recorded_by given_at withdrawn_at"),
    "quotes.event": family("case", "timeline", hidden="id case", given="kind at by_user by_participant", on_request="data"),
    "quotes.participant": family(
        "case", "people", hidden="id case email_index token token_hash passphrase",
        given="role name email phone is_patient created_at confirmed_at unreachable_at revoked_at invited_at invited_by accepted_at ownership_offered_at authority authority_said_at proof_seen_at reported_at",
        on_request="proof_seen_by",
    ),
    "quotes.quoterequest": family(
        "", "case", hidden="id version turn_at has_red_flag is_unreachable family_answered_at",
        given="reference status closing_reason language country coordinator answers source_article created_at updated_at submitted_at due_at first_answered_at accepted_at accepted_option confirmed_at confirmed_by closed_at health_withdrawn_at contact_stopped_at contact_stop_reason",
        on_request="rules_version way is_suspect opened_at opened_by reminders_sent reminded_at waiting_since nudged_at anonymised_at",
        stays="id version status closing_reason language way source_article is_suspect created_at updated_at submitted_at first_answered_at closed_at health_withdrawn_at anonymised_at rules_version",
    ),
    # ── About staff: by their contract; nobody is deleted, who left is made inactive ─────────────────────────────────
    "portal.user": Row(
        whose=STAFF, given="email name public_role created_at last_login", hidden="id password is_superuser is_active groups user_permissions",
        note="kept while their acts must be shown; inactive when they leave",
    ),
    "portal.totpdevice": Row(whose=STAFF, hidden="id user key confirmed_at last_step"),
    "portal.recoverycode": Row(whose=STAFF, hidden="id user code_hash used_at"),
    "portal.auditevent": Row(
        whose=STAFF, given="at actor role action outcome reason", hidden="id case_id object fields request_id",
        note="6 years; names no patient: a random number of the case, names of fields, no values, and why a member of staff took a file of cases",
    ),
    "quotes.workprofile": Row(whose=STAFF, given="languages takes_cases wants_digest mail_language", hidden="id user"),
    "quotes.absence": Row(whose=STAFF, given="first_day last_day", hidden="id user"),
    "quotes.substituteapprover": Row(whose=STAFF, given="first_day last_day reason named_at ended_at", hidden="id user named_by ended_by"),
    "quotes.rulesetapproval": Row(whose=STAFF, given="version approved_by credentials approved_on", hidden="id recorded_by recorded_at"),
    # ── Of readers ────────────────────────────────────────────────────────────────────────────────────────────────────
    "articles.feedback": Row(
        whose=READER, on_request="text", plain="id article edition is_useful has_text is_suspect created_at handled_at handled_by",
        note="the words go after a year; nothing leads from them to a person",
    ),
    # ── About nobody ──────────────────────────────────────────────────────────────────────────────────────────────────
    "quotes.erasure": nobody(
        "id code_hash case_digest erased_at language is_sent", hidden="send_to send_code",
        note="stays for good; the address is forgotten once the proof is mailed, after three days at the latest",
    ),
    "portal.outgoingemail": nobody(
        "id kind delivery_class state attempts next_attempt_at lease_until message_id last_error created_at sent_at",
        hidden="subject_type subject_id dedupe_key", note=SHED_MAIL,
    ),
    "portal.ratelimit": nobody("id bucket hits ends_at", note="a keyed hash that changes every day; a day after its window"),
    "portal.heartbeat": nobody("name at"),
    "quotes.stepcount": nobody("id day step language reached finished"),
    "quotes.consenttext": nobody("id kind version language text created_at"),
    "quotes.treatment": nobody(
        f"{EDITED} language translation_key name kind evidence_labels summary risks regulatory_status checked_on article contra_indicating_rules is_active"
    ),
    "quotes.regulatorystatus": nobody("id treatment country status source checked_on"),
    "quotes.clinic": nobody(
        f"{EDITED} name country city languages accreditation accreditation_proof accreditation_checked_on notes is_active"
    ),
    "quotes.clinicanswer": nobody("id clinic question asked_on answered_on answer proof"),
    "quotes.price": nobody(f"{EDITED} clinic treatment_key label low high currency quoted_on excludes recorded_by"),
    "quotes.exchangerate": nobody("id base quote rate as_of source recorded_at recorded_by"),
    "quotes.replytemplate": nobody(f"{EDITED} key language title body position is_active"),
    "quotes.usualline": nobody(f"{EDITED} key kind language position group label inclusion is_active"),
    "quotes.checkliststep": nobody(f"{EDITED} key case_type language position text is_active"),
    "articles.oldaddress": nobody("id kind language slug translation_key"),
    "articles.picture": nobody(f"{EDITED} key language alt credit sizes"),
    "articles.topic": nobody(f"{EDITED} language translation_key kind slug title summary position library_digest"),
    "articles.person": nobody(  # authors and reviewers, as they wish to be named in public
        f"{EDITED} language translation_key slug name is_team credentials biography interests library_digest"
    ),
    "articles.reference": nobody(
        f"{EDITED} key kind authors year title journal volume pages doi pmid registry_id url certainty identifiers_seen library_digest"
    ),
    "articles.clinicaltrial": nobody(
        f"{EDITED} key name registry_id phase design is_randomised comparison people people_are_planned people_with_cells people_without cells cells_in_detail donor dose route stage time_since_stroke stroke main_goal outcome main_result harms status sources certainty library_digest"
    ),
    "articles.trialsummary": nobody(f"{EDITED} trial language title summary meaning library_digest"),
    "articles.glossaryterm": nobody(f"{EDITED} language translation_key term also definition library_digest"),
    "articles.article": nobody(
        f"{EDITED} language translation_key slug position author reviewer reviewed_on next_review_on published_edition published_at published_by publish_at publish_by reviewed_edition has_dead_links retired_at retirement_note successor created_at topics"
    ),
    "articles.edition": nobody(
        "id article number title summary evidence_labels key_messages body limitations regulatory_status regulatory_checked_on conflict_statement change_note library_digest translated_from published_at reviewer reviewed_on next_review_on reading_minutes created_at created_by rendered refreshed_at"
    ),
    "articles.easyread": nobody(f"{EDITED} article title body edition library_digest rendered refreshed_at"),
    "articles.searchentry": nobody("id kind language key url title context summary body topics labels updated_on terms tokens"),
    "articles.searchword": nobody("id language word written near_top"),
    # ── Django's own ──────────────────────────────────────────────────────────────────────────────────────────────────
    "sessions.session": nobody(
        "expire_date", hidden="session_key session_data", note="those of an erased case end with it; all others when they run out"
    ),
    "admin.logentry": Row(  # never written: the audit log replaces it (portal/admin_site.py)
        whose=STAFF, hidden="id action_time user content_type object_id object_repr action_flag change_message"
    ),
    "auth.group": nobody("id name permissions"),
    "auth.permission": nobody("id name content_type codename"),
    "contenttypes.contenttype": nobody("id app_label model"),
}  # fmt: skip


def rows_of_family() -> dict[str, Row]:
    """In the order in which they are deleted; the case is the last."""
    return {label: row for label, row in FIELDS.items() if row.whose == FAMILY}


def gaps(fields: dict[str, set[str]]) -> list[str]:
    """What is wrong with the table, as sentences, given the fields of every model; nothing when it is whole."""
    found: list[str] = []
    for label, names in fields.items():
        row = FIELDS.get(label)
        if row is None:
            found.append(f"{label} is not in quotes/privacy.py. Add a row: whose is it, how is it given, how does it go?")
            continue
        lost, gone = sorted(names - set(row.names)), sorted(set(row.names) - names)
        twice = sorted({name for name in row.names if row.names.count(name) > 1})
        found += [f"{label}.{name} is in none of given, on_request, hidden, plain. Write it into one." for name in lost]
        found += [f"{label}.{name} is in quotes/privacy.py, but there is no such field." for name in gone]
        found += [f"{label}.{name} stands in two lists. Choose one." for name in twice]
    found += [f"{label} is in quotes/privacy.py, but there is no such model." for label in sorted(set(FIELDS) - set(fields))]
    return found
