"""Checking a file: good, altered, added to, foreign, unknown and superseded ones."""

import io
import json
import random

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from ecrf import crypto
from ecrf.outputs import pdf, seal
from ecrf.outputs.verify import verify
from tests.unit.outputs import sample
from tests.unit.outputs.conftest import AT

ROW = {
    "copy": "C-000012-02",
    "revision": 3,
    "current_revision": 3,
    "superseded": False,
    "superseded_by": None,
}


@pytest.fixture
def roots(authority):
    return (authority.certificate,)


def failed(verdict):
    return {check.name for check in verdict.checks if not check.ok}


@pytest.mark.req("R-111")
def test_a_good_file_is_authentic_and_says_what_it_is(sealed, roots):
    verdict = verify(sealed, roots, lambda digest: ROW)

    assert verdict.ok and not verdict.superseded
    assert verdict.signer == "Test seal" and verdict.sealed_at == AT.isoformat()
    assert verdict.copy["copy"]["id"] == "C-000012-02"
    assert json.loads(json.dumps(verdict.as_dict()))["ok"] is True


@pytest.mark.req("R-111")
@pytest.mark.parametrize(
    ("language", "first"), [("en", "AUTHENTIC AND WHOLE"), ("zh", "真实且完整")]
)
def test_the_verdict_is_told_in_sentences(sealed, roots, language, first):
    lines = verify(sealed, roots, lambda digest: ROW).lines(language)

    assert lines[0] == first
    assert "C-000012-02" in lines[-1]


@pytest.mark.req("R-111")
def test_the_register_is_asked_for_the_digest(sealed, roots, tmp_path):
    (tmp_path / "form.pdf").write_bytes(sealed)
    asked = []

    def lookup(digest):
        asked.append(digest)

    verdict = verify(tmp_path / "form.pdf", roots, lookup)

    assert asked == [verdict.sha256] and failed(verdict) == {"register"}


@pytest.mark.req("R-110", "R-111")
def test_a_superseded_copy_is_authentic_and_says_what_replaced_it(sealed, roots):
    row = {**ROW, "superseded": True, "superseded_by": "C-000012-03", "current_revision": 4}

    verdict = verify(sealed, roots, lambda digest: row)

    assert verdict.ok and verdict.superseded
    assert verdict.lines("en")[0].endswith("SUPERSEDED")
    assert "C-000012-03" in verdict.lines("en")[-1]


@pytest.mark.req("R-108", "R-111")
def test_one_flipped_bit_anywhere_is_found(sealed, roots):
    chance = random.Random(11)
    for _ in range(30):
        altered = bytearray(sealed)
        place = chance.randrange(len(sealed))
        altered[place] ^= 1 << chance.randrange(8)
        assert not verify(bytes(altered), roots).ok, place


@pytest.mark.req("R-111")
def test_one_flipped_bit_in_the_seal_itself_is_found(sealed, roots):
    _, start, end, _ = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0].byte_range
    chance = random.Random(12)
    for place in [start, end - 1, *(chance.randrange(start, end) for _ in range(20))]:
        for bit in (0, 5):  # bit 5 turns a capital hexadecimal digit into a small one
            altered = bytearray(sealed)
            altered[place] ^= 1 << bit
            assert not verify(bytes(altered), roots).ok, (place, bit)


@pytest.mark.req("R-111")
def test_a_file_that_was_added_to_is_found(sealed, roots, sealer):
    again = seal.seal(pdf.render(sample.form("zh")), *sealer, AT)

    assert "coverage" in failed(verify(sealed + b"\n% more\n", roots))
    assert not verify(sealed + again, roots).ok


@pytest.mark.req("R-111")
def test_a_page_painted_over_in_an_update_is_found(sealed, roots):
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    painted = generic.StreamObject(stream_data=b"0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(painted))
    writer.write(out)

    assert {"coverage", "changes"} <= failed(verify(out.getvalue(), roots))


@pytest.mark.req("R-111")
def test_a_file_sealed_by_somebody_else_is_not_trusted(roots):
    stranger = crypto.create_ca("Test root")
    key, certificate = crypto.issue(stranger, "Test seal", "seal", 365)
    file = seal.seal(pdf.render(sample.form()), key, certificate, (stranger.certificate,), AT)

    assert failed(verify(file, roots)) == {"trust"}


@pytest.mark.req("R-111")
def test_a_copy_to_be_submitted_is_whole_without_embedded_files(roots, sealer):
    file = seal.seal(pdf.render(sample.form(), bare=True), *sealer, AT)

    verdict = verify(file, roots, lambda digest: ROW)

    assert verdict.ok and not verdict.copy
    assert "bare" in {check.name for check in verdict.checks}
    assert "It is a copy to be submitted" in "\n".join(verdict.lines("en"))


@pytest.mark.req("R-105", "R-111")
def test_an_archive_copy_without_its_files_is_not_whole(roots, sealer):
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.render(sample.form()))) as file:
        for name in list(file.attachments):
            del file.attachments[name]
        file.save(raw)

    assert failed(verify(seal.seal(raw.getvalue(), *sealer, AT), roots)) == {"attachments"}


@pytest.mark.req("R-111")
def test_a_file_without_seal_is_not_a_copy(roots):
    assert failed(verify(pdf.render(sample.form()), roots)) == {"seal"}


@pytest.mark.req("R-105", "R-111")
def test_exchanged_attachments_are_found_even_under_a_good_seal(roots, sealer):
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.render(sample.form()))) as file:
        file.attachments["audit.csv"] = pikepdf.AttachedFileSpec(
            file, b"something else", filename="audit.csv"
        )
        file.save(raw)

    verdict = verify(seal.seal(raw.getvalue(), *sealer, AT), roots)

    assert failed(verdict) == {"attachments"}
    assert "audit.csv" in "".join(verdict.lines("en"))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"not a PDF at all" * 100])
def test_whatever_cannot_be_read_does_not_hold(content, roots):
    assert failed(verify(content, roots)) == {"seal", "attachments"}
