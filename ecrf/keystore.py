"""The deployment's own keys, made at first start: its authority and the seal of its files.

They stand in ``INSTANCE_DIR/keys``, readable by the account that runs the program only. Where a
hospital keeps keys in hardware, this is the module to replace.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from ecrf import crypto

PERSON_DAYS = 3 * 365
SEAL_DAYS = 10 * 365


@dataclass(frozen=True)
class KeyStore:
    """The folder of keys; call ``ensure`` once before use."""

    folder: Path

    def ensure(self) -> KeyStore:
        """Make what is missing; returns itself."""
        if not (self.folder / "seal.pem").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with (self.folder / "lock").open("w") as lock:  # two processes may start at once
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not (self.folder / "seal.pem").exists():
                    self._make()
        return self

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

    def issue_user(self, username: str, name: str) -> tuple[crypto.PrivateKey, crypto.Certificate]:
        """A new signing key and certificate for one person."""
        authority = crypto.Authority(self._key("authority"), self.root)
        return crypto.issue(authority, name, "person", PERSON_DAYS, user_id=username)

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
            part = self.folder / f"{file}.part"
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(part, flags, 0o600), "w") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self.folder / file)

    def _key(self, name: str) -> crypto.PrivateKey:
        return crypto.load_key((self.folder / f"{name}.key.pem").read_text())

    def _certificate(self, name: str) -> crypto.Certificate:
        return crypto.load_certificate((self.folder / f"{name}.pem").read_text())
