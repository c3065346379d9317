"""What a calculator is to the outside: a name, inputs as text, outputs, version and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from ecrf.definition.values import Censored, PartialDate

Kind = Literal[
    "code", "codes", "number", "numbers", "integer", "date", "partial_date", "censored", "series"
]
MISSING = ("", "ND", "UNK", "NA", "ASKU", "PEND")


class BadInput(ValueError):
    """An input that the calculator cannot take: which, and why."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input. ``codes`` are the only texts of a code; ``least`` and ``most`` limit a number;
    ``needed`` when nothing can be computed without it."""

    name: str
    kind: Kind = "number"
    unit: str = ""
    codes: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    needed: bool = True

    def read(self, given: Any) -> Any:
        """The value of a text; None when missing. Raises BadInput."""
        if self.kind == "series":
            return self._series(given)
        if self.kind in ("codes", "numbers"):
            return self._several(given)
        text = "" if given is None else str(given).strip()
        if self.codes and text in self.codes:
            return text
        if text in MISSING:
            return None
        try:
            return self._value(text)
        except (InvalidOperation, ValueError) as error:
            raise BadInput(f"{self.name}: {error or text}") from None

    def _value(self, text: str) -> Any:
        if self.kind == "code":
            if self.codes:
                raise ValueError(f"{text!r} is not one of {', '.join(self.codes)}")
            return text
        if self.kind in ("date", "partial_date"):
            return self._date(text)
        if self.kind == "censored" and text[0] in "<>≤≥":
            return _censored(text)
        number = _number(text)
        if self.kind == "integer" and number != number.to_integral_value():
            raise ValueError(f"{text!r} is not a whole number")
        if self.least is not None and number < self.least:
            raise ValueError(f"{text} is less than {self.least}")
        if self.most is not None and number > self.most:
            raise ValueError(f"{text} is more than {self.most}")
        return number

    def _date(self, text: str) -> Any:
        date = PartialDate(*map(int, text[:10].split("-")))
        date.latest  # noqa: B018 - refuses what the calendar does not have
        if self.kind == "partial_date":
            return date
        return date.earliest if date.complete else None

    def _several(self, given: Any) -> list[Any]:
        """A list, or texts separated by blanks."""
        parts = given if isinstance(given, list) else str(given or "").split()
        one = Input(self.name, "code" if self.kind == "codes" else "number", codes=self.codes)
        return [one.read(part) for part in parts]

    def _series(self, given: Any) -> list[tuple[Decimal, Decimal | Censored | None]]:
        if given in (None, ""):
            return []
        if not isinstance(given, list) or not all(
            isinstance(point, list) and len(point) == 2 for point in given
        ):
            raise BadInput(f"{self.name}: a list of [day, value] is needed")
        value = Input(self.name, "censored")
        return sorted(
            ((_number(str(day)), value.read(measured)) for day, measured in given),
            key=lambda point: point[0],
        )


@dataclass(frozen=True, slots=True)
class Calculator:
    """A published score, grade or date rule as a function of texts."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    source: str
    call: Callable[..., Any]
    version: int = 1

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs by name, and ``missing``: the inputs that were not given and are needed.

        Raises BadInput for an input it does not have, or a value that cannot be.
        """
        asked = {str(key).lower(): value for key, value in given.items()}
        known = {one.name.lower(): one for one in self.inputs}
        for key in asked:
            if key not in known:
                raise BadInput(f"{self.name} has no input {key!r}")
        values = {key: one.read(asked.get(key)) for key, one in known.items()}
        try:
            result = self.call(**values)
        except (InvalidOperation, ValueError, ZeroDivisionError) as error:
            raise BadInput(f"{self.name}: {error}") from None
        return self._outputs(result, values)

    def _outputs(self, result: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        if result is None:
            found = {}
        elif is_dataclass(result):
            found = {field.name: getattr(result, field.name) for field in fields(result)}
        else:
            found = {self.outputs[0]: result}
        out = {name: found.get(name) for name in self.outputs}
        lacking = [one.name for one in self.inputs if one.needed and not _given(one, values)]
        undecided = out[self.outputs[0]] is None
        out["missing"] = lacking if undecided else []
        return {key: _text(value) for key, value in out.items()}


def _given(one: Input, values: Mapping[str, Any]) -> bool:
    value = values[one.name.lower()]
    return bool(value) if isinstance(value, list) else value is not None


def _number(text: str) -> Decimal:
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


def _censored(text: str) -> Censored:
    op = {"≤": "<=", "≥": ">="}.get(text[0], text[:2] if text[1:2] == "=" else text[0])
    return Censored(op, _number(text.lstrip("<>=≤≥").strip()))


def _text(value: Any) -> Any:
    """Integers as they are, decimals as text, dates as ISO."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, list | tuple):
        return [_text(part) for part in value]
    if isinstance(value, PartialDate):
        return str(value)
    return value.isoformat()
