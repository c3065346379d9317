"""The deployment's keys: made once, readable by one account, trusted through one root."""

import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ecrf import crypto
from ecrf.keystore import KeyStore


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys") / "keys").ensure()


def test_a_second_start_keeps_the_keys(store):
    before = {path.name: path.read_bytes() for path in store.folder.iterdir()}

    KeyStore(store.folder).ensure()

    assert {path.name: path.read_bytes() for path in store.folder.iterdir()} == before


def test_two_processes_starting_at_once_make_one_authority(tmp_path):
    stores = [KeyStore(tmp_path / "keys") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        roots = {crypto.fingerprint(s.root) for s in pool.map(KeyStore.ensure, stores)}

    assert len(roots) == 1
    assert not list((tmp_path / "keys").glob("*.part"))


def test_private_keys_are_readable_by_their_owner_only(store):
    modes = {path.stat().st_mode & 0o777 for path in store.folder.glob("*.key.pem")}

    assert modes == {0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


@pytest.mark.req("R-025")
def test_a_persons_signature_is_trusted_through_the_root(store):
    key, certificate = store.issue_user("wang.li", "王丽 Wang Li")
    cms = crypto.sign_cms(b"content", key, certificate, store.chain)

    assert crypto.verify_cms(cms, b"content", (store.root,)).ok
    assert not crypto.verify_cms(cms, b"another", (store.root,)).ok


@pytest.mark.req("R-108")
def test_the_revocation_list_is_kept_and_renewed_before_it_ends(store):
    first = store.revocations()
    again = store.revocations()
    assert again.fingerprint(hashes.SHA256()) == first.fingerprint(hashes.SHA256())
    assert first.is_signature_valid(store.root.public_key())

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=200)):
        later = store.revocations()

    numbers = [
        one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        for one in (first, later)
    ]
    assert numbers == [1, 2]
