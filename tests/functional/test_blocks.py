"""A block of results pasted into a panel: looked at, never stored before it is accepted."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ecrf.services import blocks, drafts
from ecrf.services.errors import Forbidden, Invalid
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from tests.desk import Desk
from tests.functional.conftest import ClientRequest
from tests.functional.pages import Element

BLOCK = "WBC\t3.21\t10^9/L\nHGB\t121\tg/L\nPLAT\t99999\t10^9/L\n随便\t1\tg/L"


def panel(desk: Desk) -> Key:
    return Key(desk.consented(), "D1", 1, "LBH", 1)


def states(page: Element) -> list[str]:
    return [str(state) for state in page.xpath("//tbody/tr/@class")]


@pytest.mark.req("R-001", "R-060")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_line_says_what_becomes_of_it_and_nothing_is_kept(
    app: Flask, client_request: ClientRequest, language: str
) -> None:
    desk = Desk(app)
    key = panel(desk)
    saved = desk.save(key, {"LBPERF": "Y", "LB[WBC].LBORRES": "3.0", "LB[HGB].LBORRES": "121"})
    client_request.sign_in()
    client_request.speak(language)
    place = {"subject": key.subject, "event": "D1", "event_no": 1, "form": "LBH", "repeat": 1}
    url = client_request.url("blocks.preview", **place)
    token = {"csrf_token": client_request.token}
    shown = client_request.client.post(url, data={**token, "group": "LB", "block": BLOCK}).text
    for state in ("changes", "same", "refused"):
        assert f'class="{state}"' in shown
    assert shown.count('class="refused"') >= 2
    assert 'data-path="LB[WBC].LBORRES"' in shown and "LB[HGB]" not in shown
    assert desk.record(key).revision == saved.revision
    wrong = client_request.client.post(url, data={**token, "group": "LBHEAD", "block": "WBC 1"})
    assert wrong.status_code == 422
    empty = client_request.client.post(url, data={**token, "group": "LB", "block": " \n"})
    assert empty.status_code == 200 and 'role="alert"' in empty.text


@pytest.mark.req("R-040")
def test_who_cannot_enter_cannot_look_either(app: Flask) -> None:
    desk = Desk(app)
    key = panel(desk)
    with desk.work("chen.jing") as work, pytest.raises(Forbidden):
        blocks.preview(work, key, "LB", BLOCK)


def test_what_is_impossible_is_refused_with_the_limit_of_the_item(app: Flask) -> None:
    desk = Desk(app)
    key = panel(desk)
    with desk.work() as work:
        shown = blocks.preview(work, key, "LB", BLOCK)
        found = {one.line.analyte.code: one for one in shown if one.line.analyte}
        assert found["PLAT"].state == "refused"
        assert found["PLAT"].why is not None and "99999" in found["PLAT"].why.en
        assert found["WBC"].state == "new"


@pytest.mark.parametrize(
    ("group", "block", "code"),
    [
        ("LB", "x" * 100_001, "block.long"),
        ("LB", "WBC 1\n" * 401, "block.lines"),
        ("NONE", "WBC 1", "block.panel"),
    ],
)
def test_a_block_that_is_none(app: Flask, group: str, block: str, code: str) -> None:
    desk = Desk(app)
    key = panel(desk)
    with desk.work() as work, pytest.raises(Invalid, match=code):
        blocks.preview(work, key, group, block)


@pytest.mark.req("R-167")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_goes_the_same_way_and_a_renamed_one_is_refused(
    app: Flask, client_request: ClientRequest, language: str
) -> None:
    key = panel(Desk(app))
    client_request.sign_in()
    client_request.speak(language)
    place = {"subject": key.subject, "event": "D1", "event_no": 1, "form": "LBH", "repeat": 1}
    url = client_request.url("blocks.preview", **place)

    def send(content: bytes) -> TestResponse:
        fields = {"csrf_token": client_request.token, "group": "LB"}
        file = (io.BytesIO(content), "report.xlsx")
        return client_request.client.post(url, data={**fields, "file": file})

    app.config["IMPORT_MB"] = 1
    taken = send(BLOCK.encode("gb18030"))
    assert taken.status_code == 200 and 'data-path="LB[WBC].LBORRES"' in taken.text
    for content in (b"%PDF-1.4 renamed", b"x" * (3 * 1024 * 1024)):
        wrong = send(content)
        assert wrong.status_code == 422 and 'role="alert"' in wrong.text
        wrong.request.input_stream.close()


def test_a_result_without_unit_is_judged_in_the_unit_that_it_is_entered_in(app: Flask) -> None:
    desk = Desk(app)
    key = panel(desk)
    desk.save(key, {"LBPERF": "Y", "LB[WBC].LBORRES": "5200|/uL"})
    with desk.work() as work:
        drafts.put(work, key, 1, {"LB[HGB].LBORRES": Entry("", "g/dL")})
        shown = blocks.preview(work, key, "LB", "WBC\t5.2\nHGB\t12.1\nRBC\t4.5\nPLAT\tND")
        units = {one.line.analyte.code: one.line.unit for one in shown if one.line.analyte}
    assert units == {"WBC": "/uL", "HGB": "g/dL", "RBC": "10*12/L", "PLAT": "10*9/L"}
    assert [one.state for one in shown] == ["changes", "new", "new", "new"]
