"""All casebooks of a site: a job for each subject, one file to take away, and what failed."""

import io
import json
import zipfile

import pytest

from ecrf import worker
from ecrf.canonical import sha256_hex
from ecrf.models import AuditEntry, Job, PdfCopy
from ecrf.services import audit, copy_sets, jobs
from ecrf.services.keys import Key
from ecrf.web import volumes
from ecrf.web.store import store
from tests.desk import VITAL_SIGNS
from tests.functional.pages import plain

SITE = {"site": "BJ01"}
WANTED = {
    "scope": "casebooks",
    "language": "en",
    "rendition": "archive",
    "purpose": "inspection",
    "recipient": "NMPA",
}


@pytest.fixture
def codes(desk):
    """Two subjects with a form, and one without."""
    found = [desk.consented(), desk.consented()]
    desk.save(Key(found[1], "D1", 1, "VS"), VITAL_SIGNS, complete=True)
    desk.subject()
    return found


@pytest.fixture
def person(client_request):
    client_request.sign_in("he.xin")
    return client_request


def ask(person):
    page = person.get("subjects.matrix")
    (link,) = page.xpath("//a[contains(., 'All casebooks')]/@href")
    assert link.endswith("/sites/BJ01/copies?scope=casebooks")
    person.get("site_copies.page", **SITE)
    person.post("site_copies.ask", 303, SITE, **WANTED)


def work_off(app):
    with app.app_context():
        while worker.run_next(app):
            pass


def found(desk):
    with desk.work("he.xin") as work:
        (one,) = copy_sets.of_site(work, volumes.JOB, "BJ01")
        return one.name, len(one.jobs), one.live, one.done


def take(person, page):
    (action,) = page.xpath("//form[.//button[contains(., 'Download as ZIP')]]/@action")
    return person.client.post(action, data={"csrf_token": person.token})


@pytest.mark.req("R-092", "R-096", "R-108")
def test_the_casebooks_of_a_site_are_made_one_by_one_and_taken_as_one(app, desk, person, codes):
    ask(person)
    ask(person)  # while they are made, asking again changes nothing
    page = person.get("site_copies.page", **SITE)
    assert "0 of 2 subjects" in plain(page)
    assert page.xpath("//form[contains(., 'Download as ZIP')]") == []
    with app.app_context():
        worker.run_next(app)
    assert "1 of 2 subjects · about 1 minute left" in plain(person.get("site_copies.page", **SITE))
    with desk.work("he.xin") as work:
        number, *_ = jobs.claim(work)
        jobs.progress(work, number, 1, 2)
    assert f"{codes[1]} : 1 of 2 forms" in plain(person.get("site_copies.page", **SITE))
    with desk.work("he.xin") as work:
        jobs.failed(work, number, "{}")  # back to the queue
    work_off(app)

    page = person.get("site_copies.page", **SITE)
    answer = take(person, page)

    assert "2 of 2 subjects" in plain(page) and "complete" in plain(page)
    assert answer.mimetype == "application/zip" and answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        told = json.loads(file.read("manifest.json"))
        names = file.namelist()
        inside = {name: sha256_hex(file.read(name)) for name in names if name.endswith(".pdf")}
    assert names == ["manifest.json", *[entry["name"] for entry in told["files"]]]
    assert inside == {entry["name"]: entry["sha256"] for entry in told["files"]}
    assert [entry["subject"] for entry in told["files"]] == codes
    assert (told["recipient"], told["purpose"], told["without_a_file"]) == (
        "NMPA",
        "inspection",
        [],
    )
    with desk.work("he.xin") as work:
        registered = {copy.sha256 for copy in work.session.query(PdfCopy)}
        log = work.session.query(AuditEntry).filter_by(log=audit.SYSTEM_LOG, actor="he.xin")
        acts = [entry.action for entry in log if entry.action.startswith("pdf.")]
    assert registered == set(inside.values())
    assert acts == ["pdf.issue"] * 2 + ["pdf.download"] * 2


