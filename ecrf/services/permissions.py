"""Who may do what: roles x actions, on one page (R-040, R-042, R-043).

A view names one action; an action that no role holds is closed to all. Roles that see or judge
data never hold an action that writes clinical values, and administrators hold none of either.
"""

from __future__ import annotations

ACTIONS = {
    "account.self": "Own session, password and language",
    "subject.list": "See the subjects and their progress",
    "subject.create": "Create a subject and add unscheduled visits",
    "record.read": "Open a form and read its values",
    "record.history": "Read the history of an item",
    "record.enter": "Type, save, correct and strike out values",
    "record.sign": "Sign a form",
    "query.raise": "Raise a query",
    "query.answer": "Answer a query",
    "query.close": "Close or reopen a query",
    "query.assign": "Say whose query it is to deal with",
    "review.mark": "Mark values in the way of the role",
    "review.sdv": "Verify a value against source",
    "review.medical": "Mark a value as medically reviewed",
    "review.data": "Mark a value as reviewed by data management",
    "record.lock": "Freeze and lock",
    "pdf.export": "Make and download PDF CRFs",
    "pdf.site": "Make and download the casebooks of a whole site",
    "pdf.verify": "Check a PDF",
    "audit.read": "Read the audit trail",
    "audit.review": "Record that the audit trail was reviewed, and what came of it",
    "audit.export": "Export the audit trail",
    "build.read": "Read the study definition",
    "build.activate": "Ask for a build to be used, or grant it",
    "build.change": "Change the study definition",
    "user.manage": "Create accounts, grant and end roles",
}

CLINICAL_WRITES = frozenset({"subject.create", "record.enter"})
JUDGEMENTS = frozenset({"record.sign", "review.sdv", "record.lock"})

_READ = {"account.self", "subject.list", "record.read", "record.history", "pdf.verify"}
_SITE = _READ | {"subject.create", "record.enter", "query.answer", "query.assign", "pdf.export"}
_ASKING = {"query.raise", "query.close", "query.assign"}
_MEDICAL = {"query.raise", "review.mark", "review.medical"}

ROLES: dict[str, frozenset[str]] = {
    "coordinator": frozenset(_SITE),
    "investigator": frozenset(_SITE | {"record.sign", "audit.read"} | _MEDICAL),
    "principal_investigator": frozenset(
        _SITE
        | {"record.sign", "record.lock", "pdf.site", "audit.read", "audit.export"}
        | {"build.read", "build.activate"}
        | _MEDICAL
    ),
    "monitor": frozenset(
        _READ | _ASKING | {"pdf.export", "audit.read", "audit.review", "review.mark", "review.sdv"}
    ),
    "data_manager": frozenset(
        _READ
        | _ASKING
        | {"record.lock", "pdf.export", "review.mark", "review.data"}
        | {"audit.read", "audit.review", "audit.export", "build.read", "build.activate"}
    ),
    "regulatory": frozenset(_READ | {"pdf.export", "pdf.site", "audit.read", "audit.export"}),
    "study_builder": frozenset({"account.self", "build.read", "build.change", "pdf.verify"}),
    "user_administrator": frozenset({"account.self", "user.manage", "pdf.verify"}),
    "inspector": frozenset(
        _READ | {"pdf.export", "pdf.site", "audit.read", "audit.export", "build.read"}
    ),
}

# Pairs of roles that one person may never hold together.
FORBIDDEN_PAIRS = tuple(
    (first, second)
    for first in ("user_administrator", "study_builder")
    for second in ROLES
    if ROLES[second] & (CLINICAL_WRITES | JUDGEMENTS)
) + (("monitor", "coordinator"), ("monitor", "investigator"), ("monitor", "principal_investigator"))


def allowed(role: str, action: str) -> bool:
    """Whether the role holds the action; an unknown action is an error in the program."""
    if action not in ACTIONS:
        raise KeyError(f"no action {action!r} in ACTIONS")
    return action in ROLES.get(role, frozenset())


def conflict(roles: set[str]) -> tuple[str, str] | None:
    """The first forbidden pair among the roles, if any."""
    for first, second in FORBIDDEN_PAIRS:
        if first in roles and second in roles:
            return first, second
    return None
