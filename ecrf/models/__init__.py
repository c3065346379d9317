"""What is kept: tables and constraints, no rules.

Times are UTC as text with milliseconds (``2026-11-23T03:05:12.123Z``): the same bytes on both
databases, in the audit hash and in every export. Nothing of the study here is ever deleted.
"""

from ecrf.models.account import Grant, LoginSession, User
from ecrf.models.activation import Activation
from ecrf.models.attachment import Attachment
from ecrf.models.audit import AuditEntry, AuditLog, AuditValue
from ecrf.models.copy import PdfCopy, PdfStamp
from ecrf.models.identifier import Identifier
from ecrf.models.job import Job
from ecrf.models.lock import Lock, Opening
from ecrf.models.presence import Presence
from ecrf.models.query import Query, QueryEvent
from ecrf.models.recheck import Recheck
from ecrf.models.record import Draft, Record
from ecrf.models.review import ReviewMark
from ecrf.models.signature import Signature, SignatureEnd, SignOff, SignOffForm
from ecrf.models.subject import Subject, Visit
from ecrf.models.trail_review import TrailReview

__all__ = [
    "Activation",
    "Attachment",
    "AuditEntry",
    "AuditLog",
    "AuditValue",
    "Draft",
    "Grant",
    "Identifier",
    "Job",
    "Lock",
    "LoginSession",
    "Opening",
    "PdfCopy",
    "PdfStamp",
    "Presence",
    "Query",
    "QueryEvent",
    "Recheck",
    "Record",
    "ReviewMark",
    "Signature",
    "SignOff",
    "SignOffForm",
    "SignatureEnd",
    "Subject",
    "TrailReview",
    "User",
    "Visit",
]
