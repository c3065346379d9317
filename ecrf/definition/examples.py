"""Runs the firing and non-firing examples that every check carries (R-067).

An example gives values by the names its rule uses. It is read exactly as if a person had typed
it, so an example that the form itself would refuse is an error too. What is not given is blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecrf.definition import items
from ecrf.definition.catalogue import Catalogue, CompiledCheck, FormDefinition
from ecrf.definition.errors import DefinitionError
from ecrf.definition.model import Analyte
from ecrf.definition.references import Reference, reference
from ecrf.definition.rule_dates import iso_date
from ecrf.definition.rule_types import RuleLimit, near
from ecrf.definition.source import Step, read
from ecrf.definition.values import BLANK, MISSING_CODES, Censored, Problem, Value

DATES = ("today", "event.date", "event.planned", "event.earliest", "event.latest")
NUMBERS = ("event.day", "record.repeat", "LBSTRESN", "LBORNRLO", "LBORNRHI")
CODES = ("LBNRIND", "LBTOXGR")
NO_ITEMS = ("event.", "subject.", "record.", "eligibility.", "toxicity.")


class ExampleError(Exception):
    """Why an example cannot be read: the key it is about, and what is wrong with it."""

    def __init__(self, steps: tuple[Step, ...], message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.steps = steps
        self.message = message
        self.hint = hint


def run_examples(catalogue: Catalogue) -> list[DefinitionError]:
    """What is wrong with the examples of all checks of all form versions."""
    problems: list[DefinitionError] = []
    for definition in catalogue.forms.values():
        found = [
            (("checks", i, *error.steps), error)
            for i, check in enumerate(definition.checks)
            for error in run_check(catalogue, definition, check)
        ]
        if found:
            source = read(definition.path, definition.path.as_posix())
            for steps, error in found:
                source.error(steps, error.message, error.hint)
            problems += source.errors
    return sorted(problems)


def run_check(
    catalogue: Catalogue, definition: FormDefinition, check: CompiledCheck
) -> list[ExampleError]:
    errors: list[ExampleError] = []
    quiet: list[bool | None] = []
    for kind, examples in (("fires", check.model.fires), ("passes", check.model.passes)):
        for i, example in enumerate(examples):
            try:
                truth = evaluate(catalogue, definition, check, example)
            except ExampleError as error:
                errors.append(ExampleError((kind, i, *error.steps), error.message, error.hint))
                continue
            if (truth is True) != (kind == "fires"):
                errors.append(ExampleError((kind, i), _verdict(kind, truth)))
            elif kind == "passes":
                quiet.append(truth)
    if quiet and False not in quiet:
        message = (
            "no example under passes has all the values, so that the check is definitely false"
        )
        errors.append(ExampleError(("passes", 0), message))
    return errors


def _verdict(kind: str, truth: bool | None) -> str:
    if kind == "passes":
        return "the check fires with this example"
    return "the check does not fire with this example" + (
        ": a value it needs is missing" if truth is None else ""
    )


def evaluate(
    catalogue: Catalogue,
    definition: FormDefinition,
    check: CompiledCheck,
    example: Mapping[str, Any],
) -> bool | None:
    env = ExampleEnv(catalogue, definition, check.group, example)
    try:
        truth: bool | None = check.when.evaluate(env)
    except RuleLimit as error:
        raise ExampleError((), str(error)) from None
    return truth


class ExampleEnv:
    """The values of one example, under the names of the rule."""

    def __init__(
        self,
        catalogue: Catalogue,
        definition: FormDefinition,
        group: str | None,
        example: Mapping[str, Any],
    ) -> None:
        self.catalogue = catalogue
        self.definition = definition
        self.group = group
        self.values: dict[str, Any] = {}
        self.system: dict[str, Any] = {}
        for key, given in example.items():
            self.read(key, given)

    def __call__(self, name: str) -> Any:
        if name in self.system:
            return self.system[name]
        value = self.value(name)
        if isinstance(value, Value):
            return value.typed
        return tuple(part.typed for part in value)

    def value(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in self.definition.derive:
            return self.derived(name)
        return () if self.listed(name) else BLANK

    def listed(self, name: str) -> bool:
        """Whether a name that is not given has a list of values."""
        ref = reference(name)
        if ref is None:
            group, _ = self.definition.items.get(name, (None, None))
            return group is not None and group.repeats and group.group != self.group
        if ref.where in ("every", "others"):
            return True
        other = self.form(ref)
        if other is None:
            return False
        group, _ = other.items.get(ref.item, (None, None))
        rows = group is not None and group.repeats
        return rows or (other.model.repeats and bool(ref.form))

    def form(self, ref: Reference) -> FormDefinition | None:
        """The form that a dotted name is about."""
        if not ref.form:
            return self.definition
        known = any(oid == ref.form for oid, _ in self.catalogue.forms)
        return self.catalogue.latest(ref.form) if known else None

    def derived(self, name: str) -> Any:
        """A calculated item that is not given is calculated, if it stands in no other row."""
        if self.listed(name):
            return ()
        typed = self.definition.derive[name].evaluate(self)
        return items.computed(self.definition.item(name), typed)

    def read(self, key: str, given: Any) -> None:
        group = self.definition.groups.get(key)
        ref = reference(key)
        if isinstance(given, list) and group is not None:
            self.rows(key, given)
        elif ref is not None and (ref.facet or ref.pseudo):
            self.system[key] = self.known(key, ref.facet or ref.item, given)
        elif key.startswith(NO_ITEMS) or key in ("today", "analyte", *NUMBERS, *CODES):
            self.system[key] = _system(key, given)
        elif self.listed(key):
            parts = given if isinstance(given, list) else [given]
            self.values[key] = tuple(self.item(key, part, (key, i)) for i, part in enumerate(parts))
        else:
            self.values[key] = self.item(key, given, (key,))

    def known(self, key: str, name: str, given: Any) -> Any:
        """What is known of a record besides its items."""
        if not self.listed(key):
            return _system(name, given)
        parts = given if isinstance(given, list) else [given]
        return tuple(_system(name, part) for part in parts)

    def rows(self, group: str, rows: Sequence[Any]) -> None:
        own = [item.item for item in self.definition.groups[group].items]
        for i, row in enumerate(rows):
            for key in row if isinstance(row, dict) else ("",):
                if key not in own:
                    raise ExampleError(
                        (group, i), f'"{key}" is not an item of {group}', near(key, own)
                    )
        for key in own:
            self.values[key] = tuple(
                self.item(key, row.get(key), (group, i, key)) for i, row in enumerate(rows)
            )

    def item(self, name: str, given: Any, steps: tuple[Step, ...]) -> Value:
        """A value read as if it had been typed into the item."""
        definition, item, analyte = self.find(name, steps)
        if given is None:
            return BLANK
        text = _text(given)
        if analyte is None and item.type == "lab":
            analyte = self.row_analyte(definition)
        if item.type == "calculated":
            restored = items.restore(item, {"v": text})
            own = text in {choice.code for choice in items.choices(item)}
            return Value(missing=text) if text in MISSING_CODES and not own else restored
        value = items.parse(item, text, None, analyte)
        if isinstance(value, Problem):
            details = "".join(f" {key}={value.params[key]}" for key in value.params)
            raise ExampleError(steps, f"{name} does not accept {text!r} ({value.code}{details})")
        return value

    def row_analyte(self, definition: FormDefinition) -> Analyte | None:
        code = self.system.get("analyte")
        if code is not None:
            return definition.analyte(code)
        panels = [analyte for listed in definition.panels.values() for analyte in listed]
        return panels[0] if panels else None

    def find(
        self, name: str, steps: tuple[Step, ...]
    ) -> tuple[FormDefinition, Any, Analyte | None]:
        ref = reference(name)
        oid = ref.item if ref else name
        definition = self.form(ref) if ref else self.definition
        if definition is None:
            known = sorted({form for form, _ in self.catalogue.forms})
            form = ref.form if ref else ""
            raise ExampleError(steps, f'there is no form "{form}"', near(form, known))
        analyte = definition.analyte(oid)
        if analyte is not None:
            lab = next(item for _, item in definition.items.values() if item.type == "lab")
            return definition, lab, analyte
        if oid not in definition.items:
            hint = near(oid, definition.items)
            raise ExampleError(steps, f'"{oid}" is not an item of {definition.oid}', hint)
        return definition, definition.item(oid), None


def _text(given: Any) -> str:
    if isinstance(given, bool):
        return "Y" if given else "N"
    if isinstance(given, list):
        return " ".join(map(str, given))
    return format(given, "f") if isinstance(given, Decimal) else str(given)


def _system(key: str, given: Any) -> Any:
    """The value of a name that is no item."""
    if given is None:
        return None
    text = _text(given)
    try:
        if key in DATES:
            return iso_date(text)
        if key in NUMBERS:
            return _number(text)
    except (ValueError, ArithmeticError):
        raise ExampleError((key,), f"{key} cannot be {text!r}") from None
    return text


def _number(text: str) -> Decimal | Censored:
    for op in ("<=", ">=", "<", ">"):
        if text.startswith(op):
            return Censored(op, Decimal(text.removeprefix(op)))
    return Decimal(text)
