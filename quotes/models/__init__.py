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
from quotes.models.conversation import InternalNote, Message
from quotes.models.office import Absence, SubstituteApprover, WorkProfile
from quotes.models.people import AccessCode, Participant
from quotes.models.recommendation import LineItem, Option, Recommendation

__all__ = [
    "Absence",
    "AccessCode",
    "AnswerChange",
    "Attachment",
    "CallAttempt",
    "CallRequest",
    "Clinic",
    "ClinicAnswer",
    "Consent",
    "ConsentText",
    "Event",
    "ExchangeRate",
    "Flag",
    "InternalNote",
    "LineItem",
    "Message",
    "Option",
    "Participant",
    "Price",
    "QuoteRequest",
    "Recommendation",
    "RegulatoryStatus",
    "RuleSetApproval",
    "SearchKey",
    "StepCount",
    "SubstituteApprover",
    "Treatment",
    "UsualLine",
    "WorkProfile",
]
