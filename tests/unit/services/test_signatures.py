"""Signatures: by the person, at that moment, on that content; any change ends them."""

import subprocess

import pytest
from sqlalchemy import select, text

from ecrf import crypto
from ecrf.models import Signature, SignatureEnd, User
from ecrf.services import accounts
from ecrf.services.attestations import ATTESTATIONS
from ecrf.services.errors import Forbidden, Invalid, Refused, Stale
from ecrf.services.keys import Key
from tests.desk import TYPO, VITAL_SIGNS
from tests.unit.services.test_audit_trail import tamper


@pytest.fixture
def signed(desk):
    key, saved = desk.vital_signs()
    assert desk.sign(saved)
    return key, saved


@pytest.mark.req("R-022", "R-025")
def test_an_investigator_signs_a_complete_form(desk, signed):
    _, saved = signed

    assert desk.signatures(saved) == ["valid"]


@pytest.mark.req("R-023", "R-024")
def test_the_signature_keeps_name_role_time_meaning_and_the_text_shown(desk, signed):
    with desk.work() as work:
        signature = work.session.scalars(select(Signature)).one()
        assert (signature.name, signature.role) == ("赵敏 Zhao Min", "investigator")
        assert signature.meaning == "review" and signature.at.endswith("Z")
        assert signature.attestation == ATTESTATIONS["review"][signature.language]


@pytest.mark.req("R-022", "R-035")
@pytest.mark.parametrize(
    "wrong", [{"password": "not-my-password"}, {"password": ""}, {"username": "liu.yang"}]
)
def test_without_both_own_credentials_there_is_no_signature(desk, wrong):
    _, saved = desk.vital_signs()

    assert desk.sign(saved, **wrong) is None
    assert desk.signatures(saved) == []


@pytest.mark.req("R-035")
def test_failed_signing_locks_the_account_after_five(desk):
    _, saved = desk.vital_signs()
    for _ in range(5):
        assert desk.sign(saved, password="guess") is None

    assert desk.sign(saved) is None


@pytest.mark.req("R-028", "R-029")
@pytest.mark.parametrize("who", ["wang.li", "chen.jing", "sun.hao", "lin.tao", "ma.rui"])
def test_nobody_else_can_sign(desk, who):
    _, saved = desk.vital_signs()

    with pytest.raises(Forbidden):
        desk.sign(saved, by=who)


def test_a_form_that_moved_on_is_not_signed(desk):
    key, saved = desk.vital_signs()
    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    with pytest.raises(Stale):
        desk.sign(saved)


@pytest.mark.req("R-034")
def test_an_unfinished_form_is_not_signed_and_says_what_is_missing(desk):
    key = Key(desk.consented(), "SCR", 1, "VS")
    saved = desk.save(key, {k: v for k, v in VITAL_SIGNS.items() if k != "RESP"})

    with pytest.raises(Refused) as refusal:
        desk.sign(saved)

    assert "RESP.required" in {finding.id for finding in refusal.value.findings}


@pytest.mark.req("R-024")
def test_a_meaning_outside_the_list_is_refused(desk):
    _, saved = desk.vital_signs()

    with pytest.raises(Invalid):
        desk.sign(saved, meaning="whatever")


@pytest.mark.req("R-026")
def test_a_change_supersedes_the_signature_in_the_same_transaction(desk, signed):
    key, saved = signed

    desk.save(key, {"TEMP": "37.0"}, revision=1, reasons={"TEMP": TYPO})

    assert desk.signatures(saved) == ["superseded"]
    with desk.work() as work:
        end = work.session.scalars(select(SignatureEnd)).one()
        assert end.why == "superseded by change" and end.actor == "wang.li"


@pytest.mark.req("R-027")
def test_a_value_changed_behind_the_programs_back_makes_it_invalid(desk, signed):
    _, saved = signed
    replace = "REPLACE(CAST(data AS TEXT), '36.6', '36.9')"
    if desk.app.config["DATABASE_URL"].startswith("postgresql"):
        replace = f"CAST({replace} AS jsonb)"
    tamper(desk.app, f"UPDATE record SET data = {replace} WHERE id = :id", id=saved.record_id)

    assert desk.signatures(saved) == ["invalid"]


@pytest.mark.req("R-027")
@pytest.mark.parametrize(
    "edit",
    ["content = REPLACE(content, 'a', 'b')", "digest = SUBSTR(digest, 2) || SUBSTR(digest, 1, 1)"],
)
def test_an_edited_signature_is_invalid(desk, signed, edit):
    _, saved = signed
    tamper(desk.app, f"UPDATE signature SET {edit}")

    assert desk.signatures(saved) == ["invalid"]


@pytest.mark.req("R-006")
def test_the_database_refuses_to_change_a_signature(desk, signed):
    with pytest.raises(Exception, match="append-only"), desk.work() as work:
        work.session.execute(text("UPDATE signature SET name = 'x'"))


@pytest.mark.req("R-030")
def test_a_closed_account_keeps_its_name_and_its_signatures(desk, signed):
    _, saved = signed
    with desk.work("lin.tao") as work:
        accounts.close(work, accounts.find(work, "zhao.min"), "left the site")

    with desk.work("liu.yang") as work:
        assert work.session.scalars(select(User).where(User.username == "zhao.min")).one()
    assert desk.signatures(saved) == ["valid"]


@pytest.mark.req("R-025")
@pytest.mark.sqlite
def test_openssl_verifies_the_signature_without_this_program(desk, signed, tmp_path):
    with desk.work() as work:
        signature = work.session.scalars(select(Signature)).one()
        (tmp_path / "content").write_bytes(signature.content.encode())
        (tmp_path / "cms").write_bytes(signature.cms)
    (tmp_path / "root").write_text(crypto.certificate_pem(desk.keystore.root))

    done = subprocess.run(
        "openssl cms -verify -binary -content content -in cms -inform DER -CAfile root "
        "-purpose any -out /dev/null".split(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
