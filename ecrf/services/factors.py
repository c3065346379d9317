"""The second factor: six digits from an app (TOTP, RFC 6238), and spare codes for the day on which
the telephone is lost (R-156).

The secret lies wrapped under a key of the deployment. A code is good once: the step that it belongs
to is kept, and nothing at or before it is taken again.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from ecrf.canonical import sha256_hex
from ecrf.keystore import KeyStore
from ecrf.models import User
from ecrf.services import accounts, passwords
from ecrf.services.errors import Invalid
from ecrf.services.work import Work

DIGITS, PERIOD = 6, 30
DRIFT = 1  # steps that the clock of a telephone may be off, before and after
SPARE = 10
SECRET = 20  # bytes, as RFC 4226 recommends


def propose() -> str:
    """A new secret, as apps take it: base32."""
    return base64.b32encode(secrets.token_bytes(SECRET)).decode()


def address(secret: str, username: str, issuer: str) -> str:
    """What the square code holds: otpauth, as the apps agree on it."""
    label = quote(f"{issuer}:{username}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"


def enrol(work: Work, keystore: KeyStore, user: User, secret: str, code: str) -> list[str]:
    """Bind the app to the account, proved by a code of it; returns the spare codes, told once.

    Raises Invalid when the code does not fit.
    """
    step = _step(work, secret, code)
    if step is None:
        raise Invalid("factor.code")
    spare = [passwords.single_use()[:9] for _ in range(SPARE)]
    user.factor_secret = keystore.wrap(secret)
    user.factor_step = step
    user.factor_codes = [_digest(user, one) for one in spare]
    user.factor_at = work.at
    accounts.log(work, "factor.enrol", user.username)
    return spare


def passed(work: Work, keystore: KeyStore, user: User, code: str) -> bool:
    """Whether the code is right, now and for the first time; who has no second factor passes.

    A failure counts like a wrong password."""
    if user.factor_secret is None:
        return True
    if user.locked_until and work.at < user.locked_until:
        accounts.log(work, "login.failed", user.username, why="locked")
        return False
    if not (_timed(work, keystore, user, code) or _spare(work, user, code)):
        accounts.count_failure(work, user, "second factor")
        return False
    user.failures, user.locked_until = 0, None
    return True


def end(work: Work, user: User, reason: str) -> None:
    """Take the second factor from an account: lost, or replaced."""
    user.factor_secret, user.factor_at, user.factor_codes = None, None, []
    accounts.log(work, "factor.end", user.username, reason=reason)


def _timed(work: Work, keystore: KeyStore, user: User, code: str) -> bool:
    step = _step(work, keystore.unwrap(user.factor_secret or ""), code)
    if step is None or step <= user.factor_step:
        return False
    user.factor_step = step
    return True


def _step(work: Work, secret: str, code: str) -> int | None:
    """The step of time that the code belongs to; None when it fits none near now."""
    typed = "".join(code.split()).encode()
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), PERIOD)  # noqa: S303 - what the apps know
    now = int(work.now.timestamp()) // PERIOD
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(totp.generate(step * PERIOD), typed):
            return step
    return None


def _spare(work: Work, user: User, code: str) -> bool:
    digest = _digest(user, code.strip().lower())
    if digest not in user.factor_codes:
        return False
    user.factor_codes = [one for one in user.factor_codes if one != digest]
    accounts.log(work, "factor.spare", user.username, left=len(user.factor_codes))
    return True


def _digest(user: User, code: str) -> str:
    return sha256_hex(f"{user.id}:{code}".encode())
