"""A case from first answer to last message. Health content is encrypted; what the queue sorts by is plain."""

from quotes.models.attachments import Attachment
from quotes.models.calls import CallAttempt, CallRequest, StepCount
from quotes.models.case import AnswerChange, Consent, ConsentText, Event, Flag, QuoteRequest, RuleSetApproval, SearchKey
from quotes.models.catalogue import (
    Clinic,
    ClinicAnswer,
    ExchangeRate,
    Price,
    RegulatoryStatus,
    Treatment,
    UsualLine,
)
from quotes.models.checklist import ChecklistStep, ChecklistTick
from quotes.models.conversation import InternalNote, Message, MessageDraft
from quotes.models.links import CaseLink
from quotes.models.office import Absence, SubstituteApprover, WorkProfile
from quotes.models.people import AccessCode, Participant
from quotes.models.privacy import Complaint, Erasure, FollowUp
from quotes.models.recommendation import LineItem, Option, Recommendation
from quotes.models.replies import ReplyTemplate, TextDraft
from quotes.models.sessions import CaseSession, NewAddress
from quotes.models.sharing import SharedDocument, Sharing

__all__ = [
    "Absence",
    "AccessCode",
    "AnswerChange",
    "Attachment",
    "CallAttempt",
    "CallRequest",
    "CaseLink",
    "CaseSession",
    "ChecklistStep",
    "ChecklistTick",
    "Clinic",
    "ClinicAnswer",
    "Complaint",
    "Consent",
    "ConsentText",
    "Erasure",
    "Event",
    "ExchangeRate",
    "Flag",
    "FollowUp",
    "InternalNote",
    "LineItem",
    "Message",
    "MessageDraft",
    "NewAddress",
    "Option",
    "Participant",
    "Price",
    "QuoteRequest",
    "Recommendation",
    "RegulatoryStatus",
    "ReplyTemplate",
    "RuleSetApproval",
    "SearchKey",
    "SharedDocument",
    "Sharing",
    "StepCount",
    "SubstituteApprover",
    "TextDraft",
    "Treatment",
    "UsualLine",
    "WorkProfile",
]
