"""The sealed casebook and visit: complete, registered, the same until something changes."""

import io
import json
import re
import subprocess

import pikepdf
import pytest

from ecrf.models import AuditEntry, AuditValue, PdfCopy
from ecrf.outputs import bind
from ecrf.outputs.fonts import GlyphMissing
from ecrf.services import audit, copies, queries
from ecrf.services.copies import Request
from ecrf.services.errors import Forbidden
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.web import binding, pdf
from ecrf.web.store import store
from tests.desk import TYPO, VITAL_SIGNS


@pytest.fixture
def filled(desk):
    """A subject with consent and vital signs at two visits, the second unsigned."""
    key, saved = desk.vital_signs()
    desk.sign(saved)
    desk.save(Key(key.subject, "D1", 1, "VS"), {**VITAL_SIGNS, "TEMP": "37.9"}, complete=True)
    return key, saved


def ignore(_done, _total):
    """Somebody who does not look at the progress."""


def issue(desk, place, request=None, by="liu.yang", step=ignore):
    """The register row and the bytes."""
    request = request or Request(language="en")
    with desk.app.app_context():
        number = binding.issue(desk.app, desk.actor(by), place, request, step)
    with desk.work(by) as work:
        copy, _ = copies.get(work, number)
        content = copies.hand_out(work, store(desk.app), copy, request)
        work.session.expunge(copy)
    return copy, content


def text(content):
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True)
    return re.sub(r"\s+", "", done.stdout.decode())


def verdict(desk, content):
    with desk.work("he.xin") as work:
        return pdf.verify(desk.app, work, content).as_dict()


@pytest.mark.req("R-092", "R-103")
def test_a_casebook_holds_every_value_and_every_audit_entry_of_its_forms(desk, filled):
    key, _ = filled
    _, content = issue(desk, binding.Place(key.subject))
    printed = text(content)
    with pikepdf.open(io.BytesIO(content)) as file:
        odm = file.attachments["casebook.xml"].get_file().read_bytes().decode()

    with desk.work("he.xin") as work:
        study = work.catalogue.study.study
        entries = work.session.query(AuditEntry).filter_by(log=study, subject=key.subject).all()
        seqs = [entry.seq for entry in entries if entry.record_id]
        values = work.session.query(AuditValue).filter_by(log=study).all()
        stored = [json.loads(v.value).get("v", "") for v in values if v.seq in seqs]

    assert [s for s in seqs if f"#{s}" not in printed] == []
    assert [s for s in seqs if f">{s}</SourceID>" not in odm] == []
    assert [v for v in stored if f'Value="{v}"' not in odm] == []
    assert printed.index("SCRScreening") < printed.index("D1Day1")


@pytest.mark.req("R-108", "R-110", "R-111")
def test_one_state_is_one_file_and_a_change_makes_the_next(desk, filled):
    key, saved = filled
    place = binding.Place(key.subject, "SCR")
    first, content = issue(desk, place)
    again, same = issue(desk, place)
    assert (again.id, same) == (first.id, content)
    assert verdict(desk, content)["ok"] and not verdict(desk, content)["superseded"]

    desk.save(Key(key.subject, "D1", 1, "VS"), {"PULSE": "81"}, revision=1, reasons={"PULSE": TYPO})
    assert not verdict(desk, content)["superseded"]  # another visit changed
    desk.save(key, {"PULSE": "80"}, revision=saved.revision, reasons={"PULSE": TYPO})

    assert verdict(desk, content)["superseded"]
    second, changed = issue(desk, place)
    assert (second.copy_no, second.predecessor, second.revision) == (2, first.id, 3)
    found = verdict(desk, content)
    assert found["ok"] and found["register"]["superseded_by"].endswith("-SCR1-02")
    assert verdict(desk, changed)["ok"] and not verdict(desk, changed)["superseded"]


@pytest.mark.req("R-110")
def test_a_query_about_the_visit_makes_a_new_state(desk, filled):
    key, _ = filled
    first, _ = issue(desk, binding.Place(key.subject, "SCR"))
    with desk.work("chen.jing") as work:
        queries.raise_query(work, Key(key.subject, "SCR", 1, ""), "", Said("Where is the source?"))

    second, content = issue(desk, binding.Place(key.subject, "SCR"))

    assert second.copy_no == 2 and "Whereisthesource?" in text(content)


@pytest.mark.sqlite
@pytest.mark.req("R-104")
def test_a_volume_is_signed_when_every_form_is(desk, filled):
    key, _ = filled
    partly, content = issue(desk, binding.Place(key.subject))

    assert not partly.signed and "NOTALLFORMSARESIGNED" in text(content)


