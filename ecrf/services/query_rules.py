"""The life of a query: which move leads from where to where, and who may make it (R-077).

Site staff answer and never close a person's query; whoever raised a query does not answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecrf.models import Query
from ecrf.services.work import Actor

LIVE = ("open", "answered", "reopened")
WAITING = ("open", "reopened")  # for the site
STATES = (*LIVE, "closed", "cancelled")
NARROWED: Mapping[str, tuple[str, ...]] = {  # what lists are narrowed to
    "live": LIVE,
    "open": WAITING,
    "answered": ("answered",),
    "closed": ("closed",),
    "cancelled": ("cancelled",),
    "all": STATES,
}
SYSTEM = "system"  # the role that checks act in


@dataclass(frozen=True, slots=True)
class Move:
    """``says``: a text is needed; from an answered query, none when it is closed."""

    source: tuple[str, ...]
    target: str
    action: str
    says: bool = True


MOVES: Mapping[str, Move] = {
    "answer": Move(WAITING, "answered", "query.answer"),
    "reopen": Move(("answered", "closed"), "reopened", "query.close"),
    "close": Move(LIVE, "closed", "query.close"),
    "cancel": Move(WAITING, "cancelled", "query.raise"),
}
# The role that raised a query -> the roles that may close or reopen it.
CLOSERS: Mapping[str, frozenset[str]] = {
    "monitor": frozenset({"monitor", "data_manager"}),
    "data_manager": frozenset({"data_manager"}),
    "investigator": frozenset({"monitor", "data_manager"}),
    "principal_investigator": frozenset({"monitor", "data_manager"}),
    SYSTEM: frozenset({"monitor", "data_manager"}),
}


def refusal(move: str, query: Query, actor: Actor) -> str:
    """Why this person cannot make this move now: state, role, own, check; empty when allowed."""
    rule = MOVES[move]
    if query.state not in rule.source:
        return "state"
    if query.check is not None and _by_the_check_alone(move, query):
        return "check"
    if not actor.may(rule.action):
        return "role"
    mine = query.raised_by == actor.username
    if move == "answer":
        return "own" if mine else ""
    if move == "cancel":
        return "" if mine or _closes(query, actor) else "role"
    return "" if _closes(query, actor) else "role"


def _by_the_check_alone(move: str, query: Query) -> bool:
    """A check withdraws its question itself; once it is closed only the check asks again."""
    return move == "cancel" or (move == "reopen" and query.state == "closed")


def _closes(query: Query, actor: Actor) -> bool:
    return actor.role in CLOSERS.get(query.raised_role, frozenset())


def possible(query: Query, actor: Actor) -> tuple[str, ...]:
    """The moves this person can make now."""
    return tuple(move for move in MOVES if not refusal(move, query, actor))


def says(move: str, state: str) -> bool:
    """Whether the move needs a text: closing what was answered speaks for itself."""
    return MOVES[move].says and not (move == "close" and state == "answered")
