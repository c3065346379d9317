"""Several people at once: one wins, the others are told, the trail has no gap."""

import os
import threading

import pytest

from ecrf import demo
from ecrf.services import locks, reviews, sign_offs
from ecrf.services.errors import Locked, ServiceError, Stale
from ecrf.services.keys import Key
from ecrf.services.sign_offs import Scope
from tests.desk import TYPO, VITAL_SIGNS

TIMES = int(os.environ.get("ECRF_RACES", "5"))  # interleavings of each race; 200 before a release

TERM = {"AETERM": "Headache", "AESER": "N", "AETOXGR": "1"}


def at_once(tasks):
    """Run the tasks in threads that start together; returns result or exception of each."""
    barrier, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(index, task):
        barrier.wait()
        try:
            results[index] = task()
        except ServiceError as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.req("R-064")
def test_of_two_saves_of_one_revision_exactly_one_wins(desk):
    key, _ = desk.vital_signs()
    texts = [f"{37 + n / 10:.1f}" for n in range(6)]

    results = at_once(
        [
            lambda text=text: (
                desk.save(key, {"TEMP": text}, revision=1, reasons={"TEMP": TYPO}).revision
            )
            for text in texts
        ],
    )

    assert results.count(2) == 1
    assert sum(isinstance(result, Stale) for result in results) == 5
    assert desk.verify().ok


@pytest.mark.req("R-064")
def test_of_many_first_saves_exactly_one_wins(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")

    results = at_once([lambda: desk.save(key, VITAL_SIGNS).revision for _ in range(6)])

    assert results.count(1) == 1 and sum(isinstance(r, Stale) for r in results) == 5
    assert desk.verify().ok


@pytest.mark.req("R-021", "R-007")
def test_saves_of_different_forms_all_succeed_without_a_gap(desk):
    keys = [Key(desk.consented(), "SCR", 1, "VS") for _ in range(8)]

    results = at_once([lambda key=key: desk.save(key, VITAL_SIGNS).revision for key in keys])

    assert results == [1] * 8
    assert desk.verify().ok


def corrections(desk, key):
    """One after another: a correction of the temperature at the revision the form has."""
    for n in range(TIMES):
        record = desk.record(key)
        texts = {"TEMP": f"{36 + (n % 9 + 1) / 10:.1f}"}
        if record.data["TEMP"]["v"] == texts["TEMP"]:
            texts = {"TEMP": "37.5"}
        revision = record.revision
        yield (
            lambda texts=texts, revision=revision: (
                desk.save(key, texts, revision=revision, reasons={"TEMP": TYPO}).revision
            )
        )


@pytest.mark.req("R-026", "R-032")
def test_a_list_signed_while_a_form_changes_stands_only_for_what_was_shown(desk):
    key, saved = desk.vital_signs()
    scope = Scope(key.subject, "visit", "SCR")

    def sign(seen):
        with desk.work("zhao.min") as work:
            given = {"username": "zhao.min", "password": demo.PASSWORD, "meaning": "review"}
            return sign_offs.sign(work, desk.keystore, scope, listed=seen, **given).id

    for correct in corrections(desk, key):
        with desk.work("zhao.min") as work:
            seen = sign_offs.seen(sign_offs.lines(work, scope))
        results = at_once([lambda seen=seen: sign(seen), correct])
        assert isinstance(results[1], int), results
        valid = [one for one in desk.signatures(saved) if one == "valid"]
        assert valid == [], "signed what nobody saw"
        with desk.work("zhao.min") as work:
            for one in sign_offs.states(work, desk.keystore, scope):
                assert one.status == "superseded"
    assert desk.verify().ok


@pytest.mark.req("R-082", "R-083")
def test_a_mark_set_while_the_value_changes_is_refused_or_falls(desk):
    key, saved = desk.vital_signs()

    def mark(seen):
        with desk.work("chen.jing") as work:
            return reviews.verify(work, saved.record_id, seen)

    for correct in corrections(desk, key):
        seen = {"TEMP": desk.record(key).versions["TEMP"]}
        results = at_once([lambda seen=seen: mark(seen), correct])
        assert isinstance(results[1], int), results
        with desk.work("chen.jing") as work:
            state = reviews.states(work, desk.load(work, saved), "sdv")["TEMP"]
        assert state != "done", "a mark on a value that nobody saw"
    assert desk.verify().ok


@pytest.mark.req("R-087")
def test_a_save_while_the_subject_is_frozen_is_before_the_freeze_or_refused(desk):
    key, _ = desk.vital_signs()

    def freeze():
        with desk.work("sun.hao") as work:
            place = locks.place(work, key.subject)
            return locks.close(work, place, "freeze", "review").id

    for n, correct in enumerate(corrections(desk, key), 1):
        event = Key(key.subject, "LOG", 1, "AE", n)  # a first save, which no row can be held for
        results = at_once([freeze, correct, lambda event=event: desk.save(event, TERM).revision])
        number, *saves = results
        assert isinstance(number, int), results
        assert all(isinstance(one, int | Locked) for one in saves), results
        assert desk.record(key).frozen
        if not isinstance(saves[1], Locked):
            assert desk.record(event).frozen, "saved behind the freeze"
        with pytest.raises(Locked):
            desk.save(key, {"PULSE": "77"}, revision=desk.record(key).revision)
        with desk.work("sun.hao") as work:
            locks.release(work, number, "review is over")
    assert desk.verify().ok
