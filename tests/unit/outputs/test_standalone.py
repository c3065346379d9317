"""The verifier that stands alone: no line of the program in it, and the same verdicts."""

import ast
import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from ecrf import crypto
from ecrf.outputs import pdf, seal, stamps, standalone, verifier
from ecrf.outputs.verify import verify
from tests.unit.outputs import clocks, sample
from tests.unit.outputs.conftest import AT


@pytest.fixture(scope="module")
def timekeeper():
    return clocks.authority()


@pytest.fixture(scope="module")
def extend(authority, sealer):
    def call(file, clock):
        chain = (sealer[1], authority.certificate)
        return stamps.extend(file, clock, chain, crypto.revocation_list(authority))

    return call


@pytest.fixture(scope="module")
def stamped(sealed, extend, timekeeper):
    once = extend(sealed, clocks.clock(timekeeper, days=400))
    return extend(once, clocks.clock(timekeeper, days=800))


@pytest.fixture
def judge(authority, timekeeper):
    """Both verifiers; they must agree. What is wrong, empty for a good file."""

    def call(file):
        roots, times = [authority.certificate], [timekeeper.certificate]
        alone = standalone.check(file, roots, times)
        assert verify(file, roots, clocks=times).ok is not bool(alone.wrong), alone
        return alone.wrong

    return call


@pytest.mark.req("R-111")
def test_it_needs_nothing_of_the_program():
    tree = ast.parse(Path(standalone.__file__).read_text())
    names = [n.names[0].name for n in ast.walk(tree) if isinstance(n, ast.Import)]
    names += [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]

    others = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    assert others == {"pikepdf", "asn1crypto", "cryptography"}


@pytest.mark.req("R-111")
def test_it_runs_alone_with_the_certificates_inside(
    sealed, stamped, authority, timekeeper, tmp_path
):
    program = tmp_path / verifier.NAME
    program.write_text(verifier.text([authority.certificate], [timekeeper.certificate]))
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    (tmp_path / "stamped.pdf").write_bytes(stamped)
    (tmp_path / "bad.pdf").write_bytes(stamped[:-1] + b"\r")

    def run(*arguments):
        command = [sys.executable, "-I", program.name, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    good = run("sealed.pdf", "stamped.pdf", "--json")
    told = [json.loads(line) for line in good.stdout.splitlines()]
    assert good.returncode == 0, good.stdout + good.stderr
    assert [one["sealed_at"] for one in told] == [AT.isoformat()] * 2
    assert [one["stamped_at"] for one in told] == ["", clocks.NOW.isoformat()]
    assert told[0]["shows"]["subject"] == "BJ01-L-001"
    bad = run("bad.pdf")
    assert bad.returncode == 1 and "NOT VALID" in bad.stdout and "无效" in bad.stdout
    assert run("none.pdf").returncode == 2


@pytest.mark.req("R-111")
def test_good_files_hold(judge, sealed, stamped, sealer):
    bare = seal.seal(pdf.render(sample.form(), bare=True), *sealer, AT)

    assert [judge(file) for file in (sealed, stamped, bare)] == ["", "", ""]


@pytest.mark.req("R-108", "R-111")
@pytest.mark.parametrize("which", ["sealed", "stamped"])
def test_one_flipped_bit_anywhere_is_found(judge, which, request):
    file = request.getfixturevalue(which)
    chance = random.Random(15)
    for _ in range(20):
        altered = bytearray(file)
        place = chance.randrange(len(file))
        altered[place] ^= 1 << chance.randrange(8)
        assert judge(bytes(altered)), place


@pytest.mark.req("R-111")
def test_one_flipped_bit_in_a_container_is_found(stamped, authority, timekeeper):
    chance = random.Random(16)
    for one in PdfFileReader(io.BytesIO(stamped)).embedded_signatures:
        _, start, end, _ = one.byte_range
        for place in [start, end - 1, *(chance.randrange(start, end) for _ in range(60))]:
            altered = bytearray(stamped)
            altered[place] ^= 1 << chance.choice((0, 1, 5))
            roots = ([authority.certificate], [timekeeper.certificate])
            assert standalone.check(bytes(altered), *roots).wrong, place


def painted(file, page=0):
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    stream = generic.StreamObject(stream_data=b"0 0 600 800 re f")
    writer.add_stream_to_page(page, writer.add_object(stream))
    writer.write(out)
    return out.getvalue()


def retold(file):
    """An attachment is replaced in an update."""
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    files = writer.root["/AF"]
    stream = files[0].get_object()["/EF"]["/F"]
    writer.root["/AF"][0].get_object()["/Desc"] = generic.pdf_string("other")
    writer.mark_update(files.raw_get(0))
    writer.mark_update(stream.container_ref)
    writer.write(out)
    return out.getvalue()


@pytest.mark.req("R-111")
@pytest.mark.parametrize("spoil", [painted, retold])
def test_a_change_hidden_under_a_time_stamp_is_found(judge, sealed, extend, timekeeper, spoil):
    assert judge(extend(spoil(sealed), clocks.clock(timekeeper)))


@pytest.mark.req("R-111")
def test_a_change_between_two_stamps_is_found(judge, sealed, extend, timekeeper):
    once = extend(sealed, clocks.clock(timekeeper))

    assert judge(extend(painted(once), clocks.clock(timekeeper)))


@pytest.mark.req("R-111")
def test_strangers_are_not_trusted(judge, sealed, extend):
    stranger = clocks.authority("Stranger")
    key, certificate = crypto.issue(stranger, "Test seal", "seal", 365)
    foreign = seal.seal(pdf.render(sample.form()), key, certificate, (stranger.certificate,), AT)

    assert "trusted" in judge(foreign)
    assert "trusted" in judge(extend(sealed, clocks.clock(stranger)))


@pytest.mark.req("R-105", "R-111")
def test_exchanged_files_are_found_even_under_a_good_seal(judge, sealer):
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.render(sample.form()))) as file:
        file.attachments["audit.csv"] = pikepdf.AttachedFileSpec(
            file, b"something else", filename="audit.csv"
        )
        file.save(raw)

    assert "list of digests" in judge(seal.seal(raw.getvalue(), *sealer, AT))


@pytest.mark.req("R-111")
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"not a PDF at all" * 100])
def test_whatever_cannot_be_read_does_not_hold(judge, content):
    assert judge(content)


@pytest.mark.req("R-111")
def test_a_file_without_seal_is_no_copy(judge):
    assert "no seal" in judge(pdf.render(sample.form()))
