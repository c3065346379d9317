"""Types of the rule language, and the signature of a function that rules may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, Protocol

from ecrf.definition.values import Typed, Value

Kind = Literal["number", "date", "day", "time", "datetime", "text", "bool", "codes", "any", "list"]

NOUNS = {
    "number": "a number",
    "date": "a date",
    "day": "a complete date",
    "time": "a time",
    "datetime": "a date with time",
    "text": "a text",
    "bool": "true or false",
    "codes": "a set of codes",
    "any": "a value of no fixed type",
    "list": "a list",
}


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression gives.

    ``codes`` are the only texts possible (a coded item, or a literal); None means any text.
    A list has the type of one element in ``of``. ``source`` says where a list or a code list
    comes from, so that messages can name it and lists of different rows are not mixed.
    """

    kind: Kind
    codes: frozenset[str] | None = None
    of: Type | None = None
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return NOUNS[self.kind]


NUMBER = Type("number")
DATE = Type("date")  # a PartialDate
DAY = Type("day")  # parameters only: a datetime.date; an incomplete date makes the call unknown
TIME = Type("time")
DATETIME = Type("datetime")
TEXT = Type("text")
BOOL = Type("bool")
CODES = Type("codes")  # multiple choice: a tuple of codes
ANY = Type("any")


def code(codes: frozenset[str] | Sequence[str], source: str = "") -> Type:
    """The type of a coded item."""
    return Type("text", frozenset(codes), source=source)


def list_of(element: Type, source: str = "") -> Type:
    return Type("list", of=element, source=source)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that rules call by name.

    An unknown argument makes the result unknown unless ``strict`` is false; so does a censored
    number unless ``censored`` is true. Dates arrive as :class:`PartialDate` (DATE) or, where the
    parameter is DAY, as ``datetime.date``. ``call`` may give ``datetime.date`` for DATE, and
    int for NUMBER. A ValueError or ArithmeticError that it raises means unknown.

    With ``keywords``, one for each parameter, it is called with names, as ``f(SEX=sex)``, and any
    of them may be left out: None then.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type
    call: Callable[..., Any]
    optional: int = 0  # how many of the last parameters may be left out
    variadic: bool = False  # the last parameter may be repeated
    strict: bool = True
    censored: bool = False
    keywords: tuple[str, ...] = ()


class Env(Protocol):
    """Where a rule finds its values.

    A name typed as a list gives a sequence, one entry per row or record, from both methods.
    """

    def __call__(self, name: str, /) -> Any:
        """The typed value, None when unknown."""

    def value(self, name: str, /) -> Any:
        """The :class:`Value` behind an item's name (BLANK when there is none)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a rule may use.

    names      name -> type, dotted names included
    constants  values known when the study loads (``params.x``)
    system     the names that are no item, so that blank() and missing() make no sense
    """

    names: Mapping[str, Type]
    constants: Mapping[str, Typed] = field(default_factory=dict)
    system: frozenset[str] = frozenset()

    def is_item(self, name: str) -> bool:
        return name not in self.system and name not in self.constants


class RuleError(Exception):
    """A rule that cannot be understood: what, at which column (from 0), and perhaps a hint."""

    def __init__(self, message: str, column: int = 0, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class RuleLimit(Exception):
    """A rule that needs more steps than one evaluation may take."""


def near(name: str, known: Sequence[str] | Mapping[str, Any] | frozenset[str]) -> str | None:
    """``did you mean "X"?`` for the most similar known name, whatever its case."""
    names = sorted(known)
    if name.upper() not in (n.upper() for n in names):
        found = get_close_matches(name, names, n=1, cutoff=0.6) or get_close_matches(
            name.upper(), [n.upper() for n in names], n=1, cutoff=0.6
        )
    else:
        found = [name.upper()]
    for candidate in names:
        if found and candidate.upper() == found[0].upper():
            return f'did you mean "{candidate}"?'
    return None


__all__ = [
    "ANY", "BOOL", "CODES", "DATE", "DATETIME", "DAY", "NUMBER", "TEXT", "TIME",
    "Env", "Function", "RuleError", "RuleLimit", "Scope", "Type", "Value", "code", "list_of",
    "near",
]  # fmt: skip
