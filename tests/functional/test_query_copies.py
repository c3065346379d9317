"""Lists of queries as sealed copies, of a subject and of a site."""

import csv
import io
import json
import re
import subprocess

import pikepdf
import pytest

from ecrf import worker
from ecrf.models import PdfCopy, Query
from ecrf.outputs import books
from ecrf.services import copies, queries
from ecrf.services.copies import Request
from ecrf.services.errors import NotFound
from ecrf.services.keys import Key
from ecrf.services.queries import Said
from ecrf.web import binding, pdf
from ecrf.web.store import store
from tests.desk import TYPO, VITAL_SIGNS
from tests.functional.pages import plain

WISHES = {"language": "en", "rendition": "archive", "purpose": "monitoring"}


@pytest.fixture
def asked(desk):
    """A corrected and answered query about a value, and an open one about a visit."""
    key = Key(desk.consented(), "SCR", 1, "VS")
    desk.save(key, VITAL_SIGNS, complete=True)
    number = ask(desk, key, "TEMP", "Which thermometer was it?")
    desk.save(key, {"TEMP": "36.9"}, revision=1, reasons={"TEMP": TYPO})
    move(desk, number, "answer", "wang.li", "Corrected after the sheet.")
    ask(desk, Key(key.subject, "D1", 1, ""), "", "Did this visit take place?")
    return key.subject, number


def ask(desk, key, path, text):
    with desk.work("chen.jing") as work:
        return queries.raise_query(work, key, path, Said(text)).id


def move(desk, number, name, by, text=""):
    with desk.work(by) as work:
        seen = work.session.get_one(Query, number).moves
        queries.move(work, number, name, Said(text), seen=seen)


def issue(desk, place, by="chen.jing", language="en"):
    """The register row and the bytes."""
    request = Request(language=language)
    with desk.app.app_context():
        number = binding.issue(desk.app, desk.actor(by), place, request, lambda *_: None)
    with desk.work(by) as work:
        copy, _ = copies.get(work, number)
        content = copies.hand_out(work, store(desk.app), copy, request)
        work.session.expunge(copy)
    return copy, content


def of_subject(code, narrowed="all"):
    return binding.Place(code, sheet="queries", narrowed=narrowed)


def of_site(narrowed="all"):
    return binding.Place(sheet="queries", site="BJ01", narrowed=narrowed)


def text(content):
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True)
    return re.sub(r"\s+", "", done.stdout.decode())


@pytest.mark.req("R-076", "R-092", "R-103")
def test_a_list_shows_each_thread_with_the_value_then_and_the_age(desk, asked):
    code, number = asked
    copy, content = issue(desk, of_subject(code))
    shown = text(content)

    assert (copy.scope, copy.narrowed, copy.signed, copy.revision) == ("queries", "all", False, 3)
    for said in ("Which thermometer was it?", "Corrected after the sheet.", "Did this visit"):
        assert said.replace(" ", "") in shown
    assert "Valuewhenasked:36.6°C" in shown and "Valuethen:36.9°C" in shown
    assert "answered|age0d" in shown and "Thevisitasawhole" in shown
    assert f"Q-{copy.subject_id:06d}-ALL-01|sealedlist" in shown
    with pikepdf.open(io.BytesIO(content)) as file:
        table = file.attachments["queries.csv"].get_file().read_bytes().decode("utf-8-sig")
        manifest = json.loads(file.attachments["manifest.json"].get_file().read_bytes())
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(r["query"], r["move"]) for r in rows if r["query"] == str(number)] == [
        (str(number), "Raised"),
        (str(number), "Answered"),
    ]
    assert (manifest["scope"], manifest["counts"]["queries"]) == ("queries", 2)


@pytest.mark.req("R-108", "R-110", "R-111")
def test_a_move_supersedes_the_lists_that_show_it_and_no_other(desk, asked):
    code, number = asked
    whole, content = issue(desk, of_site())
    _, opened = issue(desk, of_subject(code, "open"))
    assert issue(desk, of_site())[1] == content

    move(desk, number, "close", "chen.jing")

    with desk.work("he.xin") as work:
        first, second = (pdf.verify(desk.app, work, file).as_dict() for file in (content, opened))
    assert first["ok"] and first["superseded"] and second["ok"] and not second["superseded"]
    following, later = issue(desk, of_site())
    assert (following.copy_no, following.predecessor, following.site) == (2, whole.id, "BJ01")
    assert following.subject_id is None and "closed|took0d" in text(later)


@pytest.mark.sqlite
@pytest.mark.req("R-092")
def test_the_list_of_a_site_leads_to_each_subject_on_its_page(desk, asked, monkeypatch):
    monkeypatch.setattr(books, "TOGETHER", 2)  # a piece for each subject
    other = desk.consented()
    ask(desk, Key(other, "SCR", 1, ""), "", "Another subject?")
    copy, content = issue(desk, of_site("live"), language="both")

    with pikepdf.open(io.BytesIO(content)) as file:
        names = file.Root.Names.Dests.Names.as_list()
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        found = {
            str(name): numbers[target[0].objgen]
            for name, target in zip(names[::2], names[1::2], strict=True)
        }
        assert len(file.pages) == 3
    assert found == {f"q-{asked[0]}": 1, f"q-{other}": 2}
    assert copy.copy_no == 1 and "Q-BJ01-LIVE-01" in text(content)