@pytest.mark.sqlite
@pytest.mark.req("R-096", "R-108")
def test_the_register_and_the_log_say_who_what_for_and_for_whom(desk, filled):
    key, _ = filled
    wanted = Request("en", "archive", "inspection", "NMPA", "CN")
    copy, content = issue(desk, binding.Place(key.subject), wanted)

    assert (copy.scope, copy.purpose, copy.recipient, copy.country, copy.requested_by) == (
        "casebook",
        "inspection",
        "NMPA",
        "CN",
        "liu.yang",
    )
    with desk.work("he.xin") as work:
        log = work.session.query(AuditEntry).filter_by(log=audit.SYSTEM_LOG)
        told = [json.loads(e.body) for e in log if e.action.startswith("pdf.")]
    assert [e["action"] for e in told] == ["pdf.issue", "pdf.download"]
    assert {e["detail"]["recipient"] for e in told} == {"NMPA"}
    assert {e["detail"]["sha256"] for e in told} == {copy.sha256}
    assert "B-" in text(content)


@pytest.mark.req("R-108")
def test_two_makers_at_once_make_one_copy(desk, filled, monkeypatch):
    key, _ = filled
    finished, raced = binding._finished, []

    def overtaken(app, volume, pieces, order):
        if not raced:
            raced.append(True)
            raced.append(issue(desk, binding.Place(key.subject))[0].id)
        return finished(app, volume, pieces, order)

    monkeypatch.setattr(binding, "_finished", overtaken)
    copy, _ = issue(desk, binding.Place(key.subject))

    assert copy.id == raced[1]
    with desk.work("he.xin") as work:
        assert work.session.query(PdfCopy).count() == 1


@pytest.mark.req("R-108")
def test_a_number_taken_meanwhile_is_not_used_twice(desk, filled, monkeypatch):
    key, _ = filled
    finished, raced = binding._finished, []

    def overtaken(app, volume, pieces, order):
        if not raced:
            raced.append(True)
            raced.append(issue(desk, binding.Place(key.subject), Request(language="zh"))[0])
        return finished(app, volume, pieces, order)

    monkeypatch.setattr(binding, "_finished", overtaken)
    copy, content = issue(desk, binding.Place(key.subject))

    assert (raced[1].copy_no, copy.copy_no) == (1, 2)
    assert f"-{copy.copy_no:02d}|notacertifiedcopy" in text(content)


@pytest.mark.req("R-101")
def test_what_changes_meanwhile_is_not_mixed_in(desk, filled):
    key, saved = filled
    changed = []

    def change(_done, _total):
        if not changed:
            changed.append(True)
            desk.save(key, {"PULSE": "99"}, revision=saved.revision, reasons={"PULSE": TYPO})

    copy, content = issue(desk, binding.Place(key.subject, "SCR"), step=change)

    assert verdict(desk, content)["superseded"] and copy.revision == 2
    with pikepdf.open(io.BytesIO(content)) as file:
        assert b'Value="99"' not in file.attachments["visit.xml"].get_file().read_bytes()


@pytest.mark.sqlite
def test_what_fails_registers_nothing(desk, filled, monkeypatch):
    key, _ = filled

    def fail(*_args):
        raise GlyphMissing({"\U00013000": ["VSCOM"]})

    monkeypatch.setattr(bind.fonts, "require", fail)
    with pytest.raises(GlyphMissing, match="VSCOM"):
        issue(desk, binding.Place(key.subject))

    with desk.work("he.xin") as work:
        assert work.session.query(PdfCopy).count() == 0
    assert not store(desk.app).exists()


@pytest.mark.sqlite
@pytest.mark.req("R-097")
def test_who_may_not_export_gets_nothing(desk, filled):
    with pytest.raises(Forbidden):
        issue(desk, binding.Place(filled[0].subject), by="lin.tao")


@pytest.mark.sqlite
def test_the_command_line_writes_a_volume_and_says_what_it_is(runner, desk, filled, tmp_path):
    key, _ = filled
    file = tmp_path / "book.pdf"

    done = runner.invoke("pdf", "casebook", key.subject, "-o", str(file), "--language", "zh")
    visit = runner.invoke("pdf", "visit", key.subject, "D1", "-o", str(tmp_path / "visit.pdf"))
    checked = runner.invoke("pdf", "verify", str(file))
    nobody = runner.invoke("pdf", "casebook", "BJ01-L999", "-o", str(tmp_path / "x.pdf"))
    nothing = runner.invoke("pdf", "visit", key.subject, "D28", "-o", str(tmp_path / "x.pdf"))

    assert done.exit_code == 0 and "revision 3, NOT FULLY SIGNED" in done.output
    assert visit.exit_code == 0 and "-D11-01" in visit.output
    assert checked.exit_code == 0 and "casebook, revision 3" in checked.output
    assert nobody.exit_code == nothing.exit_code == 2
    assert not (tmp_path / "x.pdf").exists()
