"""Signing a visit or a milestone: one list, read before it is signed; any change ends it."""

from __future__ import annotations

import json
import subprocess

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ecrf import cli, demo
from ecrf.models import Record, Signature
from ecrf.services import keys, sign_off_due, sign_offs, signatures
from ecrf.services.errors import Forbidden, Invalid, Stale
from ecrf.services.keys import Key
from ecrf.services.sign_offs import Scope
from tests.desk import TYPO, VITAL_SIGNS

SIGNER = "zhao.min"


@pytest.fixture
def visit(desk):
    """The screening of one subject: consent and vital signs complete, other forms empty."""
    key, saved = desk.vital_signs()
    return Scope(key.subject, "visit", "SCR"), key, saved


def listed(desk, scope):
    with desk.work(SIGNER) as work:
        return sign_offs.seen(sign_offs.lines(work, scope))


def sign(desk, scope, seen=None, by=SIGNER, **changes):
    seen = listed(desk, scope) if seen is None else seen
    given = {"username": by, "password": demo.PASSWORD, "meaning": "review", **changes}
    with desk.work(by) as work:
        made = sign_offs.sign(work, desk.keystore, scope, listed=seen, **given)
        return made.id if made else None


def acts(desk, scope):
    with desk.work(SIGNER) as work:
        return [one.status for one in sign_offs.states(work, desk.keystore, scope)]


def states(desk, scope):
    with desk.work(SIGNER) as work:
        return {one.key.form: one.form.state for one in sign_offs.lines(work, scope)}


@pytest.mark.req("R-025", "R-032")
def test_each_form_is_signed_and_the_list_names_each_digest(desk, visit):
    scope, _, saved = visit
    number = sign(desk, scope)

    after = states(desk, scope)
    assert (after["IC"], after["VS"], after["DM"]) == ("signed", "signed", "empty")
    assert acts(desk, scope) == ["valid"]
    assert desk.signatures(saved) == ["valid"]
    with desk.work(SIGNER) as work:
        act = sign_offs.states(work, desk.keystore, scope)[0].sign_off
        said = json.loads(act.content)
        made = {s.record_id: s.digest for s in work.session.scalars(select(Signature))}
        assert act.id == number
        assert {f["record"]: f["digest"] for f in said["forms"]} == made
        assert ["SCR", 1, "DM", 1] in said["not_signed"]
        assert said["attestation"] == act.attestation
    assert desk.verify().ok


@pytest.mark.req("R-026")
def test_a_change_of_one_form_ends_the_act_and_leaves_the_other_form_signed(desk, visit):
    scope, key, saved = visit
    sign(desk, scope)
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})

    assert acts(desk, scope) == ["superseded"]
    after = states(desk, scope)
    assert (after["IC"], after["VS"]) == ("signed", "superseded")
    with desk.work(SIGNER) as work:
        assert [one.changed for one in sign_offs.lines(work, scope) if one.to_sign] == [1]

    sign(desk, scope, meaning="correction")
    assert acts(desk, scope) == ["superseded", "valid"]
    assert set(states(desk, scope).values()) == {"signed", "empty"}


@pytest.mark.req("R-032")
def test_only_the_list_that_was_shown_can_be_signed(desk, visit):
    scope, key, saved = visit
    seen = listed(desk, scope)
    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    for stale in (seen, {}, dict(list(seen.items())[:1]), {**seen, "999": 1}):
        with pytest.raises(Stale):
            sign(desk, scope, stale)
    assert acts(desk, scope) == []
    assert states(desk, scope)["IC"] == "complete"


@pytest.mark.req("R-034")
def test_a_form_that_is_begun_keeps_the_list_from_being_signed(desk, visit):
    scope, key, _ = visit
    desk.save(Key(key.subject, "SCR", 1, "DM"), {"sex": "F"})
    with pytest.raises(Invalid) as refusal:
        sign(desk, scope)
    assert refusal.value.code == "signature.open_forms"
    assert acts(desk, scope) == []


@pytest.mark.req("R-022", "R-035")
def test_wrong_credentials_sign_nothing_and_are_counted(desk, visit):
    scope, _, _ = visit
    assert sign(desk, scope, password="guess") is None
    assert sign(desk, scope, username="liu.yang") is None
    assert acts(desk, scope) == []


@pytest.mark.req("R-028", "R-029")
@pytest.mark.parametrize("who", ["wang.li", "chen.jing", "sun.hao"])
def test_nobody_else_signs_a_list(desk, visit, who):
    with pytest.raises(Forbidden):
        sign(desk, visit[0], by=who)


