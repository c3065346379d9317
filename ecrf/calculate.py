"""``ecrf calc`` and ``ecrf eligibility``: the arithmetic of the system, from text to text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from ecrf.calculators.calculator import BadInput, Calculator
from ecrf.calculators.catalogue import CALCULATORS
from ecrf.definition.rule_types import near
from ecrf.eligibility import evaluate
from ecrf.eligibility.facts import BadInput as BadRecord

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]


@click.command("calc")
@click.argument("name", required=False)
@click.argument("given", required=False)
@click.option("--list", "listed", is_flag=True, help="Every calculator with inputs and outputs.")
@click.option("--lines", is_flag=True, help="One JSON object a line from standard input.")
def calc(name: str | None, given: str | None, listed: bool, lines: bool) -> None:
    """Compute a score or grade from values as text.

    Example: ecrf calc bsa_mosteller '{"HEIGHT": "165", "WEIGHT": "60"}'
    """
    if listed:
        for calculator in CALCULATORS.values():
            click.echo(_described(calculator))
        return
    calculator = _find(name)
    if lines:
        _answer_lines(calculator)
    elif given is None:
        _stop(f"{calculator.name} needs its inputs as one JSON object, or --lines")
    else:
        _print(_answered(calculator, given))


@click.group()
def eligibility() -> None:
    """The criteria of the protocol."""


@eligibility.command("check")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--lines", is_flag=True, help="One subject a line from standard input.")
def check(file: Path | None, lines: bool) -> None:
    """Judge a subject's records against every criterion of the cohort.

    Example: ecrf eligibility check subject.json
    """
    if lines:
        _answer_lines(_judged)
    elif file is None:
        _stop("name a file with one subject, or use --lines")
    else:
        _print(_answered(_judged, file.read_text(encoding="utf-8")))


def _judged(asked: Mapping[str, Any]) -> dict[str, Any]:
    return evaluate.from_json(asked).as_json()


def _find(name: str | None) -> Calculator:
    if name is None:
        _stop("name a calculator; `ecrf calc --list` names all")
    found = CALCULATORS.get(name or "")
    if found is None:
        _stop(f"there is no calculator {name!r}; {near(name or '', CALCULATORS) or 'see --list'}")
    return found


def _answer_lines(answer: Answer) -> None:
    """One line in, one line out, in order; a line that cannot be answered says why."""
    for line in sys.stdin:
        if line.strip():
            try:
                _print(_read(answer, line))
            except ValueError as error:
                _print({"error": _one_line(error)})


def _answered(answer: Answer, text: str) -> dict[str, Any]:
    try:
        return _read(answer, text)
    except ValueError as error:
        _stop(_one_line(error))


def _read(answer: Answer, text: str) -> dict[str, Any]:
    """Raises ValueError, of which BadInput and BadRecord are kinds."""
    try:
        given = json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error}") from None
    if not isinstance(given, Mapping):
        raise BadRecord("one JSON object is needed")
    return answer(given)


def _described(calculator: Calculator) -> str:
    inputs = ", ".join(
        f"{one.name} ({'|'.join(one.codes) or one.kind}{', ' + one.unit if one.unit else ''})"
        for one in calculator.inputs
    )
    outputs = ", ".join(calculator.outputs)
    return f"{calculator.name} v{calculator.version}: {inputs} -> {outputs} [{calculator.source}]"


def _print(answer: Mapping[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _stop(message: str) -> NoReturn:
    click.echo(f"ecrf: {message}", err=True)
    sys.exit(2)
