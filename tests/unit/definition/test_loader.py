"""Loading a study: complete, all errors at once, and fast."""

from __future__ import annotations

import pytest

from ecrf.definition.loader import DefinitionErrors, load_study
from ecrf.definition.rules import NUMBER, Function
from tests.unit.definition import corpus

FORM = """form: {0}
version: 1
title: {{en: Form, zh: 表}}
groups:
  - group: MAIN
    label: {{en: Main, zh: 主要}}
    items:
      - {{item: {1}, label: {{en: A, zh: 甲}}, type: calculated, derive: "{2}", result: integer}}
"""


@pytest.fixture
def root(tmp_path):
    return corpus.base(tmp_path)


def add(root, form, item, rule):
    path = root / "forms" / form.lower() / "1.yaml"
    path.parent.mkdir()
    path.write_text(FORM.format(form, item, rule), encoding="utf-8")


def test_a_study_is_complete(root):
    catalogue = load_study(root)

    assert sorted(catalogue.forms) == [(oid, 1) for oid in ("AE", "IC", "INF", "LBH", "VS")]
    assert set(catalogue.codelists) == {("NY", 1), ("O2DEV", 1), ("QUAL", 1)}
    assert set(catalogue.laboratories) == {"LOCAL"}
    assert catalogue.build.build == 1


def test_items_carry_their_choices_and_missing_codes(root):
    form = load_study(root).form("VS", 1)

    assert [choice.code for choice in form.choices("O2DEV")] == ["RA", "NC_LOW", "HFNC"]
    assert form.item("TEMP").missing == ("ND", "UNK")
    assert load_study(root).form("LBH", 1).analyte("COOMBS").choices[0].code == "NEG"


def test_functions_of_the_caller_are_known_to_rules(root):
    add(root, "FX", "X", "twice(VS.SYSBP)")
    function = Function("twice", (NUMBER,), NUMBER, lambda n: n * 2)

    assert load_study(root, {"twice": function}).form("FX", 1).derive["X"].functions == {"twice"}
    with pytest.raises(DefinitionErrors, match='unknown function "twice"'):
        load_study(root)


def test_all_errors_come_at_once_in_the_order_of_files(root):
    for case in ("unit-unknown", "study-consent-item", "build-form-unknown", "analyte-unit"):
        corpus.place(root, corpus.CORPUS / "invalid" / f"{case}.yaml")

    with pytest.raises(DefinitionErrors) as caught:
        load_study(root)

    files = [error.file.removeprefix(f"{root}/") for error in caught.value.errors]
    assert files == sorted(files)
    assert set(files) == {
        "analytes/badcat/1.yaml", "builds/2.yaml", "forms/bad/1.yaml", "study.yaml"
    }  # fmt: skip
    assert len(str(caught.value).splitlines()) == len(files)


def test_a_circle_through_two_forms_is_told_once(root):
    add(root, "F1", "A", "F2.B + 1")
    add(root, "F2", "B", "F1.A + 1")

    with pytest.raises(DefinitionErrors) as caught:
        load_study(root)

    assert [error.message for error in caught.value.errors] == [
        "circular derivation: F1.A -> F2.B -> F1.A"
    ]


def test_a_broken_form_does_not_make_others_complain(root):
    add(root, "F1", "A", "F2.B + 1")
    add(root, "F2", "B", "1")
    broken = root / "forms/f2/1.yaml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("result: integer", "result: integr"), encoding="utf-8")

    with pytest.raises(DefinitionErrors) as caught:
        load_study(root)

    assert [error.file for error in caught.value.errors] == [broken.as_posix()]


def test_a_folder_without_a_study_is_told(tmp_path):
    with pytest.raises(DefinitionErrors, match=r"study.yaml:1:1: no such file"):
        load_study(tmp_path)


def test_a_study_without_builds_is_told(root):
    (root / "builds/1.yaml").unlink()

    with pytest.raises(DefinitionErrors, match="the study has no build"):
        load_study(root)
