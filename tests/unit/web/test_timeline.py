"""The course of a subject as a picture: whatever the dates, nothing covers anything."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition.model import Event
from ecrf.models import Subject
from ecrf.services import schedule
from ecrf.services.casebooks import Casebook, EventState
from ecrf.services.schedule import Anchor
from ecrf.web import timeline

CONSENT = dt.date(2026, 3, 2)
TITLE = {"en": "Visit", "zh": "访视"}
DAYS = (0, 1, 2, 3, 4, 5, 7, 10, 14, 21, 28, 60, 90, 180, 365, 730)


def visit(name: str, anchor: str, day: int, early: int = 0, late: int = 0) -> Event:
    return Event(event=name, title=TITLE, anchor=anchor, day=day, early=early, late=late, forms=())


EVENTS = (
    visit("SCR", "consent", 0, 0, 28),
    visit("LK", "consent", 35, 7, 21),
    *(visit(f"D{day}", "infusion", day, day // 8, day // 6) for day in DAYS),
)


def book(infusion: int | None, shifts: list[int | None], today: dt.date) -> Casebook:
    """The visits of a subject infused so many days after consent, each so many days off its plan
    or not done."""
    known = {"consent": Anchor(CONSENT, True)}
    if infusion is not None:
        known["infusion"] = Anchor(CONSENT + dt.timedelta(days=infusion), True)
    states = []
    for event, shift in zip(EVENTS, shifts, strict=True):
        plan = schedule.plan(event, known)
        done = plan.planned + dt.timedelta(days=shift) if plan and shift is not None else None
        at = plan.visit(event, done, today) if plan else None
        states.append(EventState(event, 1, (), done, plan, at))
    return Casebook(Subject(), tuple(states), {})


shifts = st.lists(st.none() | st.integers(-20, 40), min_size=len(EVENTS), max_size=len(EVENTS))


@given(st.none() | st.integers(1, 200), shifts, st.integers(0, 6000))
def test_nothing_covers_anything_and_all_is_within_the_picture(infusion, shifts, later):
    today = CONSENT + dt.timedelta(days=later)
    drawing = timeline.draw(book(infusion, shifts, today), [], today)

    assert drawing is not None
    assert len(drawing.visits) == (len(EVENTS) if infusion is not None else 2)
    assert (drawing.origin is None) == (infusion is None)
    for one, other in combinations(drawing.visits, 2):
        if one.row == other.row:
            assert one.reach[1] <= other.reach[0] or other.reach[1] <= one.reach[0]
    for mark in drawing.visits:
        assert mark.left <= mark.right
        assert mark.reach[0] >= 0 and mark.reach[1] <= timeline.WIDTH
    places = [x for x, _ in drawing.dates]
    assert all(
        after - before >= timeline.DATE for before, after in zip(places, places[1:], strict=False)
    )


@given(shifts)
def test_a_later_day_is_never_drawn_before_an_earlier_one(shifts):
    drawing = timeline.draw(book(40, shifts, CONSENT), [], CONSENT)

    assert drawing is not None
    done = sorted((one.what.date or one.what.planned, one.x) for one in drawing.visits)
    assert [x for _, x in done] == sorted(x for _, x in done)


def test_without_any_date_there_is_no_picture():
    assert timeline.draw(Casebook(Subject(), (), {}), [], CONSENT) is None


@pytest.mark.parametrize(
    ("shift", "later", "said"),
    [
        (0, 0, "in"),
        (-3, 0, "early"),
        (9, 0, "late"),
        (None, 40, "planned"),
        (None, 100, "due"),
        (None, 120, "overdue"),
    ],
)
def test_a_visit_stands_in_time(shift, later, said):
    one = visit("D60", "infusion", 60, 2, 2)
    plan = schedule.plan(one, {"infusion": Anchor(CONSENT + dt.timedelta(days=40), True)})
    assert plan is not None
    done = plan.planned + dt.timedelta(days=shift) if shift is not None else None
    at = plan.visit(one, done, CONSENT + dt.timedelta(days=later))

    assert timeline.status(EventState(one, 1, (), done, plan, at)) == said
    assert timeline.status(EventState(one, 1, (), None, plan, at, missed=True)) == "missed"
