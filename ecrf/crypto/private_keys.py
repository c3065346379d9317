"""Private keys at rest: PKCS#8, under a passphrase that Argon2id derives from a password."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import serialization

from ecrf.crypto.certificates import PrivateKey

_ARGON2 = {"alg": "argon2id", "v": 19, "t": 3, "m": 64 * 1024, "p": 1}


class WrongPassword(ValueError):
    """The password does not open the key."""


def protect(key: PrivateKey, password: str) -> tuple[str, dict[str, Any]]:
    """PKCS#8 PEM under the password, and the parameters with which to derive the passphrase."""
    params = {**_ARGON2, "salt": os.urandom(16).hex()}
    return key_pem(key, _passphrase(password, params)), params


def unlock(pem: str, params: Mapping[str, Any], password: str) -> PrivateKey:
    """The key. Raises WrongPassword."""
    return load_key(pem, _passphrase(password, params))


def key_pem(key: PrivateKey, passphrase: str = "") -> str:
    """PKCS#8 PEM, encrypted when there is a passphrase."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


def load_key(pem: str, passphrase: str = "") -> PrivateKey:
    """The private key of a PEM. Raises WrongPassword when the passphrase does not open it."""
    secret = passphrase.encode() or None
    try:
        key = serialization.load_pem_private_key(pem.encode(), secret)
    except (ValueError, TypeError) as error:
        raise WrongPassword("the password does not open the key") from error
    if not isinstance(key, PrivateKey):
        raise TypeError("a signing key is ECDSA or RSA")
    return key


def _passphrase(password: str, params: Mapping[str, Any]) -> str:
    return hash_secret_raw(
        password.encode(),
        bytes.fromhex(params["salt"]),
        time_cost=params["t"],
        memory_cost=params["m"],
        parallelism=params["p"],
        hash_len=32,
        type=Type.ID,
        version=params["v"],
    ).hex()
