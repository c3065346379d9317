"""The JSON Schema for editors says what every key is."""

from __future__ import annotations

import json

import pytest

from ecrf.definition.schema import KINDS, schema


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema(kind):
    built = schema(kind)

    assert built["$schema"].startswith("https:")
    assert built["additionalProperties"] is False
    assert json.dumps(built, ensure_ascii=False)


def test_keys_of_items_are_described():
    properties = schema("form")["$defs"]["DecimalItem"]["properties"]

    assert properties["places"]["description"] == "Most decimals."
    assert properties["hard"]["description"].startswith("Possible limits")


def test_limits_may_be_one_mapping_or_a_list():
    soft = schema("form")["$defs"]["DecimalItem"]["properties"]["soft"]

    assert {part.get("type", "mapping") for part in soft["anyOf"]} == {"mapping", "array"}
