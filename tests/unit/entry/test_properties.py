"""What holds for evaluating whatever is typed into any form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrf.definition.loader import load_study
from ecrf.definition.values import MISSING_CODES, Value
from ecrf.entry.evaluate import evaluate
from ecrf.entry.form import read
from ecrf.entry.functions import FUNCTIONS
from tests.unit.entry.filling import context, form, study

FORMS = ("VITAL", "BLOOD", "BAGS", "DIARY", "DM", "IC")


def paths(oid: str) -> list[str]:
    found = []
    for group, item in form(oid).model.items():
        keys = [analyte.code for analyte in form(oid).analytes(group)] or ["1", "2", "9"]
        rows = [f"{group.group}[{key}].{item.item}" for key in keys]
        found += rows if group.repeats else [item.item]
    return found


numbers = st.decimals(-10, 400, places=1).map(str)
texts = st.one_of(
    numbers,
    st.builds("{}{}".format, st.sampled_from(["<", ">", "<=", ">="]), numbers),
    st.sampled_from(["Y", "N", "M", "F", "NEG", "A B", "LAB1", "ND", "UNK", "0830", "deleted"]),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(" ", "minutes")),
    st.text(max_size=20),
)
units = st.sampled_from(["", "[degF]", "/uL", "g/dL", "ukat/L", "??"])
filled = st.sampled_from(FORMS).flatmap(
    lambda oid: st.tuples(
        st.just(oid),
        st.dictionaries(
            st.sampled_from(paths(oid)), st.fixed_dictionaries({"v": texts, "u": units})
        ),
    )
)
raw = st.builds(Value, text=st.text(max_size=12), missing=st.none() | st.sampled_from(("ND", "?")))
STUDIES = Path(__file__).parents[3] / "forms"
anything = st.dictionaries(st.text(max_size=20) | st.sampled_from(paths("BLOOD")), raw, max_size=8)


@pytest.mark.req("R-060")
@settings(max_examples=100, deadline=None)
@given(filled, filled)
def test_no_text_makes_evaluating_fail(one, other) -> None:
    oid, entries = one
    values, _ = read(form(oid), entries)
    around = {other[0]: [read(form(other[0]), other[1])[0]]}

    evaluation = evaluate(study(), form(oid), values, context(around))

    assert evaluation.data.keys() >= values.keys()
    assert evaluate(study(), form(oid), evaluation.data, context(around)) == evaluation


@given(anything, anything)
def test_no_content_makes_evaluating_fail(data, previous) -> None:
    for oid in ("BLOOD", "BAGS", "VITAL"):
        evaluate(study(), form(oid), data, context(), previous)


@pytest.mark.req("R-062")
@settings(max_examples=100, deadline=None)
@given(filled, st.data())
def test_a_missing_code_never_makes_a_check_fire(content, data) -> None:
    oid, entries = content
    values, _ = read(form(oid), entries)
    blank = [path for path in paths(oid) if path not in values]
    checks = {check.id for check in form(oid).checks}

    code = Value(missing=data.draw(st.sampled_from(MISSING_CODES)))
    added = values | dict.fromkeys(data.draw(st.lists(st.sampled_from(blank or ["?"]))), code)

    assert fired(oid, added) & checks <= fired(oid, values) & checks


def fired(oid, values) -> set[str]:
    return {f.id for f in evaluate(study(), form(oid), values, context()).findings}


@pytest.mark.parametrize("root", sorted(STUDIES.iterdir()), ids=lambda root: root.name)
def test_an_empty_form_of_a_real_study_has_nothing_wrong(root: Path) -> None:
    real = load_study(root, FUNCTIONS)

    for definition in real.forms.values():
        evaluation = evaluate(real, definition, {}, context())
        assert {f.severity for f in evaluation.findings} <= {"required", "note"}
