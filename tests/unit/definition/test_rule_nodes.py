"""The environment of a row, and the counting of steps."""

from __future__ import annotations

import pytest

from ecrf.definition.rule_nodes import MAX_STEPS, Counted, Row, rows
from ecrf.definition.rule_types import RuleLimit
from ecrf.definition.values import BLANK
from tests.unit.definition.envs import Given

GIVEN = Given(VOL=[1, 2], A=3)


def test_a_row_sees_its_own_element_and_everything_else():
    first, second = rows(Counted(GIVEN), frozenset({"VOL"}))

    assert (first("VOL"), second("VOL"), second("A")) == (1, 2, 3)
    assert second.value("VOL").typed == 2
    assert second.value("A").typed == 3


def test_rows_end_with_the_shortest_list():
    env = Counted(Given(VOL=[1, 2], DAY=["2024"]))

    assert len(list(rows(env, frozenset({"VOL", "DAY"})))) == 1
    assert list(rows(env, frozenset({"VOL", "NONE"}))) == []


def test_a_row_without_a_value_is_blank():
    assert Row(Counted(Given(VOL=[])), {"VOL": [1]}, 0).value("VOL") == BLANK


def test_steps_are_counted():
    env = Counted(GIVEN)
    env.spend(MAX_STEPS)

    with pytest.raises(RuleLimit):
        env.spend(1)
