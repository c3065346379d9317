"""The standalone verifier with the deployment's certificates in it: a file for the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecrf import crypto
from ecrf.outputs import standalone

NAME = "verify_copy.py"


def text(roots: Sequence[crypto.Certificate], clocks: Sequence[crypto.Certificate]) -> str:
    """The program: who seals is trusted through ``roots``, who proves time through ``clocks``."""
    source = Path(standalone.__file__).read_text("utf-8")
    for name, certificates in (("ROOTS", roots), ("CLOCKS", clocks)):
        pem = "".join(crypto.certificate_pem(one) for one in certificates)
        source = source.replace(f'{name}: str = ""', f'{name}: str = """\\\n{pem}"""', 1)
    return source
