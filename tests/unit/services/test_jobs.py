"""Jobs: each claimed once, tried three times, and a bad one never stops the others."""

import datetime as dt

from ecrf import worker
from ecrf.models import Job
from ecrf.services import jobs
from ecrf.services.work import utc_now


def state(desk, number):
    with desk.work() as work:
        job = work.session.get_one(Job, number)
        return job.state, job.attempts


def add(desk, kind, **arguments):
    with desk.work() as work:
        return jobs.add(work, kind, arguments).id


def test_a_claimed_job_is_not_claimed_again(desk):
    number = add(desk, "audit.verify")
    with desk.work() as work:
        assert jobs.claim(work)[0] == number

    with desk.work() as work:
        assert jobs.claim(work) is None


def test_a_job_whose_worker_fell_silent_is_taken_over(desk):
    number = add(desk, "audit.verify")
    with desk.work(now=utc_now() - dt.timedelta(minutes=11)) as work:
        jobs.claim(work)

    with desk.work() as work:
        assert jobs.claim(work)[0] == number


def test_a_failing_job_is_set_aside_after_three_tries_and_others_go_on(desk):
    bad = add(desk, "pdf.form", record=999, language="both")
    good = add(desk, "audit.verify")

    with desk.app.app_context():
        while worker.run_next(desk.app):
            pass

    assert state(desk, bad) == ("failed", 3)
    assert state(desk, good) == ("done", 1)
