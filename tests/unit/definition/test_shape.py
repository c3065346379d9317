"""Whatever the data, the shape is right or wrong with a place; never anything else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecrf.definition.model import Form
from ecrf.definition.parts import Part
from ecrf.definition.shape import validate
from ecrf.definition.source import Source, compose

KEYS = st.sampled_from("form version title groups group items item label type en zh soft min checks"
                       " when fires places choices code units x".split())  # fmt: skip
LEAVES = st.sampled_from(
    [None, True, "", "A", "text", "decimal", "体温", Decimal("1.5"), Decimal(1)]
)
DATA = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=5)
)


@settings(max_examples=300)
@given(DATA)
def test_no_data_makes_validation_fail_otherwise(data: Any) -> None:
    source = Source("x.yaml", "a", "", data, compose("a"))
    model = validate(source, Form)

    assert (model is None) == bool(source.errors)
    assert all(error.line == 1 for error in source.errors)


def test_a_model_is_frozen_and_closed() -> None:
    assert Part.model_config["frozen"] is True
    assert Part.model_config["extra"] == "forbid"