@pytest.mark.sqlite
@pytest.mark.req("R-014")
def test_words_of_the_study_are_asked_in_the_language_of_the_list(desk):
    key = Key(desk.consented(), "SCR", 1, "")
    with desk.work("chen.jing") as work:
        queries.raise_query(work, key, "", Said("Where is the source?", "原始记录在哪里？"))
    english, chinese, both = (
        text(issue(desk, of_subject(key.subject), language=language)[1])
        for language in ("en", "zh", "both")
    )

    assert "Whereisthesource?" in english and "原始记录在哪里" not in english
    assert "原始记录在哪里" in chinese and "Whereisthesource?" not in chinese
    assert "Whereisthesource?原始记录在哪里？" in both


@pytest.mark.sqlite
@pytest.mark.req("R-107")
def test_hostile_text_prints_as_text_and_stays_on_the_page(desk):
    key = Key(desk.consented(), "SCR", 1, "")
    hostile = "<b onclick=x>{{ 7 * 7 }}</b> url(http://example.org/x) \u202eabc "
    ask(desk, key, "", hostile + "W" * 1900)
    _, content = issue(desk, of_subject(key.subject))
    shown = text(content)

    assert "<bonclick=x>{{7*7}}</b>url(http://example.org/x)[U+202E]abc" in shown
    assert shown.count("W") >= 1900  # broken over lines, not cut off at the edge
    with pikepdf.open(io.BytesIO(content)) as file:
        notes = [note for page in file.pages for note in page.get("/Annots", [])]
        assert [note for note in notes if note.Subtype == "/Link"] == []


@pytest.mark.sqlite
def test_a_list_of_nothing_says_so(desk):
    desk.subject()
    _, content = issue(desk, of_site("cancelled"))

    assert "Noquery." in text(content) and "Cancelledqueries" in text(content)


@pytest.mark.sqlite
@pytest.mark.req("R-041")
def test_what_nobody_knows_is_not_found(desk, asked):
    for place in (of_subject("BJ01-L999"), of_subject(asked[0], "strange"), of_site("")):
        with pytest.raises(NotFound):
            issue(desk, place)
    with pytest.raises(NotFound):
        issue(desk, binding.Place(sheet="queries", site="XX", narrowed="all"))


@pytest.mark.req("R-092", "R-096")
def test_the_list_of_queries_leads_to_it_and_the_worker_makes_it(app, desk, client_request, asked):
    client_request.sign_in("chen.jing")
    page = client_request.get("query_list.page", state="closed")
    assert page.xpath("//a[contains(., 'Sealed PDF')]") == []  # nothing is listed
    page = client_request.get("query_list.page", state="all")
    (link,) = page.xpath("//a[contains(., 'Sealed PDF')]/@href")
    assert link.endswith("/sites/BJ01/copies?scope=queries/all")
    client_request.get("site_copies.page", site="BJ01")
    place = {"site": "BJ01"}
    client_request.post("site_copies.ask", 303, place, scope="queries/all", **WISHES)
    client_request.post("site_copies.ask", 303, place, scope="queries/all", **WISHES)  # one job
    page = client_request.get("site_copies.page", site="BJ01")
    assert plain(page).count("waiting") == 1
    with app.app_context():
        while worker.run_next(app):
            pass
    page = client_request.get("site_copies.page", site="BJ01")
    assert "a list is sealed, not signed" in plain(page) and "Monitoring" in plain(page)

    code = asked[0]
    page = client_request.get("volumes.page", code=code)
    assert "queries/live" in page.xpath("//optgroup/option/@value")
    client_request.post("volumes.ask", 303, {"code": code}, scope="queries/live", **WISHES)
    with app.app_context():
        while worker.run_next(app):
            pass
    assert "Queries: not settled" in plain(client_request.get("volumes.page", code=code))
    with desk.work("chen.jing") as work:
        names = [
            pdf.file_name(work.catalogue.study.study, copies.get(work, copy.id)[1], copy)
            for copy in work.session.query(PdfCopy).order_by(PdfCopy.id)
        ]
    assert [name.partition("_BJ01_")[2] for name in names] == [
        "queries-all_r03_c01.pdf",
        f"{code}_queries-live_r03_c01.pdf",
    ]


@pytest.mark.sqlite
@pytest.mark.req("R-041", "R-097")
def test_who_may_not_export_sees_no_copies_of_the_site(client_request, desk):
    client_request.sign_in("lin.tao")
    client_request.get("site_copies.page", _status=403, site="BJ01")


@pytest.mark.sqlite
def test_the_page_speaks_chinese_and_knows_only_what_there_is(client_request, desk):
    client_request.sign_in("he.xin")
    client_request.get("site_copies.page", _status=404, site="XX")
    page = client_request.get("site_copies.page", site="BJ01")
    assert "This site has no subject yet." in plain(page) and not page.xpath("//select")
    desk.subject()
    client_request.speak("zh")
    page = client_request.get("site_copies.page", site="BJ01")
    assert "质疑：未处理完" in plain(page)
    client_request.post("site_copies.ask", 404, {"site": "BJ01"}, scope="queries/odd", **WISHES)


@pytest.mark.sqlite
def test_the_command_line_writes_a_list(desk, asked, runner, tmp_path):
    file, nothing = tmp_path / "q.pdf", str(tmp_path / "x.pdf")

    site = runner.invoke("pdf", "queries", "--site", "BJ01", "--state", "live", "-o", str(file))
    subject = runner.invoke("pdf", "queries", asked[0], "-o", str(tmp_path / "s.pdf"))
    both = runner.invoke("pdf", "queries", asked[0], "--site", "BJ01", "-o", nothing)

    assert site.exit_code == 0 and site.output.rstrip().endswith(", sealed")
    assert "BJ01, query list" in runner.invoke("pdf", "verify", str(file)).output
    assert subject.exit_code == 0 and "-ALL-01, revision 3, sealed" in subject.output
    assert both.exit_code == 2 and not (tmp_path / "x.pdf").exists()
