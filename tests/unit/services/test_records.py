"""Saving: every changed item leaves its trace, and nothing is written that should not be."""

import datetime as dt

import pytest
from sqlalchemy import func, insert, select

from ecrf.models import AuditEntry, AuditValue, Record
from ecrf.services import audit, records
from ecrf.services.errors import (
    Forbidden,
    Locked,
    NotFound,
    ReasonNeeded,
    Refused,
    Stale,
)
from ecrf.services.keys import Key
from ecrf.services.records import Reason
from tests.desk import CONSENT, TYPO, VITAL_SIGNS


def count_entries(desk, record_id):
    with desk.work() as work:
        query = select(func.count()).where(
            AuditEntry.record_id == record_id, AuditEntry.path.is_not(None)
        )
        return work.session.scalar(query)


@pytest.mark.req("R-001")
def test_a_first_save_writes_one_complete_entry_an_item(desk):
    key, saved = desk.vital_signs()

    lines = desk.history(saved.record_id, "TEMP")

    assert [line.action for line in lines] == ["item.enter"]
    assert lines[0].old is None and lines[0].new.text == "36.6"
    assert lines[0].by["user"] == "wang.li" and lines[0].by["role"] == "coordinator"
    assert len(saved.changed) == len(VITAL_SIGNS) + 1  # and the body surface area
    assert desk.record(key).revision == 1


@pytest.mark.req("R-002")
def test_three_changes_can_be_read_back_in_order(desk):
    key, saved = desk.vital_signs()
    for number, text in enumerate(["37.0", "37.1", "37.2"], start=1):
        desk.save(key, {"TEMP": text}, revision=number, reasons={"TEMP": TYPO})

    lines = desk.history(saved.record_id, "TEMP")

    assert [line.new.text for line in lines] == ["36.6", "37.0", "37.1", "37.2"]
    assert [line.old.text for line in lines[1:]] == ["36.6", "37.0", "37.1"]
    assert lines[1].reason == {"code": "transcription", "text": ""}


@pytest.mark.req("R-003")
@pytest.mark.parametrize("reason", [None, Reason("other"), Reason("other", "  "), Reason("why")])
def test_a_change_without_a_reason_is_refused_and_nothing_changes(desk, reason):
    key, saved = desk.vital_signs()

    with pytest.raises(ReasonNeeded) as refusal:
        desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": reason} if reason else {})

    assert refusal.value.paths == ("TEMP",)
    assert desk.record(key).data["TEMP"]["v"] == "36.6"
    assert count_entries(desk, saved.record_id) == len(saved.changed)


