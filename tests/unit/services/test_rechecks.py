"""What a change touches in other forms is judged again: soon after the save, and every night."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ecrf import worker
from ecrf.models import Query, Recheck
from ecrf.services import dependents
from ecrf.services.keys import Key
from tests.desk import CONSENT, TYPO

BOY = {"birth_date": "2013-05-01", "sex": "M"}


def work_off(desk):
    with desk.app.app_context():
        worker.run(desk.app, once=True)


def waiting(desk):
    with desk.work() as work:
        return set(work.session.scalars(select(Recheck.form)))


def queries(desk, record_id):
    with desk.work() as work:
        found = work.session.scalars(select(Query).where(Query.record_id == record_id))
        return {(query.check, query.state) for query in found}


@pytest.mark.req("R-069")
def test_a_calculated_item_follows_the_form_it_looks_at(desk):
    code = desk.consented()
    consent = Key(code, "SCR", 1, "IC")
    before = desk.record(consent)
    assert "ic_assent_req" not in before.data

    desk.save(Key(code, "SCR", 1, "DM"), BOY)
    assert waiting(desk) == {"IC"}
    work_off(desk)

    after = desk.record(consent)
    assert after.data["ic_assent_req"]["v"] == "Y"
    assert after.revision == before.revision + 1 and waiting(desk) == set()
    line = desk.history(after.id, "ic_assent_req")[0]
    assert line.by["user"].startswith("system:")
    assert desk.verify().ok


def test_an_item_that_no_rule_looks_at_asks_for_nothing(desk):
    code = desk.consented()
    desk.save(Key(code, "SCR", 1, "DM"), {"initials": "WL"})

    assert waiting(desk) == set()


@pytest.mark.req("R-060")
def test_a_discrepancy_that_another_form_brought_about_is_queried_until_it_is_gone(desk):
    code = desk.consented()
    consent = desk.record(Key(code, "SCR", 1, "IC"))
    key = Key(code, "SCR", 1, "DM")

    desk.save(key, BOY)
    work_off(desk)
    assert ("IC-04", "open") in queries(desk, consent.id)
    assert desk.record(Key(code, "SCR", 1, "IC")).status == "complete"

    desk.save(key, {"birth_date": "1990-05-01"}, revision=1, reasons={"birth_date": TYPO})
    work_off(desk)
    assert ("IC-04", "closed") in queries(desk, consent.id)


def test_judging_everything_again_changes_nothing_that_is_right(desk):
    key, _ = desk.vital_signs()
    before = desk.record(key)

    work_off(desk)

    assert desk.record(key).revision == before.revision


def test_who_looks_at_an_item_is_known_of_every_form(desk):
    known = dependents.of(desk.catalogue)

    assert "IC" in known.readers["DM.birth_date"]
    assert "VS" in known.readers["IC.ic_date"]
    assert "DM.initials" not in known.readers


@pytest.mark.req("R-061", "R-079")
def test_a_complete_form_asks_about_what_came_later(desk):
    """Nobody opens a complete form again: only the signer would meet it otherwise."""
    code = desk.subject()
    consent = Key(code, "SCR", 1, "IC")
    given = {**CONSENT, "ic_inv": str(desk.actor("zhao.min").user_id), "ic_signer": "LAR"}
    saved = desk.save(consent, {**given, "ic_lar_rel": "SPOUSE"}, complete=True)
    assert queries(desk, saved.record_id) == set()

    desk.save(Key(code, "SCR", 1, "DM"), {"birth_date": "1985-02-03", "sex": "F"})
    work_off(desk)
    asked = {"IC-05", "ic_incap_reason.required"}  # a soft finding, and an item now required
    assert queries(desk, saved.record_id) == {(check, "open") for check in asked}

    revision = desk.record(consent).revision
    confirmed = frozenset({"IC-05@ic_signer"})
    why = {"ic_incap_reason": "In a coma since admission"}
    desk.save(consent, why, revision=revision, confirmed=confirmed, complete=True)
    assert queries(desk, saved.record_id) == {(check, "closed") for check in asked}
    work_off(desk)
    assert queries(desk, saved.record_id) == {(check, "closed") for check in asked}
    assert desk.verify().ok
