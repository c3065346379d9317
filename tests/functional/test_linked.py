"""Records that belong together: shown on both, in the grid, and begun from one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrf.services import drafts, linked
from ecrf.services.errors import NotFound
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from tests.functional.pages import plain
from tests.functional.seats import sit


@pytest.fixture
def forms_dir() -> Path:
    """The study as shipped, where adverse events and medication name each other."""
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def event(desk):
    """An adverse event, a medication that names it, and another that names nothing."""
    key = Key(desk.consented(), "LOG", 1, "AE")
    desk.save(key, {"AETERM": "Fever"})
    desk.save(
        Key(key.subject, "LOG", 1, "CM"),
        {"CMTRT": "Paracetamol", "cm_indc": "AE", "CMAELNK": "AE-1"},
    )
    desk.save(Key(key.subject, "LOG", 1, "CM", 2), {"CMTRT": "Aciclovir"})
    return key


def place(key):
    return {"subject": key.subject, "event": "LOG", "event_no": 1, "form": key.form, "repeat": 1}


def links(page):
    found = page.xpath("//div[@class='around']/a | //div[@class='around']/span")
    return [plain(one) for one in found]


def test_a_link_is_shown_on_both_records_and_in_the_grid(client_request, event):
    client_request.sign_in()

    named = client_request.get("records.page", **place(event))
    naming = client_request.get("records.page", **place(Key(event.subject, "LOG", 1, "CM")))
    grid = client_request.get("logs.page", code=event.subject, event="LOG", event_no=1, form="CM")

    assert links(named) == ["Named by", "CM-1 Paracetamol"]
    assert links(naming) == ["Names", "AE-1 Fever"]
    assert [plain(a) for a in grid.xpath("//td/a[@class='lk']")] == ["AE-1"]


@pytest.mark.req("R-059")
def test_a_linked_record_begins_as_a_draft_with_nothing_but_its_link(client_request, desk, event):
    client_request.sign_in()
    page = client_request.get("records.page", **place(event))
    assert "Concomitant" in plain(page.xpath("//details[contains(@class, 'linker')]")[0])

    client_request.post("logs.begin", 303, place(event), form="CM")

    made = Key(event.subject, "LOG", 1, "CM", 3)
    with desk.work() as work:
        typed = drafts.get(work, made)
        assert linked.begin(work, event, "CM") == made  # pressed twice
        drafts.put(work, made, 0, {"CMTRT": Entry("Ibuprofen")})
        again = linked.begin(work, event, "CM")
    assert {path: entry.text for path, entry in typed.entries.items()} == {"CMAELNK": "AE-1"}
    assert again.repeat == 4  # a draft of one's own is not written over
    client_request.follow()
    assert client_request.response.request.path.endswith("/CM/3")


def test_an_event_begun_from_a_medication_keeps_its_link_until_it_applies(desk, event):
    with desk.work() as work:
        made = linked.begin(work, Key(event.subject, "LOG", 1, "CM"), "AE")
        assert drafts.get(work, made).entries["AECMLINK"].text == "CM-1"

    saved = desk.save(made, {"AETERM": "Rash", "AECONTRT": "Y", "AECMLINK": "CM-1"})

    assert saved.evaluation.data["AECMLINK"].text == "CM-1"


def test_nothing_is_linked_to_what_is_not_there_or_cannot_name_it(desk, event):
    for key, form in ((Key(event.subject, "LOG", 1, "AE", 9), "CM"), (event, "DM")):
        with pytest.raises(NotFound), desk.work() as work:
            linked.begin(work, key, form)


def test_from_the_grid_one_goes_from_row_to_row_and_back(app, event):
    seat = sit(app)
    grid = f"/subjects/{event.subject}/LOG/1/CM/log"
    first = f"/subjects/{event.subject}/LOG/1/CM/1?back=log"
    assert f'href="{first}"' in seat.get(grid).text

    page = seat.get(first).text
    answer = seat.send(first.replace("?", "/save?"), revision=1, leave="close")

    assert f'href="{first.replace("CM/1", "CM/2")}" data-key="Alt+Shift+ArrowDown"' in page
    assert answer.get_json()["next"] == f"{grid}#r1"
