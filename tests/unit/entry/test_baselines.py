"""Grades that rest on a baseline (LB-05): which value it is, and the boundary of the grades."""

from __future__ import annotations

import pytest

from ecrf.entry.context import Filed
from ecrf.entry.evaluate import evaluate
from tests.unit.entry.shipped import SAMPLE, context, study, typed

CREAT = "LB[CREAT].LBORRES"


def panel(event, day, creatinine, time=None, earlier=True):
    texts = {**SAMPLE, "LBDAT": day, CREAT: creatinine} | ({"LBTIM": time} if time else {})
    values = evaluate(study(), study().form("LBC", 1), typed("LBC", texts), about({})).data
    return Filed(event, 1, values, earlier=earlier)


def about(forms):
    man = [Filed("SCR", 1, typed("DM", {"birth_date": "1970-01-01", "sex": "M"}))]
    return context("D7", {"DM": man, **forms})


def doses(*starts):
    return [
        Filed("LD", n, typed("LD", {"LDDAT": day} | ({"LDSTTIM": time} if time else {})))
        for n, (day, time) in enumerate(starts, start=1)
    ]


def graded(creatinine, day="2026-03-20", previous=None, time=None, **forms):
    texts = {**SAMPLE, "LBDAT": day, CREAT: creatinine} | ({"LBTIM": time} if time else {})
    form = study().form("LBC", 1)
    found = evaluate(study(), form, typed("LBC", texts), about(forms), previous=previous)
    return found.data[CREAT].facets, found.data


@pytest.mark.parametrize(
    ("now", "grade"), [("67.5", "0"), ("67.6", "H2"), ("135", "H2"), ("135.1", "H3")]
)
def test_a_rise_over_the_baseline_is_graded_inside_the_normal_range(now, grade):
    """Part B 3.7 note b: a baseline of 45 umol/L makes 70 a grade 2."""
    facets, _ = graded(now, LBC=[panel("BL", "2026-03-05", "45")], LD=doses(("2026-03-06", None)))
    assert (facets["bl"], facets["gr"]) == ("45", grade)


def test_without_a_baseline_the_value_is_graded_as_if_it_had_been_normal():
    facets, _ = graded("70", LD=doses(("2026-03-06", None)))
    assert "bl" not in facets and facets["gr"] == "0"


def test_the_last_value_before_the_first_dose_counts():
    samples = [
        panel("SCR", "2026-02-01", "80"),
        panel("LD1", "2026-03-06", "45", "07:00"),
        panel("LD2", "2026-03-07", "99", "07:00"),
    ]
    dosed = doses(("2026-03-06", "09:30"), ("2026-03-07", "09:30"))
    assert graded("70", LBC=samples, LD=dosed)[0]["bl"] == "45"
    untimed = [samples[0], panel("LD1", "2026-03-06", "45")]
    assert graded("70", LBC=untimed, LD=dosed)[0]["bl"] == "80"


def test_without_lymphodepletion_the_infusion_ends_the_baseline():
    infused = [Filed("D0", 1, typed("INF", {"INFDAT": "2026-03-12"}))]
    facets, _ = graded("70", LBC=[panel("BL", "2026-03-11", "45")], INF=infused)
    assert facets["bl"] == "45"


def test_a_sample_before_it_has_no_baseline():
    samples = [panel("SCR", "2026-02-01", "45")]
    facets, _ = graded("70", "2026-03-05", LBC=samples, LD=doses(("2026-03-06", None)))
    assert "bl" not in facets


def test_a_frozen_grade_follows_a_corrected_baseline():
    dosed = doses(("2026-03-06", None))
    first, kept = graded("70", LBC=[panel("BL", "2026-03-05", "60")], LD=dosed)
    assert first["gr"] == "0"
    later, _ = graded("70", previous=kept, LBC=[panel("BL", "2026-03-05", "45")], LD=dosed)
    assert (later["bl"], later["gr"]) == ("45", "H2")
    assert later["rid"] == first["rid"]
