"""The seal: whole file, no later change, valid for other programs."""

import io
import re
import shutil
import subprocess

import pikepdf
import pytest

from ecrf import crypto
from ecrf.outputs import pdf, seal
from tests.unit.outputs import sample
from tests.unit.outputs.conftest import AT


@pytest.mark.req("R-108")
def test_sealing_adds_to_the_file_and_changes_nothing(sealer):
    raw = pdf.render(sample.form())

    assert seal.seal(raw, *sealer, AT).startswith(raw)


@pytest.mark.req("R-108")
def test_the_seal_certifies_and_allows_no_change(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as file:
        (field,) = file.Root.AcroForm.Fields
        signature = file.Root.Perms.DocMDP
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformParams.P == 1
        assert str(signature.M) == f"D:{AT:%Y%m%d%H%M%S}Z"
        assert field.Rect == [0, 0, 0, 0] and field.F == 132


@pytest.mark.req("R-105")
def test_a_sealed_file_is_still_an_archive_file(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as file:
        xmp = file.Root.Metadata.read_bytes().decode()
        assert 'part="3"' in xmp and 'conformance="U"' in xmp
        assert len(file.Root.AF) == 3 and "/Encrypt" not in file.trailer


@pytest.mark.req("R-108")
@pytest.mark.parametrize("usage", ["seal", "person"], ids=["rsa", "ecdsa"])
def test_pdfsig_finds_it_valid_trusted_and_total(authority, usage, tmp_path):
    if not (shutil.which("pdfsig") and shutil.which("certutil")):
        pytest.skip("needs poppler-utils and libnss3-tools")
    key, certificate = crypto.issue(authority, "Test seal", usage, 365)
    raw = pdf.render(sample.form())
    (tmp_path / "form.pdf").write_bytes(
        seal.seal(raw, key, certificate, (authority.certificate,), AT)
    )
    (tmp_path / "root.pem").write_text(crypto.certificate_pem(authority.certificate))
    for command in (
        "certutil -N -d sql:. --empty-password",
        "certutil -A -d sql:. -n root -t CT,C,C -i root.pem",
    ):
        subprocess.run(command.split(), cwd=tmp_path, check=True)

    done = subprocess.run(
        "pdfsig -nssdir sql:. form.pdf".split(), cwd=tmp_path, capture_output=True, text=True
    )

    assert "Signature is Valid" in done.stdout and "Certificate is Trusted" in done.stdout
    assert re.search("Total document signed", done.stdout)
