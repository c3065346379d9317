"""The rules of a form, compiled: what ends up where."""

from __future__ import annotations

import pytest

from ecrf.definition.compile_form import limit_rule
from ecrf.definition.loader import load_study
from tests.unit.definition import corpus
from tests.unit.definition.envs import Given


@pytest.fixture
def form(tmp_path):
    def load(case, oid):
        root = corpus.base(tmp_path)
        corpus.place(root, corpus.CORPUS / "valid" / f"{case}.yaml")
        return load_study(root).form(oid, 1)

    return load


def test_calculated_items_come_after_what_they_need(form):
    assert form("derivations", "DER").order == ("Y", "DUE", "AGE", "Z")


def test_rules_of_a_row_see_the_row(form):
    rows = form("rows", "ROWS")

    assert rows.derive["HALF"].evaluate(Given(VOL=5)) == 2.5
    assert rows.derive["TOTAL"].evaluate(Given(VOL=[5, 6])) == 11


def test_skip_logic_of_items_and_groups(form):
    skip = form("skip-logic", "SKIP")

    assert set(skip.show) == {"REASON", "MORE"}
    assert skip.required["DONE"] is True
    assert skip.required["X"].evaluate(Given(event__day=28)) is True


def test_a_repeating_form_names_its_records(form):
    assert form("log", "LOG").row_label.evaluate(Given(TERM="Fever")) == "Fever"


@pytest.mark.parametrize(
    ("limit", "rule"),
    [
        ("2025-01-01", "date('2025-01-01')"),
        ("06:00", "time('06:00')"),
        ("today", "today"),
        ("A - 1", "A - 1"),
    ],
)
def test_dates_and_times_need_no_quotes_as_limits(limit, rule):
    assert limit_rule(limit) == rule
