"""Private keys lie encrypted under the person's password."""

import subprocess

import pytest

from ecrf import crypto


@pytest.mark.req("R-029")
def test_only_the_password_opens_the_key(person):
    pem, params = crypto.protect(person[0], "correct horse battery")

    assert params["alg"] == "argon2id" and "ENCRYPTED PRIVATE KEY" in pem
    opened = crypto.unlock(pem, params, "correct horse battery")
    assert opened.private_numbers() == person[0].private_numbers()
    for wrong in ("Correct horse battery", "", "correct horse battery "):
        with pytest.raises(crypto.WrongPassword):
            crypto.unlock(pem, params, wrong)


def test_the_same_password_protects_two_keys_differently(person):
    first, second = (crypto.protect(person[0], "one password")[1] for _ in range(2))

    assert first["salt"] != second["salt"]


def test_a_key_without_passphrase_is_plain_pkcs8(person):
    text = crypto.key_pem(person[0])

    assert crypto.load_key(text).private_numbers() == person[0].private_numbers()
    done = subprocess.run(
        ["openssl", "pkey", "-noout"], input=text, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
