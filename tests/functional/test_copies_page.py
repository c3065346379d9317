"""The page of copies: ask, see the progress, cancel, download; the worker does the rest."""

import errno
import io
import re

import pikepdf
import pytest

from ecrf import worker
from ecrf.models import AuditEntry, Job, PdfCopy
from ecrf.outputs.fonts import GlyphMissing
from ecrf.services import audit, jobs
from ecrf.services.keys import Key
from ecrf.web import volumes
from ecrf.web.store import store
from tests.desk import VITAL_SIGNS
from tests.functional.pages import plain

WANTED = {
    "scope": "D1/1",
    "language": "en",
    "rendition": "archive",
    "purpose": "inspection",
    "recipient": "NMPA",
    "country": "cn",
}


@pytest.fixture
def code(desk):
    """A subject with vital signs on day 1."""
    found = desk.consented()
    desk.save(Key(found, "D1", 1, "VS"), VITAL_SIGNS, complete=True)
    return found


@pytest.fixture
def person(client_request):
    client_request.sign_in("he.xin")
    return client_request


def work_off(app):
    with app.app_context():
        while worker.run_next(app):
            pass


def state(desk):
    with desk.work() as work:
        (job,) = work.session.query(Job).filter_by(kind=volumes.JOB)
        return job.state, job.progress, job.total


@pytest.mark.req("R-092", "R-096", "R-110")
def test_a_visit_is_asked_for_made_and_downloaded(app, desk, person, code):
    page = person.get("volumes.page", code=code)
    assert "No copy has been made yet" in plain(page)
    person.post("volumes.ask", 303, {"code": code}, **WANTED)
    person.post("volumes.ask", 303, {"code": code}, **WANTED)  # twice: one job
    assert "waiting" in plain(person.get("volumes.page", code=code))

    work_off(app)
    page = person.get("volumes.page", code=code)

    assert state(desk) == ("done", 1, 1)
    assert "current" in plain(page) and "Inspection or audit · NMPA (CN)" in plain(page)
    (action,) = page.xpath(
        "//form[contains(@action, '/copies/') and not(contains(., 'Make'))]/@action"
    )
    answer = person.client.post(action, data={"csrf_token": person.token})
    assert answer.headers["Content-Disposition"].endswith("BJ01-L001_D1_r01_c01.pdf")
    with pikepdf.open(io.BytesIO(answer.data)) as file:
        assert "visit.xml" in file.attachments
    with desk.work("he.xin") as work:
        log = work.session.query(AuditEntry).filter_by(log=audit.SYSTEM_LOG)
        acts = [(e.action, e.actor) for e in log if e.action.startswith("pdf.")]
    assert acts == [("pdf.issue", "he.xin"), ("pdf.download", "he.xin")]


@pytest.mark.sqlite
def test_the_page_speaks_chinese(app, person, code):
    person.speak("zh")
    person.post("volumes.ask", 303, {"code": code}, **WANTED)
    work_off(app)

    page = person.get("volumes.page", code=code)

    assert "副本登记册" in plain(page) and "检查或稽查" in plain(page)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"country": "China"}, "two letters"),
        ({"purpose": "fun"}, "purpose"),
        ({"language": "fr"}, "language"),
        ({"recipient": "N" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_lost(desk, person, code, change, told):
    person.get("volumes.page", code=code)
    page = person.post("volumes.ask", 422, {"code": code}, **{**WANTED, **change})

    assert told in plain(page)
    assert page.xpath("//input[@name='recipient']/@value")[0].startswith("N")
    with desk.work() as work:
        assert jobs.of_kind(work, volumes.JOB, "subject", code) == []


@pytest.mark.req("R-110")
def test_a_job_can_be_cancelled_waiting_and_running(app, desk, person, code, monkeypatch):
    person.get("volumes.page", code=code)
    person.post("volumes.ask", 303, {"code": code}, **WANTED)
    with desk.work() as work:
        (job,) = jobs.of_kind(work, volumes.JOB, "subject", code)
        number = job.id
    person.get("volumes.page", code=code)
    issue = worker.binding.issue

    def taken_back(*arguments):
        person.post("volumes.cancel", 303, {"code": code, "number": number})
        return issue(*arguments)

    monkeypatch.setattr(worker.binding, "issue", taken_back)
    work_off(app)

    assert state(desk)[0] == "cancelled"
    page = person.get("volumes.page", code=code)
    assert "cancelled" in plain(page) and "Register of copies" not in plain(page)


@pytest.mark.sqlite
@pytest.mark.req("R-041", "R-097")
def test_a_role_that_may_not_export_does_not_see_the_page(client_request, code):
    client_request.sign_in("lin.tao")

    client_request.get("volumes.page", _status=403, code=code)


@pytest.mark.sqlite
@pytest.mark.req("R-107", "R-152")
@pytest.mark.parametrize(
    ("error", "en", "zh"),
    [
        (GlyphMissing({"\U00013000": ["VSCOM"]}), "No font can print [U+13000] (VSCOM).", "VSCOM"),
        (OSError(errno.ENOSPC, "secret"), "The disk of the server is full.", "磁盘已满"),
        (ValueError("secret"), "The copy could not be made.", "无法生成副本"),
    ],
)
def test_a_failed_job_says_why(app, desk, person, code, monkeypatch, caplog, error, en, zh):
    def fail(*_arguments):
        raise error

    person.get("volumes.page", code=code)
    person.post("volumes.ask", 303, {"code": code}, **WANTED)
    monkeypatch.setattr(worker.binding, "issue", fail)
    work_off(app)

    said = plain(person.get("volumes.page", code=code))
    person.speak("zh")

    assert state(desk)[0] == "failed"
    assert en in said and zh in plain(person.get("volumes.page", code=code))
    assert "secret" not in said and type(error).__name__ not in said
    (reference,) = re.findall(r"Reference number ([0-9A-F]{8})", said)
    assert f"{reference} job " in caplog.text and "secret" not in caplog.text


@pytest.mark.req("R-108")
@pytest.mark.parametrize(("harm", "status"), [("missing", 410), ("changed", 500)])
def test_a_copy_that_is_lost_is_said_to_be_one(app, desk, person, code, harm, status):
    person.get("volumes.page", code=code)
    person.post("volumes.ask", 303, {"code": code}, **WANTED)
    work_off(app)
    with desk.work("he.xin") as work:
        (copy,) = work.session.query(PdfCopy)
        number, path = copy.id, store(app) / copy.file
    path.unlink() if harm == "missing" else path.write_bytes(b"%PDF-")

    page = person.post("volumes.download", status, {"number": number})

    assert "sealed copy" in plain(page) and "加封副本" in plain(page)
    assert "attached" not in plain(page)
