"""The audit trail of a form, read back and decoded."""

import pytest
from sqlalchemy import delete, text

from ecrf.models import AuditValue
from ecrf.outputs import compose, trail
from ecrf.outputs.casebook import Words
from tests.desk import TYPO

pytestmark = pytest.mark.sqlite


def read(desk, record_id):
    with desk.work() as work:
        return trail.read(
            work.session,
            work.catalogue.study.study,
            record_id,
            work.catalogue.current("VS"),
            lambda instant: compose.at_site(work.catalogue, "BJ01", instant),
        )


@pytest.mark.req("R-001", "R-014", "R-103")
def test_an_entry_says_who_when_what_decoded_and_coded(desk):
    _, saved = desk.vital_signs()

    (entry,) = [line for line in read(desk, saved.record_id) if line.path == "TEMPLOC"]

    item = desk.catalogue.current("VS").item("TEMPLOC")
    axilla = next(choice.label for choice in item.choices if choice.code == "AX")
    assert (entry.new.words, entry.new.code) == (Words.of(axilla), "AX")
    assert (entry.user, entry.oid, entry.label) == ("wang.li", "TEMPLOC", Words.of(item.label))
    assert entry.at.local.endswith("+08:00") and entry.at.utc.endswith("Z")


@pytest.mark.req("R-015")
def test_a_computed_value_names_the_system_and_whom_it_acted_for(desk):
    _, saved = desk.vital_signs()

    (entry,) = [line for line in read(desk, saved.record_id) if line.path == "BSA"]

    assert entry.user.startswith("system:") and entry.behalf == "wang.li"


@pytest.mark.req("R-002", "R-003")
def test_changes_are_counted_and_a_cleared_value_is_empty(desk):
    key, saved = desk.vital_signs()
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})
    desk.save(key, {"TEMP": "ND"}, revision=2, reasons={"TEMP": TYPO})

    lines = read(desk, saved.record_id)

    assert trail.changes(lines) == {"TEMP": 2}
    assert [line.new.words.en for line in lines if line.path == "TEMP"][-1] == "Not done (ND)"


@pytest.mark.req("R-019")
def test_a_value_that_was_taken_out_leaves_its_place(desk):
    _, saved = desk.vital_signs()
    seq = next(line.seq for line in read(desk, saved.record_id) if line.path == "TEMP")
    with desk.work() as work:
        connection = work.session.connection()
        for name in connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type='trigger'")
        ).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(delete(AuditValue).where(AuditValue.seq == seq))

    (entry,) = [line for line in read(desk, saved.record_id) if line.path == "TEMP"]

    assert entry.new.redacted and entry.new.words.en == ""
