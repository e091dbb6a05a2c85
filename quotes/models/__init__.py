"""A case from first answer to last message. Health content is encrypted; what the queue sorts by is plain."""

from quotes.models.attachments import Attachment
from quotes.models.calls import CallAttempt, CallRequest, StepCount
from quotes.models.case import AnswerChange, Consent, ConsentText, Event, Flag, QuoteRequest, RuleSetApproval, SearchKey
from quotes.models.conversation import InternalNote, Message
from quotes.models.people import AccessCode, Participant
from quotes.models.privacy import Complaint, Erasure, FollowUp
from quotes.models.recommendation import Clinic, LineItem, Option, Recommendation, Treatment

__all__ = [
    "AccessCode",
    "AnswerChange",
    "Attachment",
    "CallAttempt",
    "CallRequest",
    "Clinic",
    "Complaint",
    "Consent",
    "ConsentText",
    "Erasure",
    "Event",
    "Flag",
    "FollowUp",
    "InternalNote",
    "LineItem",
    "Message",
    "Option",
    "Participant",
    "QuoteRequest",
    "Recommendation",
    "RuleSetApproval",
    "SearchKey",
    "StepCount",
    "Treatment",
]
