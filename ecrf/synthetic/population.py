"""The population, written through the one write service: the same seed gives the same people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from flask import Flask

from ecrf.services import contexts
from ecrf.services.work import working
from ecrf.synthetic import plan
from ecrf.synthetic.walk import SITE, Made, Staff, Walk


def seed(
    app: Flask,
    staff: Staff,
    count: int,
    number: int,
    step: Callable[[], None],
    *,
    cut_off: dt.date | None = None,
    only: Collection[int] = (),
) -> Made:
    """Write ``count`` subjects with all visits up to a day, today unless said otherwise.

    step  is called after each subject
    only  the places in the population to write, the whole population when empty
    """
    made = Made()
    catalogue = app.extensions["catalogue"]
    with app.app_context():
        with working(catalogue, staff.coordinator) as work:
            until = cut_off or contexts.today(work, SITE)
        cohorts = [cohort.cohort for cohort in catalogue.study.cohorts]
        for person in plan.people(cohorts, count, number, until):
            if not only or person.index in only:
                Walk(app, staff, person, until, made).write()
                made.subjects += 1
                step()
    return made
