"""Time-stamps of registered copies, and the nightly look at every sealed file."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from ecrf import pdf_commands, worker
from ecrf.models import AuditEntry, PdfCopy, PdfStamp
from ecrf.outputs.stamps import Clock, NoTime
from ecrf.services import audit, copies
from ecrf.services.copies import Request
from ecrf.web import pdf, stamping
from ecrf.web.store import store
from tests.functional.pages import plain
from tests.functional.test_form_copy import take
from tests.unit.outputs import clocks


class Silent:
    """An authority that does not answer."""

    def __getattr__(self, name):
        raise OSError("nobody answers")


@pytest.fixture(scope="module")
def timekeeper():
    return clocks.authority()


@pytest.fixture
def clock(app, timekeeper):
    """Turns the authority on and off."""

    def show(working=True, **how):
        source = clocks.clock(timekeeper, **how).source if working else Silent()
        app.extensions["clock"] = Clock(source, (timekeeper.certificate,))

    show()
    return show


@pytest.fixture
def copy(desk):
    """A sealed copy of a signed form, not stamped: its number and its bytes."""
    _, saved = desk.vital_signs()
    desk.sign(saved)
    with desk.work("he.xin") as work:
        row, content = pdf.issue(desk.app, work, saved.record_id, Request("en"))
        return row.id, content


def given_out(desk, number):
    with desk.work("he.xin") as work:
        row, _ = copies.get(work, number)
        return copies.hand_out(work, store(desk.app), row, Request("en"))


def verdict(desk, content):
    with desk.work("he.xin") as work:
        return pdf.verify(desk.app, work, content).as_dict()


def stamps(desk):
    with desk.work("he.xin") as work:
        return [stamp.number for stamp in work.session.query(PdfStamp).order_by(PdfStamp.id)]


@pytest.mark.req("R-108")
def test_a_copy_is_given_out_with_its_time(desk, client_request, clock):
    _, saved = desk.vital_signs()
    desk.sign(saved)
    client_request.sign_in("he.xin")

    first = take(client_request, saved.record_id).data
    again = take(client_request, saved.record_id).data

    assert first == again and stamps(desk) == [1]
    told = verdict(desk, first)
    assert told["ok"] and told["stamped_at"]
    assert told["register"]["copy_no"] == 1


@pytest.mark.req("R-108", "R-110")
def test_while_the_authority_is_silent_the_seal_alone_is_given_out(desk, client_request, clock):
    clock(working=False)
    _, saved = desk.vital_signs()
    client_request.sign_in("he.xin")

    sealed = take(client_request, saved.record_id).data
    clock()
    with desk.app.app_context():
        worker.HANDLERS["pdf.stamp"](desk.app, {}, lambda done, total: None)
    stamped = take(client_request, saved.record_id).data

    assert stamped.startswith(sealed) and len(stamped) > len(sealed)
    before, after = verdict(desk, sealed), verdict(desk, stamped)
    assert before["ok"] and not before["stamped_at"] and after["ok"] and after["stamped_at"]
    assert before["register"] == after["register"]  # both files are the one copy


@pytest.mark.req("R-108")
def test_what_the_authority_did_not_stamp_is_in_the_log(desk, copy, clock):
    clock(working=False)
    with desk.app.app_context():
        worker.HANDLERS["pdf.stamp"](desk.app, {}, lambda done, total: None)

    with desk.work("he.xin") as work:
        log = work.session.query(AuditEntry).filter_by(log=audit.SYSTEM_LOG, action="pdf.unstamped")
        assert "nobody answers" in log.one().body
    assert stamps(desk) == []


@pytest.mark.req("R-108")
def test_a_stamp_is_renewed_before_it_ends_and_not_sooner(desk, copy, clock):
    number, _ = copy
    clock(days=100)
    with desk.app.app_context():
        stamping.stamp(desk.app, pdf_commands.CLERK, number)
    first = given_out(desk, number)

    clock(days=900)
    with desk.app.app_context():
        assert stamping.due(desk.app, pdf_commands.CLERK) == [number]
        assert stamping.renew(desk.app, pdf_commands.CLERK, [number]) == {}
        assert stamping.due(desk.app, pdf_commands.CLERK) == []

    assert stamps(desk) == [1, 2]
    second = given_out(desk, number)
    assert second.startswith(first) and verdict(desk, second)["ok"]
    assert verdict(desk, first)["register"] == verdict(desk, second)["register"]


@pytest.mark.req("R-108")
def test_two_that_stamp_one_copy_at_once_add_one_stamp(desk, copy, clock, monkeypatch):
    number, _ = copy
    extend = stamping.stamps.extend

    def meanwhile(*arguments):
        monkeypatch.setattr(stamping.stamps, "extend", extend)
        stamping.stamp(desk.app, pdf_commands.CLERK, number)
        return extend(*arguments)

    monkeypatch.setattr(stamping.stamps, "extend", meanwhile)
    with desk.app.app_context():
        stamping.stamp(desk.app, pdf_commands.CLERK, number)

    assert stamps(desk) == [1]


@pytest.mark.sqlite
@pytest.mark.req("R-108")
def test_a_stamp_that_does_not_hold_is_not_registered(desk, copy, clock, timekeeper):
    number, sealed = copy
    foreign = clocks.clock(clocks.authority("Stranger"))
    desk.app.extensions["clock"] = Clock(foreign.source, (timekeeper.certificate,))

    with desk.app.app_context(), pytest.raises(NoTime):
        stamping.stamp(desk.app, pdf_commands.CLERK, number)

    assert stamps(desk) == [] and given_out(desk, number) == sealed


@pytest.mark.req("R-108", "R-110")
def test_a_lost_or_changed_file_is_found_at_night(desk, copy):
    number, _ = copy
    with desk.work("he.xin") as work:
        path = store(desk.app) / work.session.get_one(PdfCopy, number).file

    for spoil, why in ((lambda: path.write_bytes(b"%PDF-"), "changed"), (path.unlink, "missing")):
        spoil()
        with desk.app.app_context():
            told = worker.HANDLERS["pdf.fixity"](desk.app, {}, lambda done, total: None)
        (fault,) = json.loads(told)["faults"]
        assert (fault["copy"], fault["why"]) == (number, why)
    with desk.work("he.xin") as work:
        log = work.session.query(AuditEntry).filter_by(log=audit.SYSTEM_LOG, action="pdf.fixity")
        assert [json.loads(entry.body)["detail"]["ok"] for entry in log] == [False, False]


@pytest.mark.sqlite
@pytest.mark.req("R-110")
@pytest.mark.parametrize(("language", "said"), [("en", "the file is missing"), ("zh", "文件缺失")])
def test_who_keeps_the_files_is_told_of_a_lost_one(desk, copy, client_request, language, said):
    with desk.work("he.xin") as work:
        (store(desk.app) / work.session.get_one(PdfCopy, copy[0]).file).unlink()
    with desk.app.app_context():
        worker.run(desk.app, once=True)

    client_request.sign_in("he.xin")
    client_request.speak(language)
    home = client_request.get("home.page")

    assert said in plain(home)
    (link,) = [a for a in home.xpath("//main//a/@href") if "copies" in a]
    assert client_request.client.get(link).status_code == 200


@pytest.mark.sqlite
@pytest.mark.req("R-111")
def test_the_archive_takes_a_verifier_along(desk, copy, client_request, tmp_path, clock):
    number, sealed = copy
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    with desk.app.app_context():
        stamping.stamp(desk.app, pdf_commands.CLERK, number)
    (tmp_path / "stamped.pdf").write_bytes(given_out(desk, number))
    client_request.sign_in("ma.rui")
    (link,) = client_request.get("pdf.verify").xpath("//a[@download]/@href")

    answer = client_request.client.get(link)
    assert "verify_copy.py" in answer.headers["Content-Disposition"]
    (tmp_path / "verify_copy.py").write_bytes(answer.data)
    command = [sys.executable, "-I", "verify_copy.py", "sealed.pdf", "stamped.pdf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0 and done.stdout.count("AUTHENTIC AND WHOLE") == 2, done.stdout


@pytest.mark.sqlite
def test_the_commands_say_what_they_did(desk, copy, clock, monkeypatch):

    monkeypatch.setattr(pdf_commands, "app_", lambda: desk.app)
    run = CliRunner().invoke

    renewed = run(pdf_commands.pdf, ["renew"])
    checked = run(pdf_commands.pdf, ["fixity", "--json"])

    assert (renewed.exit_code, renewed.stdout) == (0, "1 of 1 copies were time-stamped\n")
    assert (checked.exit_code, json.loads(checked.stdout)["files"]) == (0, 2)
    clock(working=False, days=1)
    desk.app.extensions["clock"] = None
    assert "ECRF_TSA_URL" in run(pdf_commands.pdf, ["renew"]).stderr