@pytest.mark.req("R-003")
def test_clearing_and_entering_again_both_ask_for_a_reason(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    desk.save(key, {"TEMP": "36.6"})
    with pytest.raises(ReasonNeeded):
        desk.save(key, {"TEMP": ""}, revision=1)
    desk.save(key, {"TEMP": ""}, revision=1, reasons={"TEMP": TYPO})

    with pytest.raises(ReasonNeeded):
        desk.save(key, {"TEMP": "36.7"}, revision=2)


@pytest.mark.req("R-004")
def test_unchanged_items_leave_no_entry(desk):
    key, saved = desk.vital_signs()

    again = desk.save(key, {**VITAL_SIGNS, "PULSE": "80"}, revision=1, reasons={"PULSE": TYPO})

    assert again.changed == ("PULSE",)
    assert count_entries(desk, saved.record_id) == len(saved.changed) + 1


def test_a_save_without_change_keeps_the_revision(desk):
    key, _ = desk.vital_signs()

    assert desk.save(key, VITAL_SIGNS, revision=1).revision == 1


@pytest.mark.req("R-005")
def test_a_row_struck_out_stays_readable(desk):
    code = desk.consented()
    key = Key(code, "D0", 1, "INF")
    saved = desk.save(key, {"BAG[1].BAGVOLI": "50.0"})
    with pytest.raises(ReasonNeeded):
        desk.save(key, {"BAG[1]": "deleted"}, revision=1)

    desk.save(key, {"BAG[1]": "deleted"}, revision=1, reasons={"BAG[1]": TYPO})

    data = desk.record(key).data
    assert data["BAG[1]"]["v"] == "deleted" and data["BAG[1].BAGVOLI"]["v"] == "50.0"
    assert desk.history(saved.record_id, "BAG[1]")[0].action == "row.strike"


@pytest.mark.req("R-008")
def test_when_the_audit_fails_nothing_is_saved(desk, monkeypatch):
    key = Key(desk.consented(), "SCR", 1, "VS")

    def fail(*_arguments, **_options):
        raise OSError("no space left")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(OSError):
        desk.save(key, VITAL_SIGNS)
    monkeypatch.undo()

    with desk.work() as work:
        assert work.session.scalar(select(func.count()).where(Record.form == "VS")) == 0


@pytest.mark.req("R-015", "R-069")
def test_a_derived_value_is_attributed_to_the_system_for_the_person(desk):
    _, saved = desk.vital_signs()

    line = desk.history(saved.record_id, "BSA")[0]

    assert line.by["user"] == "system:derivation" and line.by["for"] == "wang.li"
    assert line.new.text == "1.611"  # sqrt(161 x 58 / 3600)


@pytest.mark.req("R-060", "R-062")
def test_text_is_kept_exactly_and_missing_is_not_blank(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")

    desk.save(key, {"TEMP": "36.0", "PULSE": "nd", "RESP": ""})

    data = desk.record(key).data
    assert data["TEMP"]["v"] == "36.0"
    assert data["PULSE"] == {"m": "ND"}
    assert "RESP" not in data


@pytest.mark.req("R-060")
@pytest.mark.parametrize(
    "path, text", [("PULSE", "fast"), ("TEMP", "36.66"), ("O2DEV", "BALLOON"), ("VSDAT", "31/31")]
)
def test_a_value_of_the_wrong_type_is_refused_at_its_item(desk, path, text):
    key = Key(desk.consented(), "SCR", 1, "VS")

    with pytest.raises(Refused) as refusal:
        desk.save(key, {path: text, "RESP": "16"})

    (finding,) = refusal.value.findings
    assert finding.path == path and finding.message.zh and finding.message.en


def test_an_impossible_value_is_refused(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")

    with pytest.raises(Refused) as refusal:
        desk.save(key, {"TEMP": "55.0"})

    assert [f.id for f in refusal.value.findings] == ["TEMP.hard"]


@pytest.mark.req("R-061")
def test_an_unusual_value_is_stored_and_keeps_the_form_from_completion(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    desk.save(key, {**VITAL_SIGNS, "TEMP": "39.4"})

    with pytest.raises(Refused):
        desk.save(key, {}, revision=1, complete=True)
    confirmed = frozenset({"TEMP.soft@TEMP"})
    done = desk.save(key, {}, revision=1, complete=True, confirmed=confirmed)

    assert desk.record(key).status == "complete" and done.revision == 2


@pytest.mark.req("R-064")
def test_a_stale_revision_is_refused_with_what_is_there_now(desk):
    key, _ = desk.vital_signs()
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    with pytest.raises(Stale) as refusal:
        desk.save(key, {"TEMP": "36.9"}, revision=1, reasons={"TEMP": TYPO})

    assert refusal.value.revision == 2 and refusal.value.theirs["TEMP"].text == "37.0"


@pytest.mark.req("R-148", "R-066")
def test_nothing_is_entered_before_consent(desk):
    key = Key(desk.subject(), "SCR", 1, "VS")

    with pytest.raises(Refused) as refusal:
        desk.save(key, VITAL_SIGNS)

    assert [f.id for f in refusal.value.findings] == ["consent.missing"]


@pytest.mark.req("R-043")
@pytest.mark.parametrize("who", ["chen.jing", "sun.hao", "he.xin", "lin.tao", "gao.lei", "ma.rui"])
def test_only_the_site_writes_values(desk, who):
    key = Key(desk.subject(), "SCR", 1, "IC")

    with pytest.raises(Forbidden):
        desk.save(key, CONSENT, by=who)


@pytest.mark.req("R-041")
def test_a_subject_of_another_site_is_not_found(desk):
    code = desk.subject()

    with pytest.raises(NotFound), desk.work(site="SH01") as work:
        records.save(work, Key(code, "SCR", 1, "IC"), {}, revision=0)


@pytest.mark.req("R-087")
def test_a_locked_record_refuses_every_save(desk):
    key, saved = desk.vital_signs()
    with desk.work() as work:
        work.session.get_one(Record, saved.record_id).locked = True

    with pytest.raises(Locked):
        desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})


@pytest.mark.req("R-063", "R-116")
def test_a_partial_date_is_kept_as_known(desk):
    key = Key(desk.consented(), "LOG", 1, "AE")

    desk.save(key, {"AETERM": "头痛", "AESTDAT": "2026-03"})

    assert desk.record(key).data["AESTDAT"]["v"] == "2026-03"


@pytest.mark.req("R-071")
def test_the_unit_entered_stays_with_the_value(desk):
    key = Key(desk.consented(), "SCR", 1, "LBH")

    desk.save(key, {"LB[HGB].LBORRES": "12.1|g/dL"})

    stored = desk.record(key).data["LB[HGB].LBORRES"]
    assert (stored["v"], stored["u"]) == ("12.1", "g/dL")
    assert (stored["f"]["n"], stored["f"]["nu"]) == ("121", "g/L")


@pytest.mark.req("R-006")
@pytest.mark.parametrize("table", [AuditEntry.__table__, AuditValue.__table__])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_the_trail(desk, table, verb):
    desk.consented()
    statement = table.update().values(log="x") if verb == "update" else table.delete()

    with pytest.raises(Exception, match="append-only"), desk.work() as work:
        work.session.execute(statement)


@pytest.mark.req("R-021")
def test_the_trail_is_in_order_when_the_clock_steps_back(desk):
    later = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    key, saved = desk.vital_signs()
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO}, now=later)
    desk.save(
        key,
        {"TEMP": "37.1"},
        revision=2,
        reasons={"TEMP": TYPO},
        now=later - dt.timedelta(hours=1),
    )

    lines = desk.history(saved.record_id, "TEMP")

    assert [line.new.text for line in lines] == ["36.6", "37.0", "37.1"]
    assert lines[1].at > lines[2].at and lines[1].seq < lines[2].seq


def test_an_audit_row_cannot_be_replaced(desk):
    desk.consented()
    with desk.work() as work:
        row = work.session.execute(select(AuditEntry.__table__).limit(1)).one()._asdict()

    with pytest.raises(Exception), desk.work() as work:  # noqa: B017 - each database has its own
        work.session.execute(insert(AuditEntry.__table__).prefix_with("OR REPLACE"), row)
