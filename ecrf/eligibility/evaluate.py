"""The evaluation: every criterion of a cohort, and the result of them all (part A 2.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ecrf.eligibility.criteria import EITHER, criteria
from ecrf.eligibility.facts import BadInput, Evidence, Facts, Notes, read_date
from ecrf.eligibility.shared import NA, Answer
from ecrf.eligibility.warnings import warnings

Outcome = Literal["PASS", "FAIL", "UNDET", "NA"]
Result = Literal["ELIGIBLE", "INELIGIBLE", "UNDETERMINED"]
OUTCOMES: Mapping[Any, Outcome] = {True: "PASS", False: "FAIL", None: "UNDET", NA: "NA"}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as evaluated: its result, what it rests on, what is missing, warnings."""

    id: str
    result: Outcome
    missing: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The overall result, each criterion, and warnings that never change a result."""

    result: Result
    criteria: tuple[Criterion, ...]
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "warnings": list(self.warnings),
            "criteria": [
                {
                    "id": c.id,
                    "result": c.result,
                    "missing": list(c.missing),
                    "evidence": [asdict(e) for e in c.evidence],
                    "warnings": list(c.warnings),
                }
                for c in self.criteria
            ],
        }


def evaluate(
    cohort: str,
    version: int,
    on: dt.date,
    records: Mapping[str, Sequence[Mapping[str, Any]]],
    parameters: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Judge a subject's records (form -> records of texts by field) on a date.

    Raises BadInput for an unknown cohort or version, and for a text that its field cannot hold.
    """
    try:
        decided = criteria(cohort, version)
    except KeyError as error:
        raise BadInput(f"there are no criteria of {error.args[0]!r}") from None
    facts = Facts(records, on, parameters, cohort)
    found = []
    for name, decide in decided.items():
        facts.notes = Notes()
        outcome = OUTCOMES[decide(facts)]
        found.append(_criterion(name, outcome, facts.notes))
    result = overall({c.id: c.result for c in found})
    return Evaluation(result, tuple(found), warnings(facts))


def _criterion(name: str, outcome: Outcome, notes: Notes) -> Criterion:
    missing = () if outcome == "NA" else tuple(notes.missing)
    evidence = tuple(dict.fromkeys(notes.evidence))
    return Criterion(name, outcome, missing, evidence, tuple(notes.warnings))


def overall(results: Mapping[str, Outcome]) -> Result:
    """One FAIL makes ineligible, one UNDET undetermined; of alternatives one PASS is enough."""
    judged = dict(results)
    for group in EITHER:
        members = [judged.pop(name) for name in group if name in judged]
        if members:
            judged["+".join(group)] = _either(members)
    if "FAIL" in judged.values():
        return "INELIGIBLE"
    return "UNDETERMINED" if "UNDET" in judged.values() else "ELIGIBLE"


def _either(members: list[Outcome]) -> Outcome:
    for outcome in ("PASS", "UNDET", "FAIL"):
        if outcome in members:
            return outcome
    return "NA"


def from_json(asked: Mapping[str, Any]) -> Evaluation:
    """Evaluate what a file holds: cohort, criteria_version, evaluation_date, parameters, records.

    Raises BadInput that names the key.
    """
    for key in ("cohort", "evaluation_date", "records"):
        if key not in asked:
            raise BadInput(f"{key} is missing")
    date = read_date(str(asked["evaluation_date"]), "evaluation_date")
    records = asked["records"]
    if not date.complete:
        raise BadInput("evaluation_date: a complete date is needed")
    if not isinstance(records, Mapping):
        raise BadInput("records: a list of records for each form is needed")
    listed = {
        form: [found] if isinstance(found, Mapping) else list(found)
        for form, found in records.items()
    }
    return evaluate(
        str(asked["cohort"]),
        int(asked.get("criteria_version", 1)),
        date.earliest,
        listed,
        asked.get("parameters"),
    )


__all__ = [
    "Answer",
    "BadInput",
    "Criterion",
    "Evaluation",
    "evaluate",
    "from_json",
    "overall",
]
