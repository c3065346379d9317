"""Reviewing and signing: ``python -m bench.review INSTANCE`` prints what monitors and signers wait.

INSTANCE is the folder of a demonstration of 54 subjects (``ecrf demo seed --subjects 54``); it is
copied and never changed. Five thousand queries are laid over its values before anything is timed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, insert, select, update

from bench.__main__ import Figure, percentile, timed
from bench.site import Browser, Site
from ecrf import demo
from ecrf.definition.catalogue import Catalogue
from ecrf.extensions import db
from ecrf.keystore import KeyStore
from ecrf.models import Query, Record, ReviewMark, Signature, Subject
from ecrf.services import sign_offs
from ecrf.services.records import save
from ecrf.services.sign_offs import Blocked, Scope
from ecrf.services.work import Actor, working

QUERIES, TIMES, MARKED = 5000, 40, "VS"
STATES = ("open", "answered", "reopened", "closed")
GIVEN = {"username": "zhao.min", "password": demo.PASSWORD, "meaning": "review"}
FORM = "application/x-www-form-urlencoded"


def figures(instance: Path) -> list[Figure]:
    """95th percentiles of one monitor's requests, and what signing a casebook takes."""
    folder = Path(tempfile.mkdtemp(prefix="ecrf-bench-"))
    shutil.copytree(instance, folder, dirs_exist_ok=True)
    site = Site(folder=folder)
    try:
        ask(site)
        rows = unmarked(site)
        forms, seconds = signing(site)
        site.start()
        monitor = Browser(site.port)
        monitor.sign_in("chen.jing")
        inbox = [timed(partial(monitor.get, "/queries")) for _ in range(TIMES)]
        marks = [timed(partial(mark, monitor, *row)) for row in rows]
    finally:
        site.stop()
    return [
        Figure(
            f"inbox over {QUERIES:,} queries, p95", f"{percentile(inbox, 0.95):.0f} ms", "400 ms"
        ),
        Figure("one item verified, p95", f"{percentile(marks, 0.95):.0f} ms", "60 ms"),
        Figure(f"casebook of {forms} forms signed and checked", f"{seconds:.1f} s", "3 s for 400"),
    ]


def ask(site: Site) -> None:
    """Queries over the values of the study, in all states."""
    with site.app.app_context():
        records = db.session.scalars(select(Record).where(Record.versions != {})).all()
        rows = [_query(records[n * 7 % len(records)], n) for n in range(QUERIES)]
        db.session.execute(insert(Query), rows)
        db.session.commit()


def _query(record: Record, number: int) -> dict[str, Any]:
    path = list(record.versions)[number % len(record.versions)]
    place = {name: getattr(record, name) for name in ("subject_id", "event", "event_no", "form")}
    return place | {
        "repeat": record.repeat,
        "record_id": record.id,
        "path": path,
        "value_seq": record.versions[path],
        "text": f"Please check this against the source ({number}).",
        "raised_by": "chen.jing",
        "raised_role": "monitor",
        "raised_at": record.updated_at,
        "state": STATES[number % len(STATES)],
        "moves": 1,
        "moved_at": record.updated_at,
    }


def unmarked(site: Site) -> list[tuple[str, str]]:
    """Address of a form, and a value version that nobody verified."""
    with site.app.app_context():
        marked = select(ReviewMark.record_id)
        query = (
            select(Record, Subject.code)
            .join(Subject)
            .where(Record.form == MARKED, Record.status == "complete", Record.id.not_in(marked))
            .limit(TIMES)
        )
        return [
            (
                f"/subjects/{code}/{one.event}/{one.event_no}/{one.form}/{one.repeat}",
                f"PULSE:{one.versions['PULSE']}",
            )
            for one, code in db.session.execute(query)
            if "PULSE" in one.versions
        ]


def mark(monitor: Browser, place: str, wanted: str) -> None:
    body = urlencode({"mark": wanted, "csrf_token": monitor.token})
    status, content = monitor.request("POST", f"{place}/mark", body, FORM)
    if status != 303:
        raise RuntimeError(f"{place}: {status} {content[:200]!r}")


def signing(site: Site) -> tuple[int, float]:
    """How many forms of a casebook were signed at once and checked, and in how many seconds."""
    catalogue, keystore = site.app.extensions["catalogue"], site.app.extensions["keystore"]
    with site.app.app_context():
        db.session.execute(update(Query).values(state="closed"))  # a form with one is not signed
        db.session.commit()
        with working(catalogue, demo.OPERATOR) as work:
            staff = demo.staff(work)
        scope = Scope(fullest(), "milestone", "END")
        try:
            sign(catalogue, keystore, staff.investigator, scope)
        except Blocked as blocked:  # its reader would confirm what stands there before signing
            with working(catalogue, staff.coordinator) as work:
                for line, finding in blocked.places:
                    said = frozenset({f"{finding.id}@{finding.path}"})
                    save(work, line.key, {}, revision=line.form.revision, confirmed=said)
        start = time.perf_counter()
        count = sign(catalogue, keystore, staff.investigator, scope)
        with working(catalogue, staff.investigator) as work:
            (state,) = sign_offs.states(work, keystore, scope)
        seconds = time.perf_counter() - start
    if state.status != "valid":
        raise RuntimeError("the signature of the casebook does not hold")
    return count, seconds


def sign(catalogue: Catalogue, keystore: KeyStore, signer: Actor, scope: Scope) -> int:
    """Sign everything of the scope; how many forms that are."""
    with working(catalogue, signer) as work:
        listed = sign_offs.seen(sign_offs.lines(work, scope))
        sign_offs.sign(work, keystore, scope, listed=listed, **GIVEN)
    return len(listed)


def fullest() -> str:
    """The subject who has most to sign."""
    signed = select(Signature.record_id)
    query = (
        select(Subject.code)
        .join(Record, Record.subject_id == Subject.id)
        .where(Record.status == "complete", Record.id.not_in(signed))
        .group_by(Subject.code)
        .order_by(func.count().desc())
        .limit(1)
    )
    return db.session.scalars(query).one()


def main() -> None:
    lines = [f"| {f.what} | {f.got} | {f.promise} |" for f in figures(Path(sys.argv[1]))]
    sys.stdout.write("\n".join(["| what | got | promised |", "|---|---|---|", *lines]) + "\n")


if __name__ == "__main__":
    main()
