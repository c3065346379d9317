"""The invented study: repeatable, whole, with its planted cases."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from flask import Flask

from ecrf import demo
from ecrf.definition.model import Event
from ecrf.definition.parts import Text
from ecrf.extensions import db
from ecrf.models import AuditEntry, Query, Record, Subject
from ecrf.synthetic import cases, logs, plan
from ecrf.synthetic.course import LLOQ, Course


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


def visits(code: str, event: str) -> list[dict]:
    """What the visit form of an event says."""
    query = db.select(Record.data).join(Subject, Subject.id == Record.subject_id)
    query = query.where(Subject.code == code, Record.event == event, Record.form == "SV")
    return [
        {path: value["v"] for path, value in data.items()} for data in db.session.scalars(query)
    ]


@pytest.mark.sqlite
def test_the_same_seed_and_cut_off_give_the_same_values(app: Flask) -> None:
    """A person who fails screening, written twice; demographics hold the subject's own code."""
    cut_off = dt.date.today() - dt.timedelta(days=100)
    for _ in range(2):
        made = demo.seed(app, 54, 7, lambda: None, only={6}, cut_off=cut_off)
        assert made.left == []
    with app.app_context():
        rows = db.session.execute(
            db.select(Record.subject_id, Record.event, Record.form, Record.repeat, Record.data)
            .where(Record.form != "DM")
        ).all()  # fmt: skip
    first, second = (
        {row[1:4]: row.data for row in rows if row.subject_id == number}
        for number in sorted({row.subject_id for row in rows})
    )
    assert len(first) > 20 and first == second


@pytest.mark.sqlite
def test_no_form_is_refused_to_the_second_infused_of_a_level(app: Flask) -> None:
    """The gap after the sentinel holds, so the checklist says proceed and the cells are given."""
    made = demo.seed(app, 54, 7, lambda: None, only={0, 1})
    assert (made.subjects, made.left) == (2, [])


@pytest.mark.sqlite
@pytest.mark.slow
def test_the_first_three_people_miss_and_shift_their_visits(app: Flask) -> None:
    made = demo.seed(app, 3, 7, lambda: None)
    assert made.left == []
    with app.app_context():
        (late,) = visits("BJ01-L001", "M2")
        (missed,) = visits("BJ01-S001", "M2")
        (early,) = visits("BJ01-P001", "D28")
        others = db.session.scalars(
            db.select(Record.form).join(Subject, Subject.id == Record.subject_id)
            .where(Subject.code == "BJ01-S001", Record.event == "M2")
        ).all()  # fmt: skip
    assert late["SVWIN"] == "LATE" and late["SVOOWRS"]
    assert (missed["SVOCCUR"], missed["SVREASOC"]) == ("N", "REFUSE")
    assert others == ["SV"]
    assert early["SVWIN"] == "EARLY"


def results() -> list[dict]:
    """The laboratory results after day 0."""
    query = db.select(Record.data).where(Record.form.like("LB_"), Record.event.like("M%"))
    query = query.where(Record.event != "MFG")
    return [
        value
        for data in db.session.scalars(query)
        for path, value in data.items()
        if path.endswith(".LBORRES")
    ]


@pytest.mark.sqlite
def test_some_results_are_in_another_unit_missing_or_corrected(app: Flask) -> None:
    """Part B 5.3, at the visits of one person; a slip that a check stops leaves no trace."""
    made = demo.seed(app, 54, 7, lambda: None, only={0})
    assert made.left == []
    with app.app_context():
        found = results()
        corrections = db.session.scalars(
            db.select(AuditEntry).where(AuditEntry.body.contains('"transcription"'))
        ).all()
    assert {value["m"] for value in found if "m" in value} == {"ND", "UNK"}
    other = [one for one in found if "nu" in one.get("f", {}) and one["u"] != one["f"]["nu"]]
    assert any(one["v"] != one["f"]["n"] for one in other)
    assert 0.005 < len(other) / len(found) < 0.04
    assert corrections and {entry.action for entry in corrections} == {"item.change"}


COHORTS = ("LN", "SSC", "PSSPAH")
CUT_OFF = dt.date(2026, 11, 20)


def test_infusions_keep_their_distance_and_levels_are_opened_by_decisions() -> None:
    """Part B 3.13, 3.14: 14 days after the sentinel of a level, then 7."""
    people = plan.people(COHORTS, 54, 7, CUT_OFF)
    opened = {one.meeting.opens: one.meeting.day for one in people if one.meeting}
    assert list(opened) == ["DL2", "DL3"]
    for level in ("DL1", "DL2", "DL3"):
        here = [one for one in people if one.level == level and one.case.fate == "infused"]
        days = [one.infusion for one in here]
        gaps = [(later - day).days for day, later in zip(days, days[1:], strict=False)]
        assert len(here) > 8 and gaps[0] >= 14 and min(gaps) >= 7
        assert all(one.enrolled > opened[level] for one in here if level in opened)


def test_a_person_is_the_same_whoever_else_is_there() -> None:
    one, other = (plan.people(COHORTS, 54, 7, CUT_OFF)[20] for _ in range(2))
    plan.people(COHORTS, 3, 8, CUT_OFF)
    assert (one.birth, one.weight, one.infusion) == (other.birth, other.weight, other.infusion)
    assert one.course.peak == other.course.peak


