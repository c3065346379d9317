"""The planned day, the window and the status of each kind of event (part B 1.1, 1.2, 3.12)."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from ecrf.definition.model import Anchor, Event, Study, Text
from ecrf.definition.values import PartialDate, Value
from ecrf.entry.context import Filed
from ecrf.services import schedule

TITLE = {"en": "Event", "zh": "事件"}
ICF, LK0, D0 = dt.date(2025, 6, 1), dt.date(2025, 7, 20), dt.date(2025, 8, 20)
REAL = {
    "consent": schedule.Anchor(ICF, real=True),
    "leukapheresis": schedule.Anchor(LK0, real=True),
    "infusion": schedule.Anchor(D0, real=True),
}
PLANNED = REAL | {"infusion": schedule.Anchor(D0, real=False)}


def event(**given: object) -> Event:
    return Event.model_validate({"event": "E", "title": TITLE, **given})


D28 = event(anchor="infusion", day=28, early=0, late=3)
M3 = event(anchor="infusion", day=90, early=7, late=7)
M12 = event(anchor="infusion", day=365, early=14, late=14)
Y3 = event(anchor="infusion", years=3, early=60, late=60)
BRIDGING = event(
    kind="interval",
    anchor="leukapheresis",
    day=1,
    until={"anchor": "infusion", "day": -6},
)


@pytest.mark.req("R-072")
@pytest.mark.parametrize(
    ("visit", "done", "status", "days"),
    [
        (D28, "2025-09-17", "IN", 0),
        (D28, "2025-09-16", "EARLY", 1),
        (D28, "2025-09-20", "IN", 3),
        (M3, "2025-11-26", "LATE", 1),
        (M12, "2026-08-06", "IN", -14),
        (D28, None, "DUE", 0),
        (M3, None, "NOT_DUE", 55),
    ],
)
def test_a_visit_lies_in_its_window_or_so_many_days_outside(visit, done, status, days):
    plan = schedule.plan(visit, REAL)
    today = dt.date(2025, 9, 17)

    found = plan.visit(visit, dt.date.fromisoformat(done) if done else None, today)

    assert (found.status, found.days) == (status, days)


def test_what_was_not_done_is_missed_after_its_window():
    found = schedule.plan(D28, REAL).visit(D28, None, dt.date(2025, 9, 25))

    assert (found.status, found.days) == ("MISSED", 5)


def test_a_year_is_a_calendar_year_and_29_february_becomes_the_28th():
    known = {"infusion": schedule.Anchor(dt.date(2028, 2, 29), real=True)}

    plan = schedule.plan(Y3, known)

    assert plan.planned == dt.date(2031, 2, 28)
    assert (plan.earliest, plan.latest) == (dt.date(2030, 12, 30), dt.date(2031, 4, 29))


def test_dates_are_provisional_until_the_infusion_is_real():
    assert schedule.plan(D28, PLANNED).provisional
    assert schedule.plan(BRIDGING, PLANNED).provisional
    assert not schedule.plan(D28, REAL).provisional


def test_an_interval_runs_from_one_anchor_to_another_and_cannot_be_missed():
    plan = schedule.plan(BRIDGING, REAL)

    assert (plan.earliest, plan.latest) == (dt.date(2025, 7, 21), dt.date(2025, 8, 14))
    assert plan.visit(BRIDGING, None, dt.date(2026, 1, 1)) is None


def test_an_event_whose_anchor_is_unknown_has_no_plan():
    assert schedule.plan(M3, {}) is None
    assert schedule.plan(event(kind="log"), REAL) is None


@pytest.fixture
def study():
    """A study whose infusion is planned on one form and recorded on another."""
    label = Text(en="Infusion", zh="回输")
    dates = ("INF.INFDAT", "PLD.PLANNED")
    usual = Study.model_fields
    return SimpleNamespace(
        all_anchors=lambda: Study.all_anchors(
            SimpleNamespace(  # type: ignore[arg-type]
                anchors=(Anchor(anchor="infusion", label=label, dates=dates),),
                consent=usual["consent"].default,
                infusion=usual["infusion"].default,
            )
        )
    )


def dated(year, month, day):
    return Value("x", typed=PartialDate(year, month, day))


def test_the_real_date_of_an_anchor_goes_before_the_planned_one(study):
    agreed = {"PLD": [Filed("PLD", 1, {"PLANNED": dated(2025, 8, 21)})]}
    real = agreed | {"INF": [Filed("D0", 1, {"INFDAT": dated(2025, 8, 20)})]}

    assert schedule.anchors(study, agreed)["infusion"] == schedule.Anchor(
        dt.date(2025, 8, 21), real=False
    )
    assert schedule.anchors(study, real)["infusion"] == schedule.Anchor(D0, real=True)
    assert "consent" not in schedule.anchors(study, real)


def test_a_date_in_rows_is_the_first_of_them_and_an_incomplete_one_is_none():
    forms = {
        "LD": [
            Filed(
                "LD1",
                1,
                {
                    "DOSE[1].LDDAT": Value("x", typed=dt.datetime(2025, 8, 16, 9)),
                    "DOSE[2].LDDAT": dated(2025, 8, 15),
                },
            )
        ],
        "IC": [Filed("SCR", 1, {"ic_date": dated(2025, 8, None)})],
    }

    assert schedule.first_date(forms, "LD.LDDAT") == dt.date(2025, 8, 15)
    assert schedule.first_date(forms, "IC.ic_date") is None
