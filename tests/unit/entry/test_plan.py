"""The plan of a form: made once, calculated items in order, and where checks stand."""

from __future__ import annotations

from dataclasses import replace

from ecrf.definition.rules import NUMBER, Scope, compile_rule
from ecrf.entry import plan as plans
from ecrf.entry.plan import make, plan_of
from tests.unit.entry.filling import form, study


def test_a_plan_is_made_once() -> None:
    assert plan_of(study(), form("VITAL")) is plan_of(study(), form("VITAL"))


def test_old_plans_are_dropped_before_there_are_too_many(monkeypatch) -> None:
    monkeypatch.setattr(plans, "_PLANS", {})
    monkeypatch.setattr(plans, "MOST_PLANS", 1)

    for oid in ("VITAL", "BAGS", "VITAL"):
        assert plan_of(study(), form(oid)).form is form(oid)
        assert len(plans._PLANS) == 1


def test_an_item_is_calculated_after_those_it_rests_on() -> None:
    order = [item.oid for _, item, _ in make(study(), form("VITAL")).derived]

    assert order.index("AREA") < order.index("DOSE")


def test_an_item_is_calculated_after_what_shows_it() -> None:
    vital = form("VITAL")
    shown = compile_rule("DOSE > 1", Scope({"DOSE": NUMBER}))

    later = make(study(), replace(vital, show={**vital.show, "DAY": shown}))
    circle = make(study(), replace(vital, show={**vital.show, "AREA": shown}))

    order = [item.oid for _, item, _ in later.derived]
    assert order.index("DOSE") < order.index("DAY")
    assert tuple(item.oid for _, item, _ in circle.derived) == vital.order


def test_a_check_stands_at_its_items_or_at_what_it_names() -> None:
    stands = {c.check.id: c.stands for c in make(study(), form("BLOOD")).checks}

    assert stands == {"BL-01": ("NEUT", "WBC"), "BL-02": ("LBORRES",)}


def test_ranges_are_converted_once() -> None:
    plan = make(study(), form("BLOOD"))
    laboratory = study().laboratories["LAB1"]
    hgb = plan.by_oid["LB"].analytes["HGB"]
    row = plan.rows_of(laboratory, "HGB")[0]

    assert plan.limits_of(laboratory, row, hgb) is plan.limits_of(laboratory, row, hgb)
