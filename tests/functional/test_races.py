"""Several people at once: one wins, the others are told, the trail has no gap."""

import threading

import pytest

from ecrf.services.errors import ServiceError, Stale
from ecrf.services.keys import Key
from tests.desk import TYPO, VITAL_SIGNS


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
