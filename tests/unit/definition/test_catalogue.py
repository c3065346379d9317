"""What the rest of the program asks a catalogue."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ecrf.definition.loader import load_study
from ecrf.definition.values import Censored, PartialDate
from tests.unit.definition import corpus
from tests.unit.definition.envs import Given

DAY = PartialDate(2025, 5, 10)


@pytest.fixture
def root(tmp_path):
    folder = corpus.base(tmp_path)
    corpus.place(folder, corpus.CORPUS / "valid" / "every-type.yaml")
    corpus.place(folder, corpus.CORPUS / "valid" / "second-version.yaml")
    return folder


@pytest.fixture
def catalogue(root):
    return load_study(root)


def test_a_form_and_its_versions(catalogue):
    assert catalogue.form("VS", 1).item("TEMP").places == 1
    assert catalogue.latest("VS").item("TEMP").places == 2
    assert len(catalogue.form("VS", 1).digest) == 64


def test_the_build_in_use_is_the_highest_released_one(root):
    text = (root / "builds/1.yaml").read_text(encoding="utf-8")
    for number, status in ((1, "released"), (2, "released"), (3, "draft")):
        content = text.replace("build: 1", f"build: {number}").replace("draft", status)
        (root / f"builds/{number}.yaml").write_text(content, encoding="utf-8")

    assert load_study(root).build.build == 2


def test_events(catalogue):
    assert catalogue.event("D0").anchor == "infusion"
    assert catalogue.event("NONE") is None


@pytest.mark.req("R-061")
@pytest.mark.parametrize(
    ("typed", "hard", "soft"),
    [
        (Decimal("36.5"), False, False),
        (Decimal("45.0"), False, True),
        (Decimal("45.1"), True, True),
        (Censored(">", Decimal(50)), True, True),
        (Censored("<", Decimal(50)), False, False),
        (None, False, False),
    ],
)
def test_limits_of_a_number(catalogue, typed, hard, soft):
    bounds = catalogue.form("VS", 1).bounds["TEMP"]

    assert [bound.severity for bound in bounds] == ["hard", "soft"]
    assert [bound.outside(typed, Given()) for bound in bounds] == [hard, soft]


@pytest.mark.parametrize(
    ("date", "outside"),
    [
        (PartialDate(2025, 5, 10), False),
        (PartialDate(2025, 5, 11), True),
        (PartialDate(2025, 5), False),
        (PartialDate(2025, 6), True),
    ],
)
def test_limits_of_a_date(catalogue, date, outside):
    (bound,) = catalogue.form("AE", 1).bounds["AESTDAT"]

    assert bound.outside(date, Given(today=DAY)) is outside
    assert bound.outside(date, Given()) is False


def test_limits_of_times_and_moments(catalogue):
    bounds = catalogue.form("ALL", 1).bounds

    assert bounds["TM"][0].outside(dt.time(5, 59), Given())
    assert not bounds["TM"][0].outside(dt.time(22, 0), Given())
    assert bounds["DTM"][0].outside(dt.datetime(2025, 5, 11, 0, 1), Given(today=DAY))
    assert not bounds["DTM"][0].outside(dt.datetime(2025, 5, 10, 23, 59), Given(today=DAY))


def test_the_condition_of_limits(catalogue):
    conditional, always = catalogue.form("ALL", 1).bounds["D"]

    assert conditional.applies(Given(T="X"))
    assert not conditional.applies(Given())
    assert always.applies(Given())


def test_limits_of_an_analyte(catalogue):
    hard, soft = catalogue.form("LBH", 1).limits["WBC"]

    assert hard.limits(Given()) == (0, 500)
    assert soft.outside(Decimal("0.9"), Given())


def test_where_the_message_of_a_check_stands(catalogue):
    given, derived = catalogue.form("VS", 1).checks

    assert (given.id, given.items) == ("VS-01", ("DIABP", "SYSBP"))
    assert derived.items == ("VSDAT", "TEMP")
    assert catalogue.form("LBH", 1).checks[1].group == "LB"
