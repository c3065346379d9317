"""The casebook of a form as the tables hold it."""

import pytest
from sqlalchemy import select

from ecrf.canonical import canonical_json, sha256_hex
from ecrf.models import AuditEntry, Record
from ecrf.outputs import compose, odm, pdf
from ecrf.outputs.casebook import Copy
from ecrf.services import keys, records
from tests.desk import TYPO

pytestmark = pytest.mark.sqlite


def casebook(desk, record_id, language="en", copy=None):
    with desk.work("zhao.min") as work:
        record, subject = keys.record(work, record_id)
        hidden = records.judge(work, keys.key_of(record, subject), {})[0].hidden
        return compose.form_casebook(
            work.session,
            work.catalogue,
            record_id,
            language,
            roots=(desk.keystore.root,),
            hidden=hidden,
            copy=copy,
        )


@pytest.fixture
def signed(desk):
    key, saved = desk.vital_signs()
    assert desk.sign(saved)
    return key, saved


@pytest.mark.req("R-101", "R-102")
def test_the_casebook_holds_the_stored_values_at_their_revision(desk):
    _, saved = desk.vital_signs()

    form = casebook(desk, saved.record_id)

    found = {a.path: a for a in form.answers}
    assert form.header.revision == saved.revision and form.standing == "unsigned"
    assert found["TEMP"].shown.words.en.startswith("36.6")
    assert {a.oid for a in form.answers} == {item.item for _, item in form.definition.items()}


@pytest.mark.req("R-103")
def test_every_audit_entry_of_the_form_is_there(desk, signed):
    key, saved = signed
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    form = casebook(desk, saved.record_id)

    with desk.work() as work:
        query = select(AuditEntry.seq).where(AuditEntry.record_id == saved.record_id)
        stored = sorted(work.session.scalars(query))
    assert [line.seq for line in form.audit] == stored
    (change,) = [line for line in form.audit if line.action == "item.change"]
    assert (change.old.words.en[:4], change.new.words.en[:4]) == ("36.6", "37.0")
    assert change.reason_code == "transcription" and change.name
    assert next(a for a in form.answers if a.path == "TEMP").changes == 1


@pytest.mark.req("R-023", "R-027")
def test_a_signed_form_is_verified_when_printed(desk, signed):
    _, saved = signed

    form = casebook(desk, saved.record_id)

    (signature,) = form.signatures
    assert (form.standing, signature.status) == ("signed", "valid")
    assert (signature.user, signature.role.en) == ("zhao.min", "Investigator")
    assert signature.seq in {line.seq for line in form.audit}


@pytest.mark.req("R-026", "R-104")
def test_a_changed_form_is_superseded_and_keeps_the_old_signature(desk, signed):
    key, saved = signed
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    form = casebook(desk, saved.record_id)

    assert form.standing == "superseded" and form.signatures[0].ended_by == "wang.li"
    assert not form.certified


@pytest.mark.req("R-027", "R-104")
def test_a_form_altered_behind_the_program_is_invalid(desk, signed):
    _, saved = signed
    with desk.work() as work:
        record = work.session.get_one(Record, saved.record_id)
        record.data = {**record.data, "TEMP": {"u": "Cel", "v": "36.9"}}
        record.digest = sha256_hex(canonical_json(record.data))

    assert casebook(desk, saved.record_id).standing == "invalid"


@pytest.mark.req("R-104")
def test_an_unsigned_form_altered_behind_the_program_is_invalid_too(desk):
    _, saved = desk.vital_signs()
    with desk.work() as work:
        record = work.session.get_one(Record, saved.record_id)
        record.data = {**record.data, "TEMP": {"u": "Cel", "v": "36.9"}}

    assert casebook(desk, saved.record_id).standing == "invalid"


@pytest.mark.req("R-114")
def test_times_are_those_of_the_site_with_offset(desk):
    moment = compose.at_site(desk.catalogue, "BJ01", "2026-11-23T20:05:12.123Z")

    assert moment.local == "2026-11-24 04:05:12 +08:00"
    assert moment.utc == "2026-11-23T20:05:12.123Z"


@pytest.mark.req("R-102", "R-104", "R-105")
@pytest.mark.parametrize("language", ["en", "zh", "both"])
def test_a_stored_form_becomes_a_certified_pdf(desk, signed, pages, language):
    _, saved = signed
    at = compose.at_site(desk.catalogue, "BJ01", "2026-11-23T20:05:12.123Z")
    form = casebook(desk, saved.record_id, language, Copy("C-000001-01", 1, None, "赵敏", at))

    printed = "".join(pages(pdf.render(form)))

    assert form.certified and "C-000001-01" in printed
    assert all(a.oid in printed for a in form.answers)
    assert odm.document(form).count(b"<SourceID>") == len(form.audit)


def test_a_struck_form_is_no_longer_signed(desk, signed):
    _, saved = signed
    with desk.work() as work:
        work.session.get_one(Record, saved.record_id).inactive = True

    form = casebook(desk, saved.record_id)

    assert form.standing == "superseded" and "Struck out" in form.header.status.en
