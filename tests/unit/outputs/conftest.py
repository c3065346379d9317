"""The sample form as files, made once."""

import datetime as dt
import shutil
import subprocess

import pytest

from ecrf import crypto
from ecrf.outputs import pdf, seal
from tests.unit.outputs import sample

# A seal must lie within the period of its certificate, which a test makes when it comes to it,
# and that may be long after this line is read.
AT = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=1)


@pytest.fixture(scope="session")
def authority():
    return crypto.create_ca("Test root")


@pytest.fixture(scope="session")
def sealer(authority):
    """key, certificate, chain: what seals a file."""
    key, certificate = crypto.issue(authority, "Test seal", "seal", 365)
    return key, certificate, (authority.certificate,)


@pytest.fixture(scope="session", params=["en", "zh", "both"])
def rendered(request):
    """The sample in each language, and its bytes."""
    form = sample.form(request.param)
    return form, pdf.render(form)


@pytest.fixture(scope="session")
def sealed(sealer):
    """The English sample, sealed."""
    return seal.seal(pdf.render(sample.form()), *sealer, AT)


@pytest.fixture
def pages(tmp_path):
    """The text of each page of a PDF, as another program reads it, in the order of the page."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs poppler-utils")

    def read(content: bytes) -> list[str]:
        file = tmp_path / "form.pdf"
        file.write_bytes(content)
        done = subprocess.run([program, "-raw", file, "-"], capture_output=True, check=True)
        return done.stdout.decode().split("\f")[:-1]

    return read
