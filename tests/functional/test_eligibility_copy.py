"""The eligibility sheet as a sealed copy: complete, true to the evaluation, in the register."""

from __future__ import annotations

import io
import json
import re
import subprocess
from dataclasses import asdict
from pathlib import Path

import pikepdf
import pytest

from ecrf import demo, worker
from ecrf.models import PdfCopy
from ecrf.services import copies, eligibility, keys
from ecrf.services.copies import Request
from ecrf.services.keys import Key
from ecrf.web import binding, pdf
from ecrf.web.store import store
from tests.desk import TYPO, Desk
from tests.functional.pages import plain

CODE = "BJ01-L001"


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def desk(app):
    """A subject of the first cohort, screened, signed as eligible and treated."""
    demo.seed(app, 1, 7, lambda: None)
    return Desk(app)


def issue(desk, code=CODE, language="en", rendition="archive"):
    """The register row and the bytes."""
    request = Request(language=language, rendition=rendition)
    with desk.app.app_context():
        place = binding.Place(code, sheet="eligibility")
        number = binding.issue(desk.app, desk.actor("liu.yang"), place, request, lambda *_: None)
    with desk.work("liu.yang") as work:
        copy, _ = copies.get(work, number)
        content = copies.hand_out(work, store(desk.app), copy, request)
        work.session.expunge(copy)
    return copy, content


def printed(content):
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True)
    return squeezed(done.stdout.decode())


def squeezed(text):
    return re.sub(r"\s+", "", text)


def inside(content, name):
    with pikepdf.open(io.BytesIO(content)) as file:
        return file.attachments[name].get_file().read_bytes()


def correct(desk, item, text):
    key = Key(CODE, "SCR", 1, "PS")
    revision = desk.record(key).revision
    desk.save(key, {item: text}, revision=revision, reasons={item: TYPO})


def register(desk, content):
    with desk.work("he.xin") as work:
        return pdf.verify(desk.app, work, content).as_dict()


@pytest.mark.req("R-066", "R-099", "R-102")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sheet_shows_every_criterion_its_evidence_and_the_signature(desk, language):
    copy, content = issue(desk, language=language)
    text = printed(content)
    with desk.work("zhao.min") as work:
        found = eligibility.screen(work, keys.subject(work, CODE))

    assert copy.signed and copy.scope == "eligibility"
    for judged in found.evaluation.criteria:
        criterion = found.criteria[judged.id]
        assert squeezed(f"{judged.id}{criterion.label[language]}") in text
        assert squeezed(criterion.text[language]) in text
        assert [
            e.date for e in judged.evidence if e.date and squeezed(said(e.date)) not in text
        ] == []
    assert squeezed({"en": "✓ Eligible", "zh": "✓ 符合入选"}[language]) in text
    assert "赵敏ZhaoMin" in text and f"E-{copy.subject_id:06d}-01" in text
    told = json.loads(inside(content, "eligibility.json"))
    kept = [
        (c["id"], c["result"], [(e["field"], e["date"]) for e in c["evidence"]])
        for c in told["criteria"]
    ]
    assert kept == [
        (c.id, c.result, [(e["field"], said(e["date"])) for e in map(asdict, c.evidence)])
        for c in found.evaluation.criteria
    ]
    assert b"elig_decision" in inside(content, "form.xml").lower()


def said(date):
    return (date or "").replace("T", " ")


@pytest.mark.req("R-104", "R-108", "R-110", "R-111")
def test_a_corrected_input_supersedes_the_sheet_and_the_next_is_not_certified(desk):
    first, content = issue(desk)
    assert issue(desk)[1] == content
    correct(desk, "ps_by", str(desk.actor("liu.yang").user_id))
    assert not register(desk, content)["superseded"]  # no criterion looks at who scored

    correct(desk, "ps_ecog", "3")
    second, changed = issue(desk)  # before the worker has judged the signed form again

    found = register(desk, content)
    assert found["ok"] and found["superseded"]
    assert found["register"]["superseded_by"] == f"E-{first.subject_id:06d}-02"
    assert (second.copy_no, second.predecessor, second.signed) == (2, first.id, False)
    text = printed(changed)
    assert "×Noteligible" in text and "Notmet:LN-12" in text
    assert "SIGNATURESUPERSEDED" in text and "notacertifiedcopy" in text
    worker.run(desk.app, once=True)
    third, _ = issue(desk)
    assert (third.copy_no, third.signed) == (3, False)


@pytest.mark.sqlite
@pytest.mark.req("R-066")
def test_before_the_decision_the_sheet_says_what_is_missing(desk):
    copy, content = issue(desk, desk.subject("SSC"), rendition="submission")
    text = printed(content)

    assert not copy.signed and "?Undetermined" in text
    assert "Nodecisionyet" in text and "Missing:" in text and "Nothingwasenteredyet." in text
    assert "ELIGIBILITYISNOTSIGNED" in text
    with pikepdf.open(io.BytesIO(content)) as file:
        assert not file.attachments


@pytest.mark.sqlite
@pytest.mark.req("R-092", "R-096")
def test_the_screen_leads_to_it_and_the_worker_makes_it(app, desk, client_request):
    client_request.sign_in("he.xin")
    page = client_request.get("eligibility.sheet", code=CODE)
    (link,) = page.xpath("//a[contains(., 'Sealed PDF')]/@href")
    assert link.endswith("/copies?scope=eligibility")
    page = client_request.get("volumes.page", code=CODE, scope="eligibility")
    assert page.xpath("string(//select[@id='scope']/option[@selected]/@value)") == "eligibility"
    wanted = {"language": "zh", "rendition": "archive", "purpose": "filing"}
    client_request.post("volumes.ask", 303, {"code": CODE}, scope="eligibility", **wanted)
    with app.app_context():
        while worker.run_next(app):
            pass

    assert "Eligibility sheet" in plain(client_request.get("volumes.page", code=CODE))
    with desk.work("he.xin") as work:
        (copy,) = work.session.query(PdfCopy).filter_by(scope="eligibility")
        number = copy.id
    address = client_request.url("volumes.download", number=number)
    answer = client_request.client.post(address, data={"csrf_token": client_request.token})
    name = answer.headers["Content-Disposition"]
    assert re.search(rf"{CODE}_eligibility_r[0-9]+_c01\.pdf$", name)


@pytest.mark.sqlite
def test_the_command_line_writes_it(desk, runner, tmp_path):
    file = tmp_path / "sheet.pdf"

    done = runner.invoke("pdf", "eligibility", CODE, "-o", str(file), "--language", "both")
    nobody = runner.invoke("pdf", "eligibility", "BJ01-L999", "-o", str(tmp_path / "x.pdf"))

    assert done.exit_code == 0 and done.output.rstrip().endswith(", signed")
    assert "eligibility sheet" in runner.invoke("pdf", "verify", str(file)).output
    assert nobody.exit_code == 2 and not (tmp_path / "x.pdf").exists()
