"""Passwords: Argon2id, at least twelve characters, not a known weak one, not one of the last five
(R-155)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ecrf.services.errors import Invalid

MINIMUM = 12
REMEMBERED = 5
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))  # verified when there is no such user
_WEAK = ("password", "123456789012", "qwertyuiop", "iloveyou", "administrator", "letmein")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_of(password: str) -> str:
    return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is no such user."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check_new(password: str, username: str, old: list[str]) -> None:
    """Raise Invalid with what is wrong with a new password."""
    folded = password.casefold()
    if len(password) < MINIMUM:
        raise Invalid("password.short", minimum=str(MINIMUM))
    if len(set(folded)) < 5 or any(weak in folded for weak in _WEAK):
        raise Invalid("password.weak")
    if username.casefold() in folded:
        raise Invalid("password.username")
    if any(verify(earlier, password) for earlier in old[-REMEMBERED:]):
        raise Invalid("password.used", count=str(REMEMBERED))


def single_use() -> str:
    """A password for the first sign-in, read aloud without mistakes: five groups of four."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))
    return "-".join(groups)
