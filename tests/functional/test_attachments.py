"""A coordinator attaches the redacted scan of a consent form; others read it, or may not."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from ecrf.models import AuditEntry
from tests.attached import OFFICE, pdf, picture
from tests.desk import CONSENT, Desk
from tests.functional.pages import problems
from tests.functional.seats import Seat, address, sit

FILE = pdf()
DIGEST = hashlib.sha256(FILE).hexdigest()
LARGE = FILE + bytes(30 * 1024 * 1024)


@pytest.fixture
def place(subject) -> str:
    return address(subject, "SCR", "IC")


def upload(seat, place, content=FILE, name="scan.pdf", path="ic_scan"):
    """What the script sends."""
    return send(seat, f"{place}/files", {"path": path, "file": (content, name)})


def send(seat, where, fields):
    """A page with files, put together in memory: the test client would leave temporary files."""
    given = {
        name: FileStorage(io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in {"csrf_token": seat.token, **fields}.items()
    }
    boundary, body = encode_multipart(given)
    kind = f"multipart/form-data; boundary={boundary}"
    return seat.client.post(where, data=body, content_type=kind)


def opened(app, place, username="wang.li"):
    seat = sit(app, username)
    seat.get(place)
    return seat


def message(answer, path="ic_scan") -> str:
    """What a page says at an item."""
    page = html.document_fromstring(answer.get_data(as_text=True))
    return " ".join(page.xpath(f"//*[@data-for='{path}']//text()"))


def test_the_script_attaches_saves_and_reads_back(app, place):
    seat = opened(app, place)

    answer = upload(seat, place, name="签字页 1.pdf")
    assert answer.status_code == 201
    assert answer.json["sha256"] == DIGEST
    assert answer.json["file"] == ["签字页 1.pdf", "1 KB", "PDF"]
    saved = seat.send(f"{place}/save", entries={"ic_scan": DIGEST})

    assert saved.json["was"]["ic_scan"] == [DIGEST, ""]
    body = seat.get(place).get_data(as_text=True)
    assert "签字页 1.pdf" in body and answer.json["url"] in body
    assert list(problems(body, "en")) == []
    assert seat.client.get(answer.json["url"]).get_data() == FILE


def test_a_draft_shows_the_file_again(app, place):
    seat = opened(app, place)
    upload(seat, place)

    state = seat.send(f"{place}/draft", entries={"ic_scan": DIGEST}).json

    assert state["cells"]["ic_scan"]["file"] == ["scan.pdf", "1 KB", "PDF"]
    assert f'value="{DIGEST}"' in seat.get(place).get_data(as_text=True)


@pytest.mark.req("R-041")
def test_a_download_is_a_file_and_nothing_else(app, place):
    seat = opened(app, place)
    address_of = upload(seat, place, picture(), "照片.jpg").json["url"]

    headers = seat.client.get(address_of).headers

    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E7%85%A7%E7%89%87.jpg" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("language", "content", "said"),
    [
        ("en", OFFICE, "whatever their name says. Attach one of: PDF, JPEG."),
        ("zh", OFFICE, "请上传：PDF, JPEG。"),
        ("en", FILE[:40], "cannot be read as PDF"),
        ("zh", FILE[:40], "已损坏或不完整"),
        ("en", LARGE, "The file has 30.0 MB, at most 20 MB"),
        ("zh", LARGE, "文件大小为 30.0 MB，最多 20 MB"),
    ],
)
def test_a_file_that_does_not_suit_is_refused_in_words(app, place, language, content, said):
    seat = opened(app, place)
    seat.post("/language", {"language": language})

    answer = upload(seat, place, content, "scan.pdf")

    assert answer.status_code == 422
    assert said in answer.json["message"]


def test_the_installation_may_allow_less_than_the_item(app, place):
    app.config["UPLOAD_MB"] = 1
    answer = upload(opened(app, place), place, FILE + bytes(2 * 1024 * 1024))

    assert "at most 1 MB" in answer.json["message"]


def test_what_nobody_would_send_is_not_even_read(app, place):
    seat = opened(app, place)

    assert upload(seat, place, bytes(65 * 1024 * 1024)).status_code == 413
    stranger = Seat(app.test_client())
    assert upload(stranger, place, bytes(3 * 1024 * 1024)).status_code == 413
    huge = {"csrf_token": seat.token, "entries": "x" * 3 * 1024 * 1024}
    assert seat.client.post(f"{place}/save", data=huge).status_code == 413


@pytest.mark.parametrize("path", ["ic_date", "nothing", ""])
def test_only_an_item_for_files_takes_one(app, place, path):
    assert upload(opened(app, place), place, path=path).status_code == 404


def test_an_upload_without_a_file_is_told(app, place):
    seat = opened(app, place)

    answer = seat.post(f"{place}/files", {"path": "ic_scan"})

    assert answer.status_code == 422 and answer.json["message"] == "Choose a file."


@pytest.mark.req("R-043")
def test_who_only_reads_may_not_attach_but_may_open(app, place):
    url = upload(opened(app, place), place).json["url"]
    monitor = opened(app, place, "chen.jing")

    assert upload(monitor, place).status_code == 403
    assert monitor.client.get(url).get_data() == FILE
    assert sit(app, "lin.tao").get(url).status_code == 403


@pytest.mark.req("R-041")
def test_a_file_belongs_to_its_subject(app, place):
    seat = opened(app, place)
    url = upload(seat, place).json["url"]
    with app.app_context():
        other = Desk(app).subject()

    assert seat.get(url.replace(place.split("/")[2], other)).status_code == 404
    elsewhere = address(other, "SCR", "IC")
    answer = seat.send(f"{elsewhere}/save", entries={"ic_scan": DIGEST})
    assert answer.status_code == 422
    assert answer.json["problems"][0]["text"].startswith("This is no file that was attached")
    kind, _, said, *_ = answer.json["state"]["cells"]["ic_scan"]["messages"][0]
    assert (kind, said.split(":")[0]) == ("err", "Scan of signature page (redacted)")


@pytest.mark.req("R-001", "R-003")
def test_a_file_is_replaced_with_its_reason_and_both_stay(app, place):
    seat = opened(app, place)
    upload(seat, place, name="first.pdf")
    seat.send(f"{place}/save", entries={"ic_scan": DIGEST})
    second = upload(seat, place, pdf(2), "second.pdf").json["sha256"]
    change = {"revision": 1, "entries": {"ic_scan": second}}

    refused = seat.send(f"{place}/save", **change)
    reasons = {"ic_scan": {"code": "other", "text": "page 2 was missing"}}
    accepted = seat.send(f"{place}/save", **change, reasons=reasons)

    assert refused.status_code == 422
    assert refused.json["state"]["cells"]["ic_scan"]["reason"]
    assert accepted.status_code == 200
    trail = seat.get(f"{place}/history?path=ic_scan").get_data(as_text=True)
    assert "first.pdf" in trail and "second.pdf" in trail and "page 2 was missing" in trail
    assert DIGEST in trail and second in trail  # each can be opened
    assert f"/files/{DIGEST}" in seat.get(f"{place}/history").get_data(as_text=True)
    with app.app_context(), Desk(app).work() as work:
        query = select(AuditEntry.body).where(AuditEntry.path == "ic_scan")
        actions = [json.loads(body)["action"] for body in work.session.scalars(query)]
    assert actions == ["item.enter", "item.change"]


def test_a_file_is_cleared_with_its_reason(app, place):
    seat = opened(app, place)
    upload(seat, place)
    seat.send(f"{place}/save", entries={"ic_scan": DIGEST})
    reasons = {"ic_scan": {"code": "transcription", "text": ""}}

    answer = seat.send(f"{place}/save", revision=1, entries={"ic_scan": ""}, reasons=reasons)

    assert answer.status_code == 200
    assert "scan.pdf" not in seat.get(place).get_data(as_text=True)


# Without scripts


def test_a_plain_page_carries_its_file(app, place):
    seat = opened(app, place)
    file = (FILE, "scan.pdf")

    answer = send(
        seat, f"{place}/save", {"revision": "0", "ic_version": "V1.2", "file:ic_scan": file}
    )

    assert answer.status_code == 303
    body = seat.get(place).get_data(as_text=True)
    assert "scan.pdf" in body and 'name="ic_version" value="V1.2"' in body
    assert 'enctype="multipart/form-data"' in body


@pytest.mark.parametrize(("content", "said"), [(OFFICE, "Attach one of"), (LARGE, "30.0 MB")])
def test_a_file_refused_on_a_plain_page_costs_nothing_else(app, place, content, said):
    seat = opened(app, place)
    typed = {name: CONSENT[name] for name in ("ic_version", "ic_date", "ic_signer")}
    file = (content, "scan.pdf")

    answer = send(seat, f"{place}/save", {"revision": "0", **typed, "file:ic_scan": file})

    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in message(answer)
    assert 'value="V1.2"' in body and 'value="2026-03-02"' in body
    assert re.search(r'value="SUBJ" (selected|checked)', body)
    assert list(problems(body, "en")) == []


def test_a_file_chosen_on_a_refused_page_is_kept(app, place):
    seat = opened(app, place)
    file = (FILE, "scan.pdf")

    answer = send(
        seat, f"{place}/save", {"revision": "0", "ic_date": "yesterday", "file:ic_scan": file}
    )

    assert answer.status_code == 422
    assert f'name="ic_scan" value="{DIGEST}"' in answer.get_data(as_text=True)


def test_a_plain_page_can_remove_its_file(app, place):
    seat = opened(app, place)
    upload(seat, place)
    seat.send(f"{place}/save", entries={"ic_scan": DIGEST})
    seat.get(place)
    why = {"reason:ic_scan": "transcription"}

    fields = {"revision": "1", "ic_scan": DIGEST, "clear:ic_scan": "1", **why}
    answer = seat.post(f"{place}/save", fields)

    assert answer.status_code == 303
    assert "scan.pdf" not in seat.get(place).get_data(as_text=True)


# The store


@pytest.mark.parametrize(
    ("harm", "status", "said"),
    [("missing", 410, "is missing from the store"), ("changed", 500, "was altered")],
)
def test_a_harmed_file_is_reported_and_not_given_out(app, place, harm, status, said):
    seat = opened(app, place)
    url = upload(seat, place).json["url"]
    path = app.config["INSTANCE_DIR"] / "store" / "attachments" / DIGEST[:2] / DIGEST
    path.unlink() if harm == "missing" else path.write_bytes(FILE + b" ")

    answer = seat.get(url)

    assert answer.status_code == status
    body = answer.get_data(as_text=True)
    assert said in body and "备份" in body
    assert list(problems(body, "en")) == []


def test_a_pdf_of_some_megabytes_can_be_checked(app):
    seat = opened(app, "/verify")
    file = (FILE + bytes(3 * 1024 * 1024), "copy.pdf")

    assert send(seat, "/verify", {"file": file}).status_code == 200
