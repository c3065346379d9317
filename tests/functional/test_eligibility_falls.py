"""The investigator signs that a subject is eligible; then an input turns out to be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from ecrf import demo, worker
from ecrf.models import Record, Signature, SignatureEnd
from ecrf.services import contexts, eligibility, gates, keys, waiting
from ecrf.services.keys import Key
from tests.desk import TYPO, Desk


@pytest.fixture
def forms_dir() -> Path:
    return Path(__file__).parents[2] / "forms" / "cd19-bcma"


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A subject of the first cohort, screened, signed as eligible and treated."""
    demo.seed(app, 1, 7, lambda: None)
    return Desk(app)


def verdict(desk: Desk, code: str) -> str:
    with desk.work("zhao.min") as work:
        return eligibility.screen(work, keys.subject(work, code)).evaluation.result


def signatures(desk: Desk, record: Record) -> list[str | None]:
    """Why each signature of the record ended, None while it is valid."""
    with desk.work("zhao.min") as work:
        query = select(SignatureEnd.why).select_from(Signature).outerjoin(SignatureEnd)
        return list(work.session.scalars(query.where(Signature.record_id == record.id)))


def missing_before(desk: Desk, code: str, form: str) -> set[str]:
    """Which forms the gate of a form asks for."""
    with desk.work() as work:
        subject = keys.subject(work, code)
        definition = work.catalogue.current(form)
        context = contexts.build(work, subject, Key(code, "SCR", 1, form), definition)
        return {lacking.form for lacking in gates.missing(work, subject, definition, context)}


def superseded(desk: Desk) -> set[str]:
    with desk.work("zhao.min") as work:
        piles = {pile.kind: pile.things for pile in waiting.piles(work)}
        return {thing.form.oid for thing in piles.get("superseded", ()) if thing.form}


@pytest.mark.req("R-026", "R-066")
def test_a_corrected_input_takes_the_signed_verdict_back(desk: Desk) -> None:
    code = "BJ01-L001"
    elig, status = (desk.record(Key(code, "SCR", 1, form)) for form in ("ELIG", "PS"))
    assert verdict(desk, code) == "ELIGIBLE" and elig.data["elig_result"]["v"] == "ELIGIBLE"
    assert signatures(desk, elig) == [None]
    assert "ELIG" not in missing_before(desk, code, "ENR")

    desk.save(
        Key(code, "SCR", 1, "PS"),
        {"ps_ecog": "3"},
        revision=status.revision,
        reasons={"ps_ecog": TYPO},
    )
    assert verdict(desk, code) == "INELIGIBLE"  # the sheet at once, the signed form soon after
    worker.run(desk.app, once=True)

    after = desk.record(Key(code, "SCR", 1, "ELIG"))
    assert after.data["elig_result"]["v"] == "INELIGIBLE"
    assert after.revision == elig.revision + 1
    assert signatures(desk, elig) == ["superseded by change"]
    assert superseded(desk) >= {"ELIG"}
    assert missing_before(desk, code, "ENR") == {"ELIG"}
    line = desk.history(elig.id, "elig_result")[0]
    assert line.by["user"].startswith("system:")
    assert desk.verify().ok
