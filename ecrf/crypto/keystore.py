"""The folder with the deployment's keys: made at the first start, readable by its owner only.

    root.pem  root.key    the authority
    seal.pem  seal.key    what seals the files that leave
    revoked.crl           certificates that no longer count

With a passphrase the keys are encrypted; without one, the file permissions protect them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ecrf.crypto.certificates import (
    Authority,
    Certificate,
    PrivateKey,
    RevocationList,
    certificate_pem,
    create_ca,
    issue,
    load_certificate,
    revocation_list,
)
from ecrf.crypto.private_keys import key_pem, load_key

SEAL_DAYS = 10 * 365
PERSON_DAYS = 10 * 365


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals a file: a certificate, its key, and the way to a trusted root."""

    key: PrivateKey
    certificate: Certificate
    chain: tuple[Certificate, ...]


class KeyStore:
    """The keys in a folder; ``ensure`` makes what is missing."""

    def __init__(self, folder: Path | str, passphrase: str = "", organisation: str = "eCRF"):
        self.folder = Path(folder)
        self.organisation = organisation
        self._passphrase = passphrase

    def ensure(self) -> KeyStore:
        """Make authority, seal and revocation list if this is the first start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        with self._alone():
            if not self._path("root.pem").exists():
                made = create_ca(f"{self.organisation} root", self.organisation)
                self._write("root.key", key_pem(made.key, self._passphrase))
                self._write("root.pem", certificate_pem(made.certificate))
            if not self._path("seal.pem").exists():
                key, certificate = issue(
                    self.authority,
                    f"{self.organisation} seal of issued copies",
                    "seal",
                    SEAL_DAYS,
                    organisation=self.organisation,
                )
                self._write("seal.key", key_pem(key, self._passphrase))
                self._write("seal.pem", certificate_pem(certificate))
            if not self._path("revoked.crl").exists():
                self._write_list(revocation_list(self.authority))
        return self

    @cached_property
    def root(self) -> Certificate:
        return load_certificate(self._path("root.pem").read_text())

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The certificates above a person's or the seal's, the root included."""
        return (self.root,)

    @cached_property
    def authority(self) -> Authority:
        key = load_key(self._path("root.key").read_text(), self._passphrase)
        return Authority(key, self.root)

    @cached_property
    def seal(self) -> Seal:
        key = load_key(self._path("seal.key").read_text(), self._passphrase)
        return Seal(key, load_certificate(self._path("seal.pem").read_text()), self.chain)

    @property
    def revoked(self) -> RevocationList:
        return x509.load_der_x509_crl(self._path("revoked.crl").read_bytes())

    def issue_user(self, username: str, name: str) -> tuple[PrivateKey, Certificate]:
        """A person's signing key and certificate; the caller protects and keeps them."""
        return issue(
            self.authority,
            name,
            "person",
            PERSON_DAYS,
            user_id=username,
            organisation=self.organisation,
        )

    def revoke(self, certificate: Certificate) -> None:
        """Signatures made from now on with this certificate do not count."""
        with self._alone():
            self._write_list(revocation_list(self.authority, self.revoked, [certificate]))

    def _path(self, name: str) -> Path:
        return self.folder / name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Several worker processes may start at the same moment."""
        with os.fdopen(os.open(self._path(".lock"), os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, name: str, content: str | bytes) -> None:
        """Write a file for the owner only; complete or not at all."""
        path = self._path(name)
        part = path.with_name(name + ".part")
        raw = content.encode() if isinstance(content, str) else content
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _write_list(self, revoked: RevocationList) -> None:
        self._write("revoked.crl", revoked.public_bytes(Encoding.DER))
