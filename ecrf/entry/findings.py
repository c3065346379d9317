"""A finding: something to be said about the content of a form, and how severe it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecrf.definition.model import Text
from ecrf.definition.values import Value

Severity = Literal["hard", "soft", "note", "required"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``id`` is that of the check, or ``ITEM.hard``, ``.soft``, ``.required``, ``.hidden`` ...

    hard       cannot be stored
    soft       stored, and confirmed in place or queried
    note       said, nothing more
    required   keeps the form from being complete

    ``path`` is where the message stands, ``paths`` everything the finding rests on. ``query``:
    it also opens a system query on save.
    """

    id: str
    severity: Severity
    path: str
    message: Text
    paths: tuple[str, ...]
    query: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What judging a form gives.

    data       the content with calculated items and frozen laboratory facets
    findings   in the order of the definition: items first, then checks
    hidden     paths that skip logic hides; for a repeating group also those of rows that do not
               exist yet (the next one, and ``__`` for any new row)
    required   paths that are required and empty
    """

    data: Mapping[str, Value]
    findings: tuple[Finding, ...]
    hidden: frozenset[str]
    required: frozenset[str]
