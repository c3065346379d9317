"""Names in rules that reach other records: by event, the one before, all, other subjects."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.references import Reference, reference
from ecrf.definition.values import BLANK
from ecrf.entry.content import Stored, needed_forms
from ecrf.entry.context import Context, Filed
from ecrf.entry.env import FormEnv, Names
from tests.unit.entry.filling import SAMPLE, fill, form, study

VITALS = (
    ("SCR", {"WEIGHT": "60"}, {"earlier": True}),
    ("V1", {"WEIGHT": "62"}, {"here": True}),
    ("V2", {"WEIGHT": "64"}, {}),
)


def env(oid: str = "VITAL", others=()) -> FormEnv:
    records = [Filed(event, 1, fill("VITAL", typed), **at) for event, typed, at in VITALS]
    diaries = [Filed("V1", n, fill("DIARY", {"PAIN": str(n)})) for n in (1, 2)]
    context = Context(
        "S1-L001",
        "S1",
        "LN",
        event="V1",
        today=dt.date(2025, 6, 1),
        repeat=4,
        forms={"VITAL": records, "DIARY": diaries},
        others={"VITAL": [Filed("SCR", 1, fill("VITAL", {"WEIGHT": "90"}))]},
    )
    return FormEnv(Names(study(), form(oid)), {}, context, {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("VS.TEMP", Reference("", "VS", "TEMP")),
        ("PLD.LBH.NEUT", Reference("PLD", "LBH", "NEUT")),
        ("LBC.K.LBTOXGR", Reference("", "LBC", "K", "LBTOXGR")),
        ("every.LBC.K.LBTOXGR", Reference("every", "LBC", "K", "LBTOXGR")),
        ("prev.WEIGHT", Reference("prev", "", "WEIGHT")),
        ("K.LBTOXGR", Reference("", "", "K", "LBTOXGR")),
        ("TEMP", None),
        ("event.date", None),
        ("params.limit", None),
        ("a.b.c.d", None),
    ],
)
def test_a_dotted_name_is_taken_apart(name, expected) -> None:
    assert reference(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("VITAL.WEIGHT", Decimal(62)),
        ("SCR.VITAL.WEIGHT", Decimal(60)),
        ("V2.VITAL.WEIGHT", Decimal(64)),
        ("V3.VITAL.WEIGHT", None),
        ("prev.WEIGHT", Decimal(60)),
        ("every.VITAL.WEIGHT", [Decimal(60), Decimal(62), Decimal(64)]),
        ("every.VITAL.event", ["SCR", "V1", "V2"]),
        ("others.VITAL.WEIGHT", [Decimal(90)]),
        ("VITAL.event", "V1"),
        ("DIARY.record", ["DIARY-1", "DIARY-2"]),
        ("DIARY.PAIN", [Decimal(1), Decimal(2)]),
        ("record.id", "VITAL-4"),
    ],
)
def test_a_name_reaches_its_records(name, expected) -> None:
    assert env()(name) == expected


def test_what_no_record_says_is_blank() -> None:
    assert env().value("V3.VITAL.WEIGHT") == BLANK


def test_a_result_has_its_facets() -> None:
    blood = fill("BLOOD", SAMPLE)
    path = next(iter(Names(study(), form("BLOOD")).results.values()))
    kept = {"v": "5.2", "f": {"n": "5.2", "lo": "1.8", "gr": "0", "ind": "HIGH"}}
    analyte = next(iter(Names(study(), form("BLOOD")).results))
    stored = {path: kept, **{name: value.to_json() for name, value in blood.items()}}
    data = Stored(form("BLOOD"), stored)
    context = Context(
        "S1-L001", "S1", "LN", "V1", dt.date(2025, 6, 1), forms={"BLOOD": [Filed("V1", 1, data)]}
    )
    seen = FormEnv(Names(study(), form("VITAL")), {}, context, {})

    assert seen(f"BLOOD.{analyte}.LBORNRLO") == Decimal("1.8")
    assert seen(f"every.BLOOD.{analyte}.LBNRIND") == ["HIGH"]
    assert seen(f"BLOOD.{analyte}.LBORNRHI") is None


def test_only_what_rules_name_is_read_of_a_record() -> None:
    data = Stored(form("VITAL"), {"WEIGHT": {"v": "60"}, "HEIGHT": {"v": "165"}})

    assert data["WEIGHT"].typed == Decimal(60)
    assert set(data.restored) == {"WEIGHT"} and len(data) == 2


def test_a_form_without_such_names_needs_no_other_subject() -> None:
    assert needed_forms(form("VITAL")).others == frozenset()
