"""Windows of events and ranges of laboratories; the messages are in the corpus."""

from __future__ import annotations

import datetime as dt

import pytest

from ecrf.definition.check_study import check_build, check_laboratory
from ecrf.definition.episodes import Episode, check_episodes
from ecrf.definition.model import Build, Laboratory, ReferenceRange
from ecrf.definition.rule_types import Type
from ecrf.definition.source import Source

TEXT = {"en": "x", "zh": "x"}


def overlaps(*events):
    listed = [
        {"event": f"E{i}", "title": TEXT, "anchor": "infusion", "day": d, "early": a, "late": b}
        for i, (d, a, b) in enumerate(events)
    ]
    build = Build.model_validate(
        {"build": 1, "protocol": "P", "protocol_version": "1", "status": "draft",
         "date": "2025-01-01", "events": listed}
    )  # fmt: skip
    source = Source("x", "", "")
    check_build(build, source, None, {}, frozenset())
    return len(source.errors)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(7, 1, 1), (10, 1, 1)], 0),
        ([(7, 1, 1), (9, 1, 1)], 1),
        ([(7, 1, 1), (9, 0, 1), (10, 0, 0)], 1),
        ([(10, 2, 0), (7, 0, 1)], 1),
        ([(-5, 4, 1), (-4, 4, 1), (-1, 1, 1), (0, 0, 0)], 0),
    ],
)
def test_windows_after_the_infusion_do_not_overlap(events, expected):
    assert overlaps(*events) == expected


def row(number, **given):
    return ReferenceRange(
        id=f"R{number}", analyte="ALT", unit="U/L", effective_from=dt.date(2025, 1, 1)
    ).model_copy(update=given)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"age_from": 0, "age_to": 18}, {"age_from": 18}, 0),
        ({"age_from": 0, "age_to": 18}, {"age_from": 17}, 1),
        ({"sex": "M"}, {"sex": "F"}, 0),
        ({"sex": "M"}, {"sex": "B"}, 0),
        ({"age_to": 1}, {"age_from": 12, "age_unit": "M"}, 0),
        ({"effective_to": dt.date(2025, 6, 1)}, {"effective_from": dt.date(2025, 6, 1)}, 0),
        ({"effective_to": dt.date(2025, 6, 2)}, {"effective_from": dt.date(2025, 6, 1)}, 1),
    ],
)
def test_one_result_has_one_range(first, second, expected):
    laboratory = Laboratory(
        laboratory="L", label=TEXT, valid_from=dt.date(2025, 1, 1),
        ranges=(row(1, **first), row(2, **second)),
    )  # fmt: skip
    source = Source("x", "", "")
    check_laboratory(laboratory, source, [])

    assert len([e for e in source.errors if "overlaps" in e.message]) == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"grade": None}, []),
        ({"start": "CRSSTDTN"}, ['there is no item "CRS.CRSSTDTN"']),
        ({"end": "CRSMAX"}, ["CRS.CRSMAX is a number, not a date"]),
        ({"grade": "CRSG"}, ['there is no item "CRS.CRSG"']),
    ],
)
def test_an_episode_names_items_and_its_ends_are_dates(given, said):
    names = {
        "CRS.CRSSTDTM": Type("datetime"),
        "CRS.CRSENDTM": Type("list", of=Type("datetime")),
        "CRS.CRSMAX": Type("number"),
    }
    whole = {"form": "CRS", "label": TEXT, "start": "CRSSTDTM", "end": "CRSENDTM"}
    source = Source("x", "", "")
    check_episodes((Episode.model_validate(whole | {"grade": "CRSMAX"} | given),), source, names)

    assert [error.message for error in source.errors] == said