@pytest.mark.req("R-027")
def test_an_act_changed_behind_the_program_shows_as_broken(desk, visit):
    scope, _, _ = visit
    sign(desk, scope)
    with desk.work(SIGNER) as work:
        act = sign_offs.states(work, desk.keystore, scope)[0].sign_off
        work.session.expunge(act)
        assert sign_offs.holds(act, desk.keystore)
        act.content = act.content.replace('"review"', '"authorship"')
        assert not sign_offs.holds(act, desk.keystore)


@pytest.mark.req("R-032", "R-033")
def test_a_milestone_covers_every_visit_up_to_it_and_the_logs(desk, visit):
    _, key, _ = visit
    code = key.subject
    day_one = Key(code, "D1", 1, "VS")
    event = Key(code, "LOG", 1, "AE")
    desk.save(event, {"AETERM": "Headache", "AESER": "N", "AETOXGR": "1"})
    scope = Scope(code, "milestone", "D1")
    with desk.work(SIGNER) as work:
        found = [(one.key.event, one.key.form) for one in sign_offs.lines(work, scope)]
    assert ("SCR", "VS") in found and ("D1", "VS") in found and ("LOG", "AE") in found
    desk.save(day_one, {**VITAL_SIGNS, "VSDAT": "2026-03-04"}, complete=True)
    with desk.work(SIGNER) as work:
        due = {(one.scope.scope, one.scope.name): one for one in sign_off_due.due(work)}
    assert due["visit", "SCR"].to_sign == 2


@pytest.mark.req("R-087")
def test_a_locked_form_is_signed_with_its_visit(desk, visit):
    """Signing changes no value, so a freeze for review does not stand in its way."""
    scope, _, saved = visit
    with desk.work() as work:
        desk.load(work, saved).frozen = True
    assert sign(desk, scope)
    assert acts(desk, scope) == ["valid"]


@pytest.mark.req("R-022", "R-032")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_lists_signs_and_refuses(client_request, desk, visit, language):
    scope, key, saved = visit
    client_request.sign_in(SIGNER)
    client_request.speak(language)
    client_request.get("sign_offs.queue")
    place = {"code": scope.subject, "scope": "visit", "name": "SCR", "event_no": 1}
    page = client_request.get("sign_offs.page", **place)
    seen = page.xpath("string(//input[@name='revision']/@value)")
    given = {"username": SIGNER, "password": demo.PASSWORD, "revision": seen}
    client_request.post("sign_offs.sign", _status=400, _args=place, **given)
    wrong = {**given, "meaning": "review", "password": "guess"}
    client_request.post("sign_offs.sign", _status=401, _args=place, **wrong)

    desk.save(key, {"TEMP": "36.9"}, revision=saved.revision, reasons={"TEMP": TYPO})
    page = client_request.post(
        "sign_offs.sign", _status=409, _args=place, **given, meaning="review"
    )
    given["revision"] = page.xpath("string(//input[@name='revision']/@value)")
    assert given["revision"] != seen
    client_request.post("sign_offs.sign", _args=place, **given, meaning="review")
    assert acts(desk, scope) == ["valid"]
    assert client_request.follow().xpath("//span[contains(@class, 'sig')]")
    client_request.get("sign_offs.page", **{**place, "scope": "milestone", "name": "D1"})
    client_request.get("sign_offs.page", _status=404, **{**place, "scope": "everything"})
    with desk.work(SIGNER) as work:
        record = work.session.get_one(Record, saved.record_id)
        assert [one.status for one in signatures.states(work, desk.keystore, record)] == ["valid"]
        assert keys.key_of(record, keys.subject(work, scope.subject)) == key


@pytest.mark.req("R-025")
def test_openssl_checks_what_the_command_writes(desk, visit, tmp_path, monkeypatch):
    scope, _, saved = visit
    sign(desk, scope)
    monkeypatch.setattr(cli, "app_", lambda: desk.app)
    out = tmp_path / "signatures"
    arguments = ["records", "signatures", str(saved.record_id), "-o", str(out)]
    done = CliRunner().invoke(cli.cli, arguments)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert len(lines) == 2  # the form and the list
    for line in lines:
        assert subprocess.run(line.split(), capture_output=True).returncode == 0, line
    [form] = out.glob("form-*.json")
    form.write_text(form.read_text().replace("zhao.min", "liu.yang"))
    assert subprocess.run(lines[0].split(), capture_output=True).returncode != 0
