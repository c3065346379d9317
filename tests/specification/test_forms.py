"""The built study says what the clinical specification says, but for what is listed with reason.

The specification is not part of the checkout; without it beside the checkout this is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ecrf.definition.catalogue import Catalogue
from ecrf.definition.loader import load_study
from ecrf.entry.functions import FUNCTIONS
from tests.specification import compare, tables

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT.parent / "shared" / "clinical"
DEVIATIONS = Path(__file__).with_name("deviations.yaml")
OTHER_NAMES = {"INF": "INFS"}  # part A's infection screening; INF is part B's infusion
PANELS = "LB"  # no form: what its table asks is the kind "lab" of every laboratory form
IN_PART_B = {"SV", "VS", "CM", "LB", "EG", "ECHO"}  # part B's table replaces part A's

pytestmark = pytest.mark.skipif(
    not (SPECIFICATION / "part_b.md").exists(), reason="the clinical specification is not here"
)


@cache
def built() -> Catalogue:
    return load_study(ROOT / "forms" / "cd19-bcma", FUNCTIONS)


def differences() -> Iterator[compare.Difference]:
    study = built()
    part_a = tables.part_a(SPECIFICATION / "part_a.md")
    part_b = tables.part_b(SPECIFICATION / "part_b.md")
    for oid, table in part_b.forms.items():
        if oid != PANELS:
            yield from compare.fields(table, study.current(oid), {})
            yield from compare.checks(table, study, {})
    for oid, table in part_a.forms.items():
        if oid not in IN_PART_B:
            yield from compare.fields(table, study.current(OTHER_NAMES.get(oid, oid)), {})
    for name, codes in part_b.codelists.items():
        yield from compare.code_list(name, codes, study)


def test_every_field_check_and_code_is_built_or_listed_with_a_reason() -> None:
    listed = {line for lines in YAML(typ="safe").load(DEVIATIONS).values() for line in lines}
    found = {f"{d.place} {d.what}": d for d in differences()}
    assert [str(found[name]) for name in sorted(found.keys() - listed)] == []
    assert sorted(listed - found.keys()) == [], "listed, but the study now agrees"
