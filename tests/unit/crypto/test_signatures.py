"""Signatures over content kept elsewhere."""

import datetime as dt
import random
import subprocess

import pytest

from ecrf import crypto

CONTENT = '{"form":"VS","items":{"TEMP":[13,"…"]}}'.encode()


@pytest.fixture(scope="module", params=["person", "seal"], ids=["ecdsa", "rsa"])
def signed(request, authority):
    key, certificate = crypto.issue(authority, "赵敏", request.param, 365)
    return crypto.sign_cms(CONTENT, key, certificate, (authority.certificate,))


@pytest.mark.req("R-025")
def test_a_signature_names_its_signer_and_time(signed, authority):
    verdict = crypto.verify_cms(signed, CONTENT, (authority.certificate,))

    assert verdict.ok and verdict.signer == "赵敏"
    assert abs(dt.datetime.now(dt.UTC) - verdict.at) < dt.timedelta(minutes=1)


@pytest.mark.req("R-025")
def test_any_other_content_is_refused(signed, authority):
    verdict = crypto.verify_cms(signed, CONTENT + b" ", (authority.certificate,))

    assert not verdict.ok and verdict.why == "the content was changed"


@pytest.mark.req("R-025", "R-027")
def test_no_byte_of_a_signature_can_be_altered(signed, authority):
    chance = random.Random(5)
    for place in range(chance.randrange(9), len(signed), 9):
        altered = bytearray(signed)
        altered[place] ^= 1 << chance.randrange(8)
        assert not crypto.verify_cms(bytes(altered), CONTENT, (authority.certificate,)).ok, place


def test_garbage_is_not_a_signature(authority):
    for der in (b"", b"\x30\x00", b"garbage" * 50):
        assert not crypto.verify_cms(der, CONTENT, (authority.certificate,)).ok


@pytest.mark.req("R-029")
def test_another_authority_is_not_trusted(signed):
    stranger = crypto.create_ca("Test root")

    verdict = crypto.verify_cms(signed, CONTENT, (stranger.certificate,))

    assert verdict.why == "the certificate does not come from a trusted authority"


def test_a_person_cannot_issue_certificates(authority, person):
    key, certificate = crypto.issue(crypto.Authority(*person), "Fake", "person", 1)
    der = crypto.sign_cms(CONTENT, key, certificate, (person[1],))

    assert not crypto.verify_cms(der, CONTENT, (authority.certificate,)).ok


def test_a_certificate_counts_in_its_own_time_only(authority, person):
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=366)
    der = crypto.sign_cms(CONTENT, *person, at=late)

    verdict = crypto.verify_cms(der, CONTENT, (authority.certificate,))

    assert verdict.why == "a certificate was not valid when the signature was made"


def test_a_revoked_certificate_signs_no_more_but_what_it_signed_stays(authority, person):
    now = dt.datetime.now(dt.UTC)
    before = crypto.sign_cms(CONTENT, *person, at=now - dt.timedelta(minutes=1))
    after = crypto.sign_cms(CONTENT, *person, at=now + dt.timedelta(minutes=1))
    revoked = crypto.revocation_list(authority, revoked=[person[1]])

    assert crypto.verify_cms(before, CONTENT, (authority.certificate,), revoked).ok
    assert not crypto.verify_cms(after, CONTENT, (authority.certificate,), revoked).ok


@pytest.mark.req("R-025")
def test_openssl_agrees(signed, authority, tmp_path):
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "cms").write_bytes(signed)
    (tmp_path / "root.pem").write_text(crypto.certificate_pem(authority.certificate))

    done = subprocess.run(
        "openssl cms -verify -binary -content content -inform DER -in cms -CAfile root.pem".split(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == CONTENT