def test_age_and_sex_follow_the_cohort() -> None:
    """Part B 5.1, adults; the only child is planted."""
    everybody = [one for one in plan.people(COHORTS, 900, 7, CUT_OFF) if one.index > cases.LOAD]
    for cohort, years, women in (("LN", 31, 0.90), ("SSC", 45, 0.82), ("PSSPAH", 44, 0.95)):
        here = [one for one in everybody if one.cohort == cohort]
        ages = [(one.consent - one.birth).days / 365.25 for one in here]
        assert years - 4 < median(ages) < years + 5 and 18 <= min(ages) and max(ages) < 66
        assert abs(sum(one.sex == "F" for one in here) / len(here) - women) < 0.06


TITLE = Text(en="Month", zh="月")


def test_a_few_visits_are_late_or_missed_and_events_come_by_themselves() -> None:
    """Part B 5.3."""
    events = [
        Event(event=f"M{month}", title=TITLE, day=30 * month, late=7) for month in range(2, 12)
    ]
    people = [one for one in plan.people(COHORTS, 300, 7, CUT_OFF) if one.case is cases.USUAL]
    for one in people:
        days = [one.day_of(event) for event in events]
        assert all(day is not None for day in days)
        terms = [line.answers["CTCTERM"] for line in logs.usual(one) if line.form == "AE"]
        assert 3 <= len(terms) <= 8 and len(set(terms)) == len(terms)
    made = len(people) * len(events)
    assert 0.03 < sum(len(one.late) for one in people) / made < 0.07
    assert 0.01 < sum(len(one.absent) for one in people) / made < 0.03


def courses(count: int = 400, **changes) -> list[Course]:
    return [Course(random.Random(seed), 1.0, **changes) for seed in range(count)]


def test_the_same_seed_tells_the_same_illness() -> None:
    one, two = Course(random.Random(3), 1.0), Course(random.Random(3), 1.0)
    assert [one.copies(day) for day in range(60)] == [two.copies(day) for day in range(60)]


def test_the_population_is_like_the_recipe() -> None:
    """Part B 5.4: CRS in about two thirds, peak near day 10, B cells back after some months."""
    people = courses()
    assert 0.55 < sum(one.crs > 0 for one in people) / len(people) < 0.78
    assert 9 <= median(one.peak_day for one in people) <= 11
    assert 15_000 < median(one.peak for one in people) < 40_000
    assert 100 < median(one.b_cells_return for one in people) < 180
    assert 0.8 < sum(one.copies(90) < LLOQ for one in people) / len(people)
    lowest = [min(one.neutrophils(day) for day in range(0, 20)) for one in people]
    assert 0.75 < sum(count < 1.0 for count in lowest) / len(people)
    assert 2 < median(one.onset for one in people) < 9


def values(form: str) -> list[dict[str, str]]:
    """What the records of a form say."""
    return [
        {path: value.get("v", "") for path, value in data.items()}
        for data in db.session.scalars(db.select(Record.data).where(Record.form == form))
    ]


def somebody(fits: Callable[[Course], bool]) -> tuple[int, int]:
    """Somebody unplanned of the first dose level with such a course: the seed, and the place."""
    return next(
        (number, one.index)
        for number in range(1, 200)
        for one in plan.people(COHORTS, 20, number, CUT_OFF)
        if one.case.untidy and one.level == "DL1" and fits(one.course)
    )


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_release_of_cytokines_is_told_as_the_ward_tells_it(app: Flask) -> None:
    """Part B 5.2: assessments, episode, event and treatment say the same."""
    number, place = somebody(lambda course: course.crs == 2)
    made = demo.seed(app, 20, number, lambda: None, only={place}, cut_off=CUT_OFF)
    assert made.left == []
    with app.app_context():
        (episode,), (treatment,) = values("CRS"), values("TOXTX")
        (event,) = [one for one in values("AE") if one["GRSYS"] == "ASTCT_CRS"]
        names = set(db.session.scalars(db.select(AuditEntry.actor)))
        queries = db.session.scalars(db.select(Query)).all()
    assert (episode["CRSMAX"], episode["CRSMAXI"], event["AETOXGR"]) == ("2", "2", "2")
    assert (event["AESILINK"], treatment["TXEPIS"]) == ("CRS-1", "CRS-1")
    assert {"wang.li", "zhang.wei", "zhao.min"} <= names  # two enter, one signs
    assert {one.state for one in queries} & {"answered", "closed"}
    fevers = [one for one in queries if one.check == "X-04"]
    assert all(one.state == "closed" for one in fevers)  # the episode answers for the fever


@pytest.mark.sqlite
@pytest.mark.slow
def test_neurotoxicity_is_told_with_its_score(app: Flask) -> None:
    number, place = somebody(lambda course: course.neurotoxicity > 0)
    made = demo.seed(app, 20, number, lambda: None, only={place}, cut_off=CUT_OFF)
    assert made.left == []
    with app.app_context():
        (episode,) = values("ICANS")
        worst = min(int(one["ICESCORE"]) for one in values("ICE") if one.get("ICESCORE"))
    assert episode["ICMAX"] == episode["ICMAXI"] and worst < 10


def test_neurotoxicity_is_rare_and_follows_the_release() -> None:
    """Part B 5.4: 2.4 % of all."""
    people = courses(3000)
    assert 0.012 < sum(one.neurotoxicity > 0 for one in people) / len(people) < 0.04


def test_b_cells_go_unless_planted_otherwise() -> None:
    assert all(one.b_cells(21) == 0 for one in courses(50))
    assert all(one.b_cells(21) > 3 for one in courses(50, depletes=False))


def test_one_person_of_seven_fails_screening() -> None:
    assert [n for n in range(30) if cases.of(n).fate == "failure"] == [6, 13, 20, 27]