@pytest.mark.req("R-152")
def test_what_failed_is_named_with_a_sentence_and_the_rest_is_there(
    app, desk, person, codes, monkeypatch
):
    issue = worker.binding.issue

    def fails(app_, actor, place, *rest):
        if place.subject == codes[0]:
            raise ValueError("secret")
        return issue(app_, actor, place, *rest)

    monkeypatch.setattr(worker.binding, "issue", fails)
    ask(person)
    work_off(app)

    page = person.get("site_copies.page", **SITE)
    said = plain(page)
    with zipfile.ZipFile(io.BytesIO(take(person, page).data)) as file:
        told = json.loads(file.read("manifest.json"))

    assert "1 of 2 subjects" in said and "not complete" in said and "secret" not in said
    assert f"{codes[0]} : The copy could not be made." in said
    assert (told["without_a_file"], len(told["files"])) == ([codes[0]], 1)
    person.speak("zh")
    assert "1 / 2 名受试者" in plain(person.get("site_copies.page", **SITE))


@pytest.mark.req("R-110")
def test_a_set_is_cancelled_and_what_is_made_stays(app, desk, person, codes):
    ask(person)
    with app.app_context():
        worker.run_next(app)
    name, *_ = found(desk)
    person.get("site_copies.page", **SITE)

    person.post("site_copies.cancel_set", 303, {**SITE, "name": name})
    work_off(app)

    page = person.get("site_copies.page", **SITE)
    assert found(desk)[1:] == (2, 0, 1) and "cancelled" in plain(page)
    assert take(person, page).status_code == 200


def test_what_one_person_waits_for_goes_before_a_set(app, desk, person, codes):
    ask(person)
    with desk.work("he.xin") as work:
        number = jobs.add(work, "audit.verify", {}).id
        claimed = jobs.claim(work)
        assert claimed is not None and claimed[0] == number
    with desk.work("he.xin") as work:
        first = jobs.claim(work)
        assert first is not None and work.session.get_one(Job, first[0]).arguments["all_of"]


@pytest.mark.sqlite
@pytest.mark.req("R-108")
def test_a_set_with_a_lost_copy_is_not_given_out(app, desk, person, codes):
    ask(person)
    work_off(app)
    with desk.work("he.xin") as work:
        copy = work.session.query(PdfCopy).first()
        (store(app) / copy.file).unlink()
    page = person.get("site_copies.page", **SITE)

    answer = take(person, page)

    assert answer.status_code == 410 and "sealed copy is missing" in answer.text


@pytest.mark.sqlite
@pytest.mark.req("R-097")
def test_who_takes_single_copies_only_cannot_ask_for_a_set(client_request, codes):
    client_request.sign_in("wang.li")
    assert "All casebooks" not in plain(client_request.get("subjects.matrix"))
    page = client_request.get("site_copies.page", **SITE)
    assert "All casebooks" not in plain(page)

    client_request.post("site_copies.ask", 403, SITE, **WANTED)
    client_request.post("site_copies.download_set", 403, {**SITE, "name": "00"})


@pytest.mark.sqlite
def test_an_unknown_or_unfinished_set_is_not_found(desk, person, codes):
    ask(person)
    name, *_ = found(desk)
    person.post("site_copies.download_set", 404, {**SITE, "name": name})
    person.post("site_copies.download_set", 404, {**SITE, "name": "00"})


@pytest.mark.sqlite
def test_the_command_line_writes_all_and_says_what_failed(runner, codes, tmp_path, monkeypatch):
    out = tmp_path / "books"
    done = runner.invoke("pdf", "site", "BJ01", "-o", str(out), "--language", "en")
    files = json.loads((out / "manifest.json").read_text())["files"]

    assert done.exit_code == 0 and "2 of 2 casebooks" in done.output
    assert [entry["subject"] for entry in files] == codes
    assert all(sha256_hex((out / e["name"]).read_bytes()) == e["sha256"] for e in files)
    assert runner.invoke("pdf", "site", "XX", "-o", str(tmp_path / "none")).exit_code == 1
    assert not (tmp_path / "none").exists()

    def fail(*_arguments):
        raise ValueError("secret")

    monkeypatch.setattr(worker.binding, "issue", fail)
    failed = runner.invoke("pdf", "site", "BJ01", "-o", str(tmp_path / "two"))
    assert failed.exit_code == 1 and "0 of 2 casebooks" in failed.output
    assert "secret" not in failed.output
