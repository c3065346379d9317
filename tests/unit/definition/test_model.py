"""The models: what they accept beside the obvious."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from ecrf.definition.model import Choice, DateItem, DecimalItem, Group, Parameter, Text

LABEL = {"en": "Label", "zh": "标签"}


def decimal(**given):
    keys = {"item": "A", "label": LABEL, "type": "decimal", "places": Decimal(1)}
    return DecimalItem.model_validate(keys | given)


@pytest.mark.req("R-150", "R-070")
def test_every_item_has_a_data_class_and_an_origin_of_a_closed_list():
    assert (decimal().data_class, decimal().origin) == ("ordinary", "transcribed")
    assert decimal(data_class="hgr", origin="esource").data_class == "hgr"
    for wrong in ({"data_class": "secret"}, {"data_class": None}, {"origin": "copied"}):
        with pytest.raises(ValidationError):
            decimal(**wrong)


def test_limits_are_one_mapping_or_a_list():
    one = decimal(soft={"min": Decimal("35.50")})
    two = decimal(soft=[{"min": Decimal("35.50")}, {"max": "today"}])

    assert one.soft == two.soft[:1]
    assert str(one.soft[0].min) == "35.50"
    assert two.soft[1].max == "today"


def test_a_code_may_be_a_bare_number():
    assert Choice.model_validate({"code": Decimal(0), "label": LABEL}).code == "0"


@pytest.mark.parametrize("value", [Decimal("38.0"), True, "2025-01-01"])
def test_a_parameter_keeps_its_kind(value):
    given = {"name": "x", "value": value, "mark": "C", "label": LABEL}

    assert repr(Parameter.model_validate(given).value) == repr(value)


def test_a_text_has_both_languages():
    assert Text(en="a", zh="b")["zh-Hans"] == "b"
    assert Text(en="a", zh="b")["en"] == "a"


def test_what_repeats():
    item = DateItem.model_validate({"item": "A", "label": LABEL, "type": "date"})

    for layout, repeats in (("plain", False), ("rows", True), ("panel", True)):
        assert (
            Group(group="G", label=Text(**LABEL), items=(item,), layout=layout).repeats is repeats
        )
