"""Build 2 is the amendment of the specification (part A 2.6), criterion by criterion."""

from __future__ import annotations

import re

import pytest

from ecrf.definition import differences
from tests.specification import compare, tables
from tests.specification.test_forms import SPECIFICATION, built

pytestmark = pytest.mark.skipif(
    not (SPECIFICATION / "part_a.md").exists(), reason="the clinical specification is not here"
)
CHANGED = {"MHX", "EG", "INFS", "ECHO", "PT", "DM", "VS"}  # CM has no reason for stopping


def section() -> str:
    text = (SPECIFICATION / "part_a.md").read_text("utf-8")
    return text[text.index("### 2.6 ") : text.index("### 2.7 ")]


def test_the_exclusion_criteria_are_those_of_the_specification_for_every_cohort() -> None:
    rows = [tables.cells(line) for line in section().splitlines() if line.startswith("| EX-")]
    said = {row[0]: (compare.plain(row[1]), compare.plain(row[2])) for row in rows}
    criteria = built().criteria[2]
    assert len(said) == 22
    for cohort in ("LN", "SSC", "PSSPAH"):
        found = {one.criterion: one.label for one in criteria.of(cohort)}
        assert {
            name: (compare.plain(label["en"]), compare.plain(label["zh"]))
            for name, label in found.items()
            if name.startswith("EX-")
        } == said
        before = [one.criterion for one in built().criteria[1].of(cohort)]
        asked = [] if cohort == "PSSPAH" else ["PREG-ALL"]
        assert list(found) == before + asked + list(said)


def test_the_forms_that_change_are_those_of_the_table() -> None:
    study = built()
    found = {one.form: one for one in differences.builds(study, study.builds[1], study.builds[2])}
    assert set(found) == CHANGED
    added = re.search(r"^\| MHX \| added \| ([^|]*) \|", section(), re.M)
    assert added is not None
    names = {d.name for d in found["MHX"].details if (d.what, d.how) == ("item", "added")}
    assert names == set(added[1].strip().split(", "))
    assert all(d.how != "removed" or d.what == "check" for c in found.values() for d in c.details)


def test_a_database_begins_with_build_1() -> None:
    assert built().build.build == 1
    assert built().using(2).current("VS").version == 2
