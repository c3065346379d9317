"""Lists found by their pinned names."""

from __future__ import annotations

import pytest

from ecrf.definition.loader import load_study
from ecrf.definition.resolve import pinned, shown
from tests.unit.definition import corpus


@pytest.mark.parametrize(("name", "key"), [("NY", ("NY", 1)), ("NY/2", ("NY", 2))])
def test_a_name_without_version_means_the_first(name, key):
    assert pinned(name) == key
    assert shown(key) == name


@pytest.mark.req("R-118")
def test_a_new_version_of_a_list_changes_nothing_that_pins_the_old(tmp_path):
    root = corpus.base(tmp_path)
    lists = root / "codelists/o2dev"
    text = (lists / "1.yaml").read_text(encoding="utf-8")
    wider = text.replace("version: 1", "version: 2") + (
        "  - {code: IMV, label: {en: Ventilation, zh: 有创通气}}\n"
    )
    (lists / "2.yaml").write_text(wider, encoding="utf-8")

    choices = load_study(root).form("VS", 1).choices("O2DEV")

    assert [choice.code for choice in choices] == ["RA", "NC_LOW", "HFNC"]
