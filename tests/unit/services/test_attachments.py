"""Attached files: kept once, whole, and named only by the subject they were attached for."""

import hashlib

import pytest
from sqlalchemy import func, select, text

from ecrf.models import Attachment, AuditEntry
from ecrf.services import attachments
from ecrf.services.attachments import NotAttached
from ecrf.services.errors import (
    FileLost,
    Forbidden,
    Locked,
    NotFound,
    ReasonNeeded,
    Refused,
)
from ecrf.services.keys import Key
from tests.attached import OFFICE, pdf, picture
from tests.desk import TYPO

FILE = pdf()
DIGEST = hashlib.sha256(FILE).hexdigest()


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def consent(desk):
    return Key(desk.subject(), "SCR", 1, "IC")


@pytest.fixture
def attach(desk, store):
    def attached(key, content=FILE, name="scan.pdf", by="wang.li", path="ic_scan", most_mb=20):
        with desk.work(by) as work:
            row = attachments.attach(work, store, key, path, name, content, most_mb=most_mb)
            return row.sha256

    return attached


def count(desk):
    with desk.work() as work:
        return work.session.scalar(select(func.count()).select_from(Attachment))


def test_a_file_is_kept_as_it_came(desk, store, consent, attach):
    photo = picture()

    digest = attach(consent, photo, "photo.jpg")

    with desk.work() as work:
        row = attachments.of(work, consent.subject, digest)
        assert attachments.read(store, row) == photo
        assert (row.size, row.media_type, row.name) == (len(photo), "image/jpeg", "photo.jpg")
        assert row.uploaded_by == "wang.li"


def test_nothing_else_is_left_in_the_store(store, consent, attach):
    attach(consent)
    attach(consent)

    assert [path.name for path in store.rglob("*") if path.is_file()] == [DIGEST]


def test_the_same_file_again_is_the_same_attachment(desk, consent, attach):
    attach(consent)
    attach(consent)
    assert count(desk) == 1

    attach(consent, name="another name.pdf")

    assert count(desk) == 2
    with desk.work() as work:
        assert attachments.of(work, consent.subject, DIGEST).name == "another name.pdf"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OFFICE, "file.type"),
        (picture("PNG"), "file.type"),  # the item takes PDF and JPEG
        (FILE[:40], "file.damaged"),
        (FILE + bytes(2 * 1024 * 1024), "file.large"),
    ],
)
def test_what_does_not_suit_the_item_is_not_kept(desk, store, consent, attach, content, code):
    with pytest.raises(NotAttached) as refusal:
        attach(consent, content, "scan.pdf", most_mb=1)

    assert refusal.value.problem.code == code
    assert refusal.value.said("en") != refusal.value.said("zh")
    assert count(desk) == 0 and not store.exists()


@pytest.mark.parametrize("path", ["ic_date", "nothing", "ic_scan[1].x", ""])
def test_only_an_item_for_files_takes_one(consent, attach, path):
    with pytest.raises(NotFound):
        attach(consent, path=path)


@pytest.mark.req("R-043")
def test_who_may_not_enter_may_not_attach(desk, consent, attach):
    for username in ("chen.jing", "sun.hao"):
        with pytest.raises(Forbidden):
            attach(consent, by=username)
    assert count(desk) == 0


def test_a_locked_subject_takes_no_file(desk, consent, attach):
    with desk.work() as work:
        attachments.keys.subject(work, consent.subject).locked = True

    with pytest.raises(Locked):
        attach(consent)


@pytest.mark.req("R-001")
def test_a_saved_file_freezes_what_it_was(desk, consent, attach):
    digest = attach(consent, name="consent 1.pdf")

    saved = desk.save(consent, {"ic_scan": digest})

    kept = {
        "v": digest,
        "f": {
            "name": "consent 1.pdf",
            "sha256": digest,
            "size": str(len(FILE)),
            "type": "application/pdf",
        },
    }
    assert desk.record(consent).data["ic_scan"] == kept
    lines = desk.history(saved.record_id, "ic_scan")
    assert lines[0].new.facets["name"] == "consent 1.pdf"
    assert desk.verify().ok


