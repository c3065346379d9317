"""Opening a form: the record, the person's own draft over it, and how both are judged."""

import pytest

from ecrf.services import drafts, forms, records, subjects
from ecrf.services.errors import NotFound
from ecrf.services.keys import Key
from ecrf.services.records import Entry
from tests.desk import TYPO, VITAL_SIGNS


def opened(desk, key, by="wang.li", **options):
    with desk.work(by) as work:
        return forms.opened(work, key, **options)


def note(desk, key, texts, revision=0, by="wang.li"):
    with desk.work(by) as work:
        forms.note(work, key, revision, {path: Entry(text) for path, text in texts.items()})


@pytest.fixture
def key(desk):
    """Vital signs that nobody has entered."""
    return Key(desk.consented(), "SCR", 1, "VS")


@pytest.mark.req("R-059")
def test_a_new_form_is_empty(desk, key):
    found = opened(desk, key)

    assert found.record is None and found.revision == 0
    assert all(value.blank for value in found.evaluation.data.values())
    assert not found.filling.readonly


def test_the_draft_lies_over_the_record_and_is_judged(desk):
    key, _ = desk.vital_signs()
    note(desk, key, {"TEMP": "39.0"}, revision=1)

    found = opened(desk, key)

    assert found.filling.saved["TEMP"].text == "36.6"
    assert found.evaluation.data["TEMP"].text == "39.0"
    assert "TEMP.soft" in [finding.id for finding in found.evaluation.findings]


def test_a_draft_is_only_its_owners(desk, key):
    note(desk, key, {"TEMP": "36.6"})

    assert opened(desk, key, by="zhao.min").filling.typed == {}


def test_what_cannot_be_read_is_a_finding_in_its_place(desk, key):
    found = opened(desk, key, typed={"PULSE": Entry("x")})

    assert [(f.id, f.path) for f in found.evaluation.findings if f.severity == "hard"] == [
        ("PULSE.format", "PULSE")
    ]


@pytest.mark.req("R-061")
def test_a_confirmation_holds_until_what_it_rests_on_changes(desk, key):
    confirmed = frozenset({"TEMP.soft@TEMP"})
    desk.save(key, {**VITAL_SIGNS, "TEMP": "39.0"}, confirmed=confirmed, complete=True)

    assert opened(desk, key).filling.confirmed == confirmed
    assert opened(desk, key, typed={"TEMP": Entry("39.5")}).filling.confirmed == frozenset()


def test_the_number_of_values_an_item_has_had(desk):
    key, _ = desk.vital_signs()
    desk.save(key, {"TEMP": "36.8"}, revision=1, reasons={"TEMP": TYPO})

    changes = opened(desk, key).filling.changes

    assert (changes["TEMP"], changes["PULSE"]) == (2, 1)


def test_earlier_events_stand_beside_the_form(desk):
    key, _ = desk.vital_signs()

    found = opened(desk, Key(key.subject, "D0", 1, "VS"))

    assert found.earlier == ("SCR",)
    assert found.filling.previous[0][1]["TEMP"].text == "36.6"
    assert opened(desk, key).earlier == ()


def test_a_monitor_opens_it_closed(desk, key):
    assert opened(desk, key, by="chen.jing").filling.readonly


def test_a_frozen_record_opens_closed(desk):
    key, saved = desk.vital_signs()
    with desk.work() as work:
        work.session.get_one(records.Record, saved.record_id).frozen = True

    assert opened(desk, key).filling.readonly


def test_a_person_item_offers_those_who_work_at_the_site(desk):
    names = dict(opened(desk, Key(desk.subject(), "SCR", 1, "IC")).filling.people).values()

    assert any("Zhao Min" in name for name in names)
    assert not any("Chen Jing" in name for name in names)


def test_a_form_that_is_not_due_cannot_be_opened(desk, key):
    with pytest.raises(NotFound):
        opened(desk, Key(key.subject, "SCR", 1, "INF"))


def test_what_equals_the_record_again_leaves_the_draft(desk):
    key, _ = desk.vital_signs()
    note(desk, key, {"TEMP": "37.0", "PULSE": "80"}, revision=1)

    note(desk, key, {"TEMP": "36.6"}, revision=1)

    assert set(opened(desk, key).filling.typed) == {"PULSE"}


def test_after_a_save_the_rest_of_the_draft_goes_on_from_there(desk, key):
    note(desk, key, {"TEMP": "36.6", "PULSE": "x"})
    saved = desk.save(key, {"TEMP": "36.6"})
    with desk.work() as work:
        forms.settle(work, key, {"TEMP": None}, saved.revision)
        left = drafts.get(work, key)

    assert (set(left.entries), left.base_revision) == ({"PULSE"}, 1)


def test_the_next_form_due_comes_round_again(desk):
    key, _ = desk.vital_signs()
    with desk.work() as work:
        book = subjects.casebook(work, key.subject)

    assert forms.next_due(book, key).form == "LBH"
    assert forms.next_due(book, Key(key.subject, "SCR", 1, "LBH")).form == "DM"


def test_nothing_is_due_where_all_is_complete(desk):
    key, _ = desk.vital_signs()
    with desk.work() as work:
        book = subjects.casebook(work, key.subject)

    assert forms.next_due(book, Key(key.subject, "X", 1, "VS")) is None


@pytest.mark.req("R-064")
def test_who_saved_an_item_last(desk):
    key, saved = desk.vital_signs()
    why = {"TEMP": TYPO}
    desk.save(key, {"TEMP": "36.8"}, revision=1, reasons=why, by="zhao.min")
    with desk.work() as work:
        others = forms.saved_by_others(work, saved.record_id, frozenset({"TEMP", "PULSE"}))

    assert "Zhao Min" in others["TEMP"][0] and "Wang Li" in others["PULSE"][0]
