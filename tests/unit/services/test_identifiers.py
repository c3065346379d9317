"""A barcode belongs to one subject: found at once among any number of records."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from ecrf.models import Identifier
from ecrf.services import identifiers
from ecrf.services.keys import Key
from tests.desk import TYPO


def typed(desk, barcode):
    code = desk.consented()
    key = Key(code, "SCR", 1, "LBH")
    return key, desk.save(key, {"LBPERF": "Y", "LBREFID": barcode})


def found(saved):
    return {finding.id for finding in saved.evaluation.findings} & {"LBH-12"}


@pytest.mark.req("R-060")
def test_a_barcode_of_another_subject_is_found_until_it_is_corrected(desk):
    first, saved = typed(desk, "B-1")
    second, other = typed(desk, "B-1")
    assert found(saved) == set() and found(other) == {"LBH-12"}

    desk.save(first, {"LBREFID": "B-2"}, revision=1, reasons={"LBREFID": TYPO})
    assert found(desk.save(second, {"LBPERF": "Y", "LBTIM": "06:40"}, revision=1)) == set()
    assert found(desk.save(second, {"LBREFID": ""}, revision=2, reasons={"LBREFID": TYPO})) == set()
    assert found(typed(desk, "B-1")[1]) == set()


def test_the_own_records_of_a_subject_are_no_others(desk):
    key, _ = typed(desk, "B-1")
    assert found(desk.save(key, {"LBTIM": "06:40"}, revision=1)) == set()


def test_what_was_saved_before_a_rule_asked_for_it_is_added(desk):
    typed(desk, "B-1")
    with desk.work() as work:
        work.session.execute(delete(Identifier))
    assert found(typed(desk, "B-1")[1]) == set()

    with desk.work() as work:
        identifiers.complete(work)
        identifiers.complete(work)
        assert sorted(work.session.scalars(select(Identifier.value))) == ["B-1", "B-1"]
    assert found(typed(desk, "B-1")[1]) == {"LBH-12"}
