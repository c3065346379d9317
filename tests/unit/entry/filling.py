"""The small study of these tests, and values typed into its forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.loader import load_study
from ecrf.definition.values import Value
from ecrf.entry.context import Context, Filed
from ecrf.entry.evaluate import Evaluation, Finding, evaluate
from ecrf.entry.form import read
from ecrf.entry.functions import FUNCTIONS

Typed = Mapping[str, Any]  # path -> text, text and unit, or a Value

WOMAN = {"birth_date": "1975-06-20", "sex": "F"}
SAMPLE = {"LBPERF": "Y", "LBDAT": "2025-05-10", "LBNAM": "LAB1"}
VITAL = {
    "VDAT": "2025-05-10",
    "VTIM": "0830",
    "TEMP": "36.6",
    "SYSBP": "120",
    "DIABP": "80",
    "O2": "N",
    "HEIGHT": "165",
    "WEIGHT": "60",
}


@cache
def study() -> Catalogue:
    return load_study(Path(__file__).with_name("study"), FUNCTIONS)


def form(oid: str) -> FormDefinition:
    return study().form(oid, 1)


def fill(oid: str, typed: Typed) -> dict[str, Value]:
    """Values as if they had been typed; every text must be readable. Values stay as they are."""
    ready = {path: value for path, value in typed.items() if isinstance(value, Value)}
    entries = {
        path: {"v": text} if isinstance(text, str) else dict(zip("vu", text, strict=True))
        for path, text in typed.items()
        if path not in ready
    }
    values, problems = read(form(oid), entries)
    assert not problems
    return values | ready


def context(forms: Mapping[str, Sequence[Typed]] | None = None, **facts: Any) -> Context:
    """The subject consented on 1 May 2025 and is a woman, unless the forms say otherwise."""
    given = {"IC": [{"IC_DATE": "2025-05-01"}], "DM": [WOMAN], **(forms or {})}
    known = {"event": "V1", "today": dt.date(2025, 6, 1), **facts}
    records = {
        oid: [Filed("V1", n, fill(oid, typed)) for n, typed in enumerate(typed_, 1)]
        for oid, typed_ in given.items()
    }
    return Context("S1-L001", "S1", "LN", forms=records, **known)


def judge(
    oid: str,
    typed: Typed,
    forms: Mapping[str, Sequence[Typed]] | None = None,
    previous: Mapping[str, Value] | None = None,
    **facts: Any,
) -> Evaluation:
    return evaluate(study(), form(oid), fill(oid, typed), context(forms, **facts), previous)


def ids(evaluation: Evaluation) -> list[str]:
    return [finding.id for finding in evaluation.findings]


def found(evaluation: Evaluation, id_: str) -> Finding:
    return next(finding for finding in evaluation.findings if finding.id == id_)


def blood(result: str | tuple[str, str], analyte: str = "NEUT", **head: str) -> dict[str, Any]:
    """One result of a blood sample."""
    return {**SAMPLE, **head, f"LB[{analyte}].LBORRES": result}
