"""The shipped study as a form evaluates it: typed values in, calculated items out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecrf.definition.catalogue import Catalogue
from ecrf.definition.loader import load_study
from ecrf.definition.values import Value
from ecrf.entry.context import Context, Filed
from ecrf.entry.evaluate import evaluate
from ecrf.entry.form import read
from ecrf.entry.functions import FUNCTIONS

FORMS = Path(__file__).parents[3] / "forms" / "cd19-bcma"
RUNS = 200
SAMPLE = {"LBPERF": "Y", "LBNAM": "BJ01LAB"}


@cache
def study() -> Catalogue:
    return load_study(FORMS, FUNCTIONS)


def typed(oid: str, texts: Mapping[str, Any]) -> dict[str, Value]:
    form = study().form(oid, 1)
    values, problems = read(form, {path: {"v": str(text)} for path, text in texts.items()})
    assert not problems
    return values


def filed(oid: str, event: str, texts: Mapping[str, Any], here: bool, earlier: bool) -> Filed:
    form = study().form(oid, 1)
    man = {"DM": [Filed("SCR", 1, typed("DM", {"birth_date": "1970-01-01", "sex": "M"}))]}
    judged = evaluate(study(), form, typed(oid, texts), context(event, man))
    return Filed(event, 1, judged.data, here=here, earlier=earlier)


def context(event: str, forms: Mapping[str, Sequence[Filed]], cohort: str = "LN") -> Context:
    return Context("BJ01-L001", "BJ01", cohort, event, dt.date(2026, 6, 1), forms=forms)


def result(
    oid: str,
    texts: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]] | None = None,
    event: str = "SCR",
    more: Mapping[str, Sequence[Filed]] | None = None,
) -> Callable[[str], str | None]:
    """The calculated items of a form; ``others`` are the forms of the same visit."""
    here = {
        name: [filed(name, event, given, here=True, earlier=False)]
        for name, given in (others or {}).items()
    }
    forms = {**here, **(more or {})}
    judged = evaluate(study(), study().form(oid, 1), typed(oid, texts), context(event, forms))
    return lambda name: judged.data[name].text or None if name in judged.data else None


def answers(chance: random.Random, names: Sequence[str], unknown: float = 0.05) -> dict[str, str]:
    yes = chance.random()
    return {
        name: "ND" if chance.random() < unknown else "Y" if chance.random() < yes else "N"
        for name in names
    }


def bounds(given: Mapping[str, str], score: Callable[[set[str]], Any]) -> tuple[Any, Any]:
    """With everything unknown absent, and present."""
    least = {name for name, code in given.items() if code == "Y"}
    return score(least), score({name for name, code in given.items() if code != "N"})


def decided(pair: tuple[Any, Any]) -> str | None:
    return str(pair[0]) if pair[0] == pair[1] else None


def yes_or_no(found: bool | None) -> str | None:
    return None if found is None else "Y" if found else "N"


def settled(pair: tuple[bool, bool]) -> bool | None:
    return pair[0] if pair[0] == pair[1] else None


def kleene(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def seeds() -> Any:
    return pytest.mark.parametrize("chance", [random.Random(7)], ids=["seed7"])
