"""Drafts: raw text on the server, for one person, gone when it is saved."""

import pytest

from ecrf.services import drafts
from ecrf.services.errors import Forbidden
from ecrf.services.keys import Key
from ecrf.services.records import Entry


@pytest.fixture
def key(desk):
    return Key(desk.consented(), "SCR", 1, "VS")


def put(desk, key, by="wang.li", **texts):
    with desk.work(by) as work:
        return drafts.put(work, key, 0, {path: Entry(text) for path, text in texts.items()})


def get(desk, key, by="wang.li"):
    with desk.work(by) as work:
        return drafts.get(work, key)


@pytest.mark.req("R-065")
def test_a_draft_keeps_exactly_what_was_typed_even_if_wrong(desk, key):
    assert put(desk, key, TEMP="36..6") == 1
    assert put(desk, key, PULSE="fast") == 2

    assert get(desk, key).entries == {"TEMP": Entry("36..6"), "PULSE": Entry("fast")}


def test_a_draft_is_its_owners_alone(desk, key):
    put(desk, key, TEMP="36.6")

    assert get(desk, key, by="zhao.min") is None


def test_a_path_the_form_does_not_have_is_not_kept(desk, key):
    assert put(desk, key, NOTHING="1") == 0


@pytest.mark.req("R-043")
def test_a_monitor_has_no_draft(desk, key):
    with pytest.raises(Forbidden):
        put(desk, key, by="chen.jing", TEMP="36.6")


def test_discarding_some_paths_keeps_the_others(desk, key):
    put(desk, key, TEMP="36.6", PULSE="80")
    with desk.work() as work:
        drafts.discard(work, key, frozenset({"TEMP"}))

    assert set(get(desk, key).entries) == {"PULSE"}
    with desk.work() as work:
        assert drafts.count(work) == 1
        drafts.discard(work, key)
    assert get(desk, key) is None