@pytest.mark.req("R-003")
def test_another_file_needs_its_reason_and_the_old_one_stays(desk, store, consent, attach):
    first, second = attach(consent), attach(consent, pdf(2))
    saved = desk.save(consent, {"ic_scan": first})
    with pytest.raises(ReasonNeeded):
        desk.save(consent, {"ic_scan": second}, revision=1)

    desk.save(consent, {"ic_scan": second}, revision=1, reasons={"ic_scan": TYPO})

    lines = desk.history(saved.record_id, "ic_scan")
    assert [line.new.text for line in lines] == [first, second]
    with desk.work() as work:
        row = attachments.of(work, consent.subject, first)
        assert attachments.read(store, row) == FILE


@pytest.mark.parametrize("digest", ["0" * 64, "scan.pdf", DIGEST.upper()])
def test_a_file_that_is_not_there_cannot_be_saved(desk, consent, attach, digest):
    attach(consent)

    with pytest.raises(Refused) as refusal:
        desk.save(consent, {"ic_scan": digest})

    assert [(f.id, f.path) for f in refusal.value.findings] == [("ic_scan.format", "ic_scan")]


@pytest.mark.req("R-041")
def test_a_file_of_another_subject_cannot_be_saved_or_read(desk, consent, attach):
    digest = attach(Key(desk.subject(), "SCR", 1, "IC"))

    with pytest.raises(Refused):
        desk.save(consent, {"ic_scan": digest})
    with pytest.raises(NotFound), desk.work() as work:
        attachments.of(work, consent.subject, digest)


def test_a_file_too_large_or_of_another_kind_for_the_item_cannot_be_saved(desk, consent):
    with desk.work() as work:
        subject = attachments.keys.subject(work, consent.subject)
        for digit, size, media in (("1", 21 * 1024**2, "application/pdf"), ("2", 9, "image/png")):
            work.session.add(
                Attachment(
                    subject_id=subject.id,
                    sha256=digit * 64,
                    size=size,
                    media_type=media,
                    name="x",
                    uploaded_by="wang.li",
                    created_at=work.at,
                )
            )

    for digit, part in (("1", "21.0 MB"), ("2", "PDF, JPEG")):
        with pytest.raises(Refused) as refusal:
            desk.save(consent, {"ic_scan": digit * 64})
        assert part in refusal.value.findings[0].message.en
        assert part in refusal.value.findings[0].message.zh


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_file_harmed_in_the_store_is_reported(desk, store, consent, attach, harm):
    digest = attach(consent)
    path = store / "attachments" / digest[:2] / digest
    path.unlink() if harm == "missing" else path.write_bytes(FILE + b" ")

    with desk.work() as work, pytest.raises(FileLost) as lost:
        attachments.read(store, attachments.of(work, consent.subject, digest))

    assert lost.value.why == harm


def test_what_is_in_the_store_is_never_written_over(store, consent, attach):
    digest = attach(consent)
    path = store / "attachments" / digest[:2] / digest
    path.write_bytes(b"altered")

    with pytest.raises(FileLost):
        attach(consent)

    assert path.read_bytes() == b"altered"


@pytest.mark.req("R-006")
@pytest.mark.parametrize(
    "statement", ["UPDATE attachment SET name = 'x'", "DELETE FROM attachment"]
)
def test_the_database_refuses_to_change_an_attachment(desk, consent, attach, statement):
    attach(consent)

    with pytest.raises(Exception, match="append-only"), desk.work() as work:
        work.session.execute(text(statement))


def test_attaching_is_logged_without_the_name(desk, consent, attach):
    attach(consent, name="wang xiaoming.pdf")

    with desk.work() as work:
        body = work.session.scalars(
            select(AuditEntry.body).where(AuditEntry.action == "file.attach")
        ).one()
    assert DIGEST in body and "xiaoming" not in body
