"""The deployment's own keys, made at first start: its authority and the seal of its files.

They stand in ``INSTANCE_DIR/keys``, readable by the account that runs the program only. Where a
hospital keeps keys in hardware, this is the module to replace.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from ecrf import crypto

PERSON_DAYS = 3 * 365
SEAL_DAYS = 10 * 365
FRESH = dt.timedelta(days=180)  # so long a revocation list must still be good when it is used


@dataclass(frozen=True)
class KeyStore:
    """The folder of keys; call ``ensure`` once before use."""

    folder: Path

    def ensure(self) -> KeyStore:
        """Make what is missing; returns itself."""
        if not (self.folder / "seal.pem").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with self._alone():
                if not (self.folder / "seal.pem").exists():
                    self._make()
        return self

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two processes may want to make the same thing."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        authority = crypto.create_ca("eCRF deployment authority")
        self._write("authority", authority.key, authority.certificate)
        key, certificate = crypto.issue(authority, "eCRF export seal", "seal", SEAL_DAYS)
        self._write("seal", key, certificate)  # last: its presence says the folder is complete

    @cached_property
    def root(self) -> crypto.Certificate:
        """The certificate everything is trusted through."""
        return self._certificate("authority")

    @property
    def chain(self) -> tuple[crypto.Certificate, ...]:
        return (self.root,)

    @cached_property
    def seal(self) -> tuple[crypto.PrivateKey, crypto.Certificate]:
        """Key and certificate that seal exported files."""
        return self._key("seal"), self._certificate("seal")

    def revocations(self) -> crypto.RevocationList:
        """The authority's revocation list, renewed half a year before it ends."""
        path = self.folder / "authority.crl"
        with self._alone():
            known = crypto.load_revocations(path.read_bytes()) if path.exists() else None
            ends = known.next_update_utc if known is not None else None
            if known is not None and ends and ends - _now() > FRESH:
                return known
            fresh = crypto.revocation_list(self._authority(), known)
            self._replace(path.name, crypto.revocations_pem(fresh))
            return fresh

    def issue_user(self, username: str, name: str) -> tuple[crypto.PrivateKey, crypto.Certificate]:
        """A new signing key and certificate for one person."""
        return crypto.issue(self._authority(), name, "person", PERSON_DAYS, user_id=username)

    def wrap(self, text: str) -> str:
        """A short secret as it may lie in the database."""
        return self._wrapping.encrypt(text.encode()).decode()

    def unwrap(self, wrapped: str) -> str:
        return self._wrapping.decrypt(wrapped.encode()).decode()

    @cached_property
    def _wrapping(self) -> MultiFernet:
        """Keys one a line: the first wraps, all unwrap, so that a new one can be put on top."""
        path = self.folder / "wrap.key"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
                new.write(Fernet.generate_key() + b"\n")
        except FileExistsError:
            pass
        return MultiFernet([Fernet(line) for line in path.read_bytes().split()])

    def _write(self, name: str, key: crypto.PrivateKey, certificate: crypto.Certificate) -> None:
        texts = {
            f"{name}.key.pem": crypto.key_pem(key),
            f"{name}.pem": crypto.certificate_pem(certificate),
        }
        for file, text in texts.items():
            self._replace(file, text)

    def _replace(self, file: str, text: str) -> None:
        part = self.folder / f"{file}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(part, flags, 0o600), "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self.folder / file)

    def _authority(self) -> crypto.Authority:
        return crypto.Authority(self._key("authority"), self.root)

    def _key(self, name: str) -> crypto.PrivateKey:
        return crypto.load_key((self.folder / f"{name}.key.pem").read_text())

    def _certificate(self, name: str) -> crypto.Certificate:
        return crypto.load_certificate((self.folder / f"{name}.pem").read_text())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
