"""Tampering behind the program's back is found, and the first broken entry is named."""

import json

import pytest
from sqlalchemy import text

from ecrf.extensions import db
from ecrf.services import audit_export, audit_trail, queries
from ecrf.services.queries import Said
from tests.desk import TYPO

GUARDED = ("audit_entry", "audit_value", "audit_log", "signature", "record", "query", "query_event")


@pytest.fixture
def corrected(desk):
    """Vital signs with one correction; returns (key, record id)."""
    key, saved = desk.vital_signs()
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})
    return key, saved.record_id


def tamper(app, statement, **parameters):
    """Do what a database administrator could: take the triggers away first."""
    with app.app_context(), db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            for table in GUARDED:
                connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
        else:
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            for name in list(names):
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        done = connection.execute(text(statement), parameters)
        assert done.rowcount, "the tampering of this test changed nothing"


def seq_of(desk, record_id, path, nth=-1):
    return desk.history(record_id, path)[nth].seq


@pytest.mark.req("R-007")
def test_an_untouched_trail_is_whole(desk, corrected):
    report = desk.verify()

    assert report.ok and report.entries > 20 and report.values > 20


@pytest.mark.req("R-007")
@pytest.mark.parametrize(
    "old, new",
    [
        ('"user":"wang.li"', '"user":"zhao.min"'),
        ('"code":"transcription"', '"code":"new_information"'),
        ('"at":"20', '"at":"19'),
        ('"item":"TEMP"', '"item":"PULSE"'),
    ],
    ids=["actor", "reason", "time", "item"],
)
def test_an_edited_entry_is_named(desk, corrected, old, new):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP")

    tamper(
        desk.app,
        "UPDATE audit_entry SET body = REPLACE(body, :old, :new) WHERE log <> 'system' "
        "AND seq = :seq",
        old=old,
        new=new,
        seq=seq,
    )

    report = desk.verify()
    assert not report.ok and report.faults[0].seq == seq


@pytest.mark.req("R-007")
@pytest.mark.parametrize("column", ["actor", "action", "at"])
def test_an_edited_column_is_found(desk, corrected, column):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP")

    tamper(
        desk.app,
        f"UPDATE audit_entry SET {column} = 'x' WHERE log <> 'system' AND seq = :seq",
        seq=seq,
    )

    assert desk.verify().faults[0].seq == seq


@pytest.mark.req("R-007")
@pytest.mark.parametrize("column, other", [("value", '{"v":"36.9"}'), ("salt", "00" * 16)])
def test_an_edited_value_or_salt_is_named(desk, corrected, column, other):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP")

    tamper(
        desk.app,
        f"UPDATE audit_value SET {column} = :other WHERE log <> 'system' AND seq = :seq",
        other=other,
        seq=seq,
    )

    fault = desk.verify().faults[0]
    assert (fault.seq, fault.item, fault.kind) == (seq, "TEMP", "chain")


@pytest.mark.req("R-007")
def test_an_entry_removed_in_the_middle_is_found(desk, corrected):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP", 0)
    tamper(desk.app, "DELETE FROM audit_entry WHERE log <> 'system' AND seq = :seq", seq=seq)

    assert f"entry {seq} is missing" in desk.verify().faults[0].text


@pytest.mark.req("R-007")
def test_an_entry_removed_at_the_end_is_found(desk, corrected):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP")
    tamper(desk.app, "DELETE FROM audit_entry WHERE log <> 'system' AND seq = :seq", seq=seq)

    kinds = {fault.kind for fault in desk.verify().faults}
    assert {"head", "value"} <= kinds


@pytest.mark.req("R-016")
def test_a_value_changed_without_an_entry_is_found(desk, corrected):
    _, record_id = corrected
    seq = seq_of(desk, record_id, "TEMP")
    replace = "REPLACE(CAST(data AS TEXT), '37.0', '36.9')"
    if desk.app.config["DATABASE_URL"].startswith("postgresql"):
        replace = f"CAST({replace} AS jsonb)"
    tamper(desk.app, f"UPDATE record SET data = {replace} WHERE id = :id", id=record_id)

    faults = {(f.kind, f.item): f for f in desk.verify().faults}

    assert faults["value", "TEMP"].seq == seq
    assert "VS TEMP" in str(faults["value", "TEMP"])


@pytest.mark.req("R-013", "R-014")
def test_the_export_has_every_row_and_says_its_digest(desk, corrected, tmp_path):
    with desk.work("he.xin") as work:
        manifest = audit_export.export(work, tmp_path / "trail.csv")

    rows = (tmp_path / "trail.csv").read_text("utf-8-sig").splitlines()
    with desk.work() as work:
        log = desk.catalogue.study.study
        entries = sum(1 for _ in audit_trail.entries(work, log))
    assert manifest["rows"] == entries == len(rows) - 1
    temperature = next(row for row in rows if ",item.change," in row)
    assert "Body temperature" in temperature and "体温" in temperature
    assert "36.6" in temperature and "37.0" in temperature
    saved = json.loads((tmp_path / "trail.csv.manifest.json").read_text())
    assert saved["sha256"] == manifest["sha256"]


def test_the_export_refuses_an_unknown_format(desk, tmp_path):
    with pytest.raises(Exception, match="audit.format"), desk.work("he.xin") as work:
        audit_export.export(work, tmp_path / "trail.xls")


@pytest.fixture
def answered(desk, corrected):
    """A query about the correction, given to somebody and answered; its number."""
    key, _ = corrected
    with desk.work("chen.jing") as work:
        number = queries.raise_query(work, key, "TEMP", Said("Which of both is right?")).id
    with desk.work("chen.jing") as work:
        queries.assign(work, number, "wang.li", seen=1)
    with desk.work("wang.li") as work:
        queries.move(work, number, "answer", Said("The second, see the source."), seen=2)
    return number


@pytest.mark.req("R-016", "R-076")
@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE query_event SET text = 'Of course.' WHERE move = 'answer'", "what was said was"),
        ("UPDATE query_event SET text_zh = '是' WHERE move = 'open'", "what was said was"),
        ("UPDATE query_event SET salt = 'ff' WHERE move = 'open'", "what was said was"),
        ("UPDATE query_event SET \"by\" = 'zhao.min' WHERE move = 'answer'", "who made the move"),
        ("UPDATE query_event SET move = 'reopen' WHERE move = 'answer'", "does not know its move"),
        ("DELETE FROM query_event WHERE move = 'answer'", "is missing"),
        ("DELETE FROM query_event", "is missing"),
        ("UPDATE query SET text = 'All is well.'", "not the one that was asked"),
        ("UPDATE query SET state = 'closed'", "its state does not follow"),
    ],
)
def test_a_query_that_says_something_else_is_named(desk, answered, edit, told):
    assert desk.verify().ok

    tamper(desk.app, edit)

    (fault,) = desk.verify().faults
    assert (fault.kind, fault.item) == ("query", "TEMP")
    assert f"query {answered}: " in str(fault) and told in str(fault)
