"""Which paths a form has, what is stored back to values, and which other forms it looks at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ecrf.definition.values import Censored, Value
from ecrf.entry.content import analyte_of, known, needed_forms, restore
from tests.unit.entry.filling import form


@pytest.mark.parametrize("path", ["FROZEN", "BAG[1].BAGNO", "BAG[12].NET", "BAG[2]"])
def test_a_form_has_its_items_and_rows(path: str) -> None:
    assert known(form("BAGS"), path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "BAGNO",
        "NOPE",
        "BAG[0].BAGNO",
        "BAG[01].BAGNO",
        "BAG[1].FROZEN",
        "BAG[1]BAGNO",
        "BAG[1]..BAGNO",
        "BAG[1",
        "BAG[12345].BAGNO",
        "HEAD[1].FROZEN",
        "[1].BAGNO",
    ],
)
def test_another_spelling_of_a_path_is_no_path(path: str) -> None:
    assert not known(form("BAGS"), path)


def test_a_panel_has_its_analytes_and_no_rows_to_strike_out() -> None:
    assert known(form("BLOOD"), "LB[NEUT].LBORRES")
    assert not known(form("BLOOD"), "LB[LYM].LBORRES")
    assert not known(form("BLOOD"), "LB[NEUT]")
    assert analyte_of(form("BLOOD"), "LB", "LYM") is None


@pytest.mark.req("R-060")
def test_what_is_stored_comes_back_as_it_was() -> None:
    stored = {"LB[NEUT].LBORRES": {"v": "<900", "u": "/uL", "f": {"n": "<0.9"}}}

    value = restore(form("BLOOD"), stored)["LB[NEUT].LBORRES"]

    assert value == Value("<900", unit="/uL", facets={"n": "<0.9"})
    assert value.typed == Censored("<", Decimal("0.9"))


def test_a_row_struck_out_keeps_its_word() -> None:
    assert restore(form("BAGS"), {"BAG[2]": {"v": "deleted"}}) == {"BAG[2]": Value("deleted")}


def test_a_form_looks_at_the_forms_its_rules_name() -> None:
    assert needed_forms(form("VITAL")).own == {"IC", "DM", "DIARY"}
    assert needed_forms(form("DIARY")).own == {"BAGS", "BLOOD", "VITAL"}


@pytest.mark.req("R-071")
def test_a_panel_looks_at_the_demographics_for_its_ranges() -> None:
    assert needed_forms(form("BLOOD")).own == {"DM"}
