"""From plain data to the models of model.py; pydantic's errors become ours, with a position."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ecrf.definition.model import Text
from ecrf.definition.rule_types import near
from ecrf.definition.source import Source, Step

Model = TypeVar("Model", bound=BaseModel)

LANGUAGES = {"en": "English", "zh": "Chinese"}
EXPECTED = {
    "Text": "must be a text in both languages, {{en: ..., zh: ...}}",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "date_type": "must be a date such as 2025-04-18",
    "date_parsing": "must be a date such as 2025-04-18",
    "date_from_datetime_parsing": "must be a date such as 2025-04-18",
    "tuple_type": "must be a list",
    "model_type": "must have keys of its own (key: value)",
    "model_attributes_type": "must have keys of its own (key: value)",
    "too_short": "must have at least {min_length} entry",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "dict_type": "must have keys of its own (key: value)",
}


def validate(source: Source, model: type[Model]) -> Model | None:
    """The model of a file, or None with what is wrong noted in the source."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        told: set[tuple[Step, ...]] = set()
        details = error.errors(include_url=False)
        for detail in details:
            if detail["type"] != "too_short" or not _has_inner(detail, details):
                _report(source, model, detail, told)
    return None


def _has_inner(outer: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because what is in it is wrong, which is told anyway."""
    size = len(outer["loc"])
    return any(d["loc"][:size] == outer["loc"] and len(d["loc"]) > size for d in details)


def _report(
    source: Source, model: type[BaseModel], detail: ErrorDetails, told: set[tuple[Step, ...]]
) -> None:
    steps = detail["loc"]
    kind = detail["type"]
    if kind == "missing":
        _missing(source, steps)
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        source.error((*steps, "type"), *_item_type(detail["input"], detail.get("ctx", {})))
    elif kind == "extra_forbidden":
        hint = near(str(steps[-1]), _keys(model, steps[:-1]))
        source.error(steps, f'unknown key "{steps[-1]}"', hint, key=True)
    else:
        place = _present(source.data, steps)
        if place not in told:  # a union complains once for each of its members
            told.add(place)
            source.error(steps, *_message(detail, place))


def _missing(source: Source, steps: Sequence[Step]) -> None:
    key = str(steps[-1])
    if key in LANGUAGES:
        source.error(steps, f"{_named(steps[:-1])}the {LANGUAGES[key]} text ({key}) is missing")
    elif key in ("fires", "passes"):
        source.error(steps, f'a check needs an example under "{key}"')
    else:
        source.error(steps, f'"{key}" is missing')


def _named(steps: Sequence[Step]) -> str:
    words = [step for step in steps if isinstance(step, str)]
    return f"{words[-1]}: " if words else ""


def _present(data: Any, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that are in the data; the names of union members are not."""
    place: list[Step] = []
    for step in steps:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        place.append(step)
    return tuple(place)


def _message(detail: ErrorDetails, place: Sequence[Step]) -> tuple[str, str | None]:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    name = _named(place)
    if kind == "literal_error":
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f'{name}"{value}" is not one of {", ".join(allowed)}', near(str(value), allowed)
    if kind == "string_pattern_mismatch":
        return (
            f'{name}"{value}" is not a name this program can use',
            f"pattern {context['pattern']}",
        )
    if kind == "too_short" and place and place[-1] in ("fires", "passes"):
        return f'a check needs an example under "{place[-1]}"', None
    if kind == "string_too_short" and place and place[-1] in LANGUAGES:
        return f"the {LANGUAGES[str(place[-1])]} text ({place[-1]}) is empty", None
    if kind == "model_type" and context.get("class_name") == Text.__name__:
        kind = Text.__name__
    expected = EXPECTED.get(kind)
    if expected:
        return name + expected.format_map(context), None
    return f"{name}{detail['msg'].removeprefix('Input ').removeprefix('Value error, ')}", None


def _item_type(value: Any, context: Mapping[str, Any]) -> tuple[str, str | None]:
    given = value.get("type") if isinstance(value, dict) else None
    if given is None:
        return '"type" is missing', None
    known = str(context["expected_tags"]).replace("'", "").split(", ")
    return f'"{given}" is not an item type', near(str(given), known)


def _keys(model: type[BaseModel], steps: Sequence[Step]) -> list[str]:
    """The keys that may stand at a path."""
    place: Any = model
    for step in steps:
        if isinstance(step, int):
            continue
        choices = _models(place)
        fields = [m.model_fields[step].annotation for m in choices if step in m.model_fields]
        if fields:
            place = fields[0]
        else:  # the tag of a union member: the value of its "type"
            tagged = [m for m in choices if step in _tags(m)]
            place = tagged[0] if tagged else place
    return [name for m in _models(place) for name in m.model_fields]


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("type")
    return get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Annotated, Union, types.UnionType, tuple):
        return [m for part in get_args(annotation) for m in _models(part)]
    return []
