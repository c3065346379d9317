"""Thirty people at once: ``python -m bench.ward [INSTANCE]`` prints how long each waits.

Each opens forms of forty items, types them at the pace of a person and saves, and looks at the
matrix, a casebook and a log between. INSTANCE is the folder of a demonstration of 54 subjects
(``ecrf demo seed --subjects 54``), which is copied and never changed; without it one is made first,
which takes some minutes. Copies of its subjects at another site, which nobody of the ward sees,
bring the stored values to half a million.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select

from bench import volume
from bench.__main__ import Figure, barcoded, percentile, timed, together
from bench.site import Browser, Site
from ecrf import demo
from ecrf.extensions import db
from ecrf.models import Record, Subject

PEOPLE, SECONDS, SUBJECTS = 30, 120, 54
VALUES, LOG = 500_000, 300
PACE = 3.0  # seconds from one typed item to the next
EVENTS = ("M12", "M9", "M6", "M3")  # whose panels are free in many casebooks
PROMISED = {
    "form of forty items": 300,
    "draft of an item, judged": 100,
    "save of the form": 400,
    "matrix of the subjects": 500,
    "casebook": 500,
    f"log of {LOG} adverse events": 400,
}
Taken = dict[str, list[float]]


def ward(instance: Path | None) -> list[Figure]:
    """95th percentiles of everything that thirty people wait for."""
    folder = Path(tempfile.mkdtemp(prefix="ecrf-bench-"))
    if instance is not None:
        shutil.copytree(instance, folder, dirs_exist_ok=True)
    site = Site(folder=folder)
    try:
        if instance is None:
            demo.seed(site.app, SUBJECTS, 7, lambda: None)
        log_of, values = crowd_out(site)
        places = free_places(site)
        entries = volume.panel(volume.people(site))
        entries["LBDAT"] = {"v": date.today().isoformat()}
        site.start()
        taken: Taken = defaultdict(list)
        shares = [places[n::PEOPLE] for n in range(PEOPLE)]
        together([partial(shift, site, n, share, entries, log_of, taken)
                  for n, share in enumerate(shares)])  # fmt: skip
    finally:
        site.stop()
    told = f"{PEOPLE} people, {values:,} values, p95 of"
    return [
        Figure(
            f"{told} {len(times)} times {what}", f"{percentile(times, 0.95):.0f} ms", f"{most} ms"
        )
        for what, most in PROMISED.items()
        for times in (taken[what],)
    ]


def crowd_out(site: Site) -> tuple[str, int]:
    """A log of three hundred, and the volume; returns the subject of the log and the values."""
    with site.app.app_context():
        stored = list(db.session.scalars(select(Record)))
        columns = [column.name for column in Record.__table__.columns if column.name != "id"]
        rows = [{name: getattr(record, name) for name in columns} for record in stored]
        event = next(row for row in rows if row["form"] == "AE")
        more = [event | {"repeat": n} for n in range(1000, 1000 + LOG)]
        db.session.execute(insert(Record), more)
        each = sum(len(row["data"]) for row in rows)
        for number in range(VALUES // each):
            _copy(rows, f"COPY{number}")
        values = each * (1 + VALUES // each)
        code = db.session.get_one(Subject, event["subject_id"]).code
        db.session.commit()
    return code, values


def _copy(rows: list[dict], site: str) -> None:
    """All subjects with all their records once more, as those of another site."""
    owners = {}
    for subject in db.session.scalars(select(Subject).where(Subject.site == "BJ01")).all():
        columns = [column.name for column in Subject.__table__.columns if column.name != "id"]
        copy = {name: getattr(subject, name) for name in columns}
        copy |= {"site": site, "code": f"{site}-{subject.id}"}
        owners[subject.id] = db.session.scalars(insert(Subject).returning(Subject.id), copy).one()
    copies = [row | {"subject_id": owners[row["subject_id"]]} for row in rows]
    for start in range(0, len(copies), 1000):
        db.session.execute(insert(Record), copies[start : start + 1000])


def free_places(site: Site) -> list[str]:
    """Addresses of haematology panels that nobody entered yet, of subjects who have consented."""
    with site.app.app_context():
        infused = select(Record.subject_id).where(Record.form == "INF")
        query = select(Subject).where(Subject.site == "BJ01", Subject.id.in_(infused))
        found = []
        for subject in db.session.scalars(query):
            of_subject = select(Record.event).where(
                Record.subject_id == subject.id, Record.form == "LBH"
            )
            there = set(db.session.scalars(of_subject))
            found += [f"/subjects/{subject.code}/{e}/1/LBH/1" for e in EVENTS if e not in there]
    random.Random(7).shuffle(found)
    return found


def shift(
    site: Site, number: int, places: list[str], entries: dict, log_of: str, taken: Taken
) -> None:
    """What one person does until the time is over."""
    chance = random.Random(number)
    browser = Browser(site.port)
    end = time.monotonic() + SECONDS
    time.sleep(chance.uniform(0, SECONDS / 4))  # a shift does not begin in one second
    browser.sign_in()
    for place in places:
        code = place.split("/")[2]
        for what, path in (
            ("matrix of the subjects", "/subjects"),
            ("casebook", f"/subjects/{code}"),
            (f"log of {LOG} adverse events", f"/subjects/{log_of}/LOG/1/AE/log"),
            ("form of forty items", place),
        ):
            taken[what].append(timed(partial(browser.get, path)))
            time.sleep(chance.uniform(0.5, 1.5) * PACE)
        typed = barcoded(entries, f"{code}-{place.split('/')[3]}")
        for path in chance.sample(sorted(typed), 8):
            body = json.dumps({"revision": 0, "entries": {path: typed[path]}})
            draft = partial(browser.request, "POST", f"{place}/draft", body, "application/json")
            taken["draft of an item, judged"].append(timed(draft))
            time.sleep(chance.uniform(0.5, 1.5) * PACE)
        taken["save of the form"].append(timed(partial(browser.save, place, 0, typed, {})))
        if time.monotonic() > end:
            return


def main() -> None:
    instance = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    lines = [f"| {f.what} | {f.got} | {f.promise} |" for f in ward(instance)]
    sys.stdout.write("\n".join(["| what | got | promised |", "|---|---|---|", *lines]) + "\n")


if __name__ == "__main__":
    main()
