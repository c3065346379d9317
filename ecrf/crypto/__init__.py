"""Keys, certificates and signatures of this deployment: its own authority, the seal of the files
it issues, and one signing certificate per person (R-025, R-037, R-108).

A person's private key lies encrypted under the person's password, so the program cannot sign for
anybody who is not there.
"""

from ecrf.crypto.certificates import (
    Authority,
    Certificate,
    PrivateKey,
    RevocationList,
    certificate_pem,
    create_ca,
    fingerprint,
    issue,
    load_certificate,
    load_revocations,
    new_key,
    revocation_list,
    revocations_pem,
)
from ecrf.crypto.private_keys import WrongPassword, key_pem, load_key, protect, unlock
from ecrf.crypto.signatures import (
    Verdict,
    sign_cms,
    sign_raw,
    stamp_untouched,
    untouched,
    verify_cms,
)

__all__ = [
    "Authority",
    "Certificate",
    "PrivateKey",
    "RevocationList",
    "Verdict",
    "WrongPassword",
    "certificate_pem",
    "create_ca",
    "fingerprint",
    "issue",
    "key_pem",
    "load_certificate",
    "load_key",
    "load_revocations",
    "new_key",
    "protect",
    "revocation_list",
    "revocations_pem",
    "sign_cms",
    "sign_raw",
    "stamp_untouched",
    "unlock",
    "untouched",
    "verify_cms",
]
