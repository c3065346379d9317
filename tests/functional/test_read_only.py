"""Read-only mode: everything is read, nothing is written, and everybody is told why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ecrf import worker
from ecrf.models import AuditEntry, Draft, Job
from ecrf.services import jobs, maintenance
from tests.functional.pages import plain
from tests.functional.seats import address


@pytest.fixture
def read_only(runner):
    words = ("--message", "Moving until 14:00.", "--message-zh", "迁移至14:00。")
    done = runner.invoke("maintenance", "on", *words)
    assert done.exit_code == 0 and "Read-only since" in done.output


def draft(client_request, path, text="36.6"):
    return client_request.client.post(
        f"{path}/draft",
        json={"revision": 1, "entries": {"TEMP": {"v": text}}},
        headers={"X-CSRFToken": client_request.token},
    )


@pytest.mark.req("R-065")
def test_a_draft_is_refused_in_both_languages_and_written_later(
    client_request, desk, runner, vital_signs, read_only
):
    client_request.sign_in()
    key, _ = vital_signs
    path = address(key.subject, key.event, key.form)

    refused = draft(client_request, path)

    assert refused.status_code == 503 and refused.headers["Retry-After"] == "60"
    assert "Moving until 14:00." in refused.json["message"]["en"]
    assert "迁移至14:00。" in refused.json["message"]["zh"]
    with desk.work() as work:
        assert work.session.scalars(select(Draft)).all() == []

    assert runner.invoke("maintenance", "off").output == "Writing goes on.\n"
    assert draft(client_request, path).status_code == 200


def test_a_person_signs_in_reads_and_is_told(client_request, vital_signs, read_only):
    told = plain(client_request.get("accounts.sign_in"))
    client_request.sign_in()

    page = client_request.get("subjects.casebook", code=vital_signs[0].subject)

    assert "Moving until 14:00." in told
    assert "Read-only" in plain(page.xpath("//*[@class='read-only']")[0])
    client_request.speak("zh")
    page = client_request.get("subjects.matrix")
    assert "只读" in plain(page.xpath("//*[@class='read-only']")[0])
    assert "迁移至14:00。" in plain(page)


def test_a_new_subject_is_refused_with_a_page(client_request, desk, read_only):
    client_request.sign_in()

    client_request.post("subjects.new", 503, site="BJ01", cohort="LN")

    assert "Nothing was saved" in client_request.response.text
    with desk.work() as work:
        assert "subject.create" not in set(work.session.scalars(select(AuditEntry.action)))


def test_both_ends_are_in_the_trail(desk, runner, read_only):
    runner.invoke("maintenance", "off")

    with desk.work() as work:
        query = select(AuditEntry.action).order_by(AuditEntry.seq)
        actions = list(work.session.scalars(query.where(AuditEntry.action.like("system.%"))))
    assert actions == ["system.read_only", "system.writable"]
    assert desk.verify().ok
    assert "not read-only" in runner.invoke("maintenance", "off").output


@pytest.mark.sqlite
def test_a_damaged_notice_still_stops_writing(app, client_request):
    (app.config["INSTANCE_DIR"] / maintenance.FILE).write_text("{")
    client_request.sign_in()

    client_request.post("subjects.new", 503, site="BJ01", cohort="LN")

    assert "Read-only" in plain(client_request.get("home.page"))


@pytest.mark.sqlite
def test_the_worker_waits(app, desk, runner, read_only):
    with desk.work() as work:
        jobs.add(work, "audit.verify", {})
    waiting = select(Job.state).where(Job.kind == "audit.verify")

    worker.run(app, once=True)
    with desk.work() as work:
        assert set(work.session.scalars(waiting)) == {"waiting"}
    runner.invoke("maintenance", "off")
    worker.run(app, once=True)
    with desk.work() as work:
        assert set(work.session.scalars(waiting)) == {"done"}
