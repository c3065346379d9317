"""Time-stamps behind the seal: what they prove, how they are renewed, what breaks them."""

import datetime as dt
import io
import random

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from ecrf import crypto
from ecrf.outputs import stamps
from ecrf.outputs.verify import verify
from tests.unit.outputs import clocks
from tests.unit.outputs.test_verify import failed


@pytest.fixture(scope="module")
def timekeeper():
    return clocks.authority()


@pytest.fixture(scope="module")
def revoked(authority):
    return crypto.revocation_list(authority)


@pytest.fixture(scope="module")
def extend(authority, sealer, revoked):
    def call(pdf, clock):
        return stamps.extend(pdf, clock, (sealer[1], authority.certificate), revoked)

    return call


@pytest.fixture(scope="module")
def stamped(sealed, extend, timekeeper):
    return extend(sealed, clocks.clock(timekeeper))


@pytest.fixture
def judge(authority, timekeeper):
    def call(file):
        return verify(file, (authority.certificate,), clocks=(timekeeper.certificate,))

    return call


@pytest.mark.req("R-108")
def test_a_stamp_is_added_and_nothing_changed(sealed, stamped, judge):
    verdict = judge(stamped)

    assert stamped.startswith(sealed)
    assert failed(verdict) == set(), verdict.lines("en")
    assert verdict.stamped_at == clocks.NOW.isoformat()
    assert "It existed at" in "\n".join(verdict.lines("en"))
    assert "时间戳" in "\n".join(verdict.lines("zh"))


@pytest.mark.req("R-108")
def test_what_is_needed_to_check_the_seal_lies_under_the_stamp(stamped, authority):
    with pikepdf.open(io.BytesIO(stamped)) as file:
        store = file.Root.DSS
        certificates = {stream.read_bytes() for stream in store.Certs}
        assert len(store.CRLs) == 1 and len(certificates) == 4
        assert file.Root.Metadata.read_bytes().count(b'conformance="U"') == 1
    root = crypto.certificate_pem(authority.certificate)
    assert root in {
        crypto.certificate_pem(stamps.x509.load_der_x509_certificate(der)) for der in certificates
    }


@pytest.mark.req("R-108")
def test_a_stamp_is_renewed_before_it_ends(sealed, extend, timekeeper, judge):
    later = clocks.NOW + dt.timedelta(days=300)
    first = extend(sealed, clocks.clock(timekeeper, days=400))
    second = extend(first, clocks.clock(timekeeper, later, days=800))

    assert stamps.until(sealed) is None
    assert stamps.until(first) < stamps.until(second)
    assert second.startswith(first)
    assert judge(second).ok and judge(second).stamped_at == clocks.NOW.isoformat()


@pytest.mark.req("R-108", "R-111")
def test_stamps_that_go_back_in_time_do_not_hold(sealed, extend, timekeeper, judge):
    late = clocks.NOW + dt.timedelta(days=30)
    file = extend(extend(sealed, clocks.clock(timekeeper, late)), clocks.clock(timekeeper))

    assert failed(judge(file)) == {"time"}


@pytest.mark.req("R-111")
def test_a_stranger_cannot_stamp(sealed, extend, judge, timekeeper):
    stranger = clocks.authority("Stranger")

    assert failed(judge(extend(sealed, clocks.clock(stranger)))) == {"time"}
    with pytest.raises(stamps.NoTime):
        foreign = clocks.clock(stranger)
        extend(sealed, stamps.Clock(foreign.source, (timekeeper.certificate,)))


@pytest.mark.req("R-108")
def test_an_authority_that_is_silent_is_no_time(sealed, extend, tmp_path, timekeeper):
    roots = tmp_path / "roots.pem"
    roots.write_text(crypto.certificate_pem(timekeeper.certificate))

    with pytest.raises(stamps.NoTime):
        extend(sealed, stamps.clock("http://127.0.0.1:9/tsa", roots))


@pytest.mark.req("R-111")
def test_one_flipped_bit_in_the_stamp_is_found(stamped, judge):
    found = PdfFileReader(io.BytesIO(stamped)).embedded_timestamp_signatures
    _, start, end, _ = found[0].byte_range
    chance = random.Random(13)
    for place in [start, end - 1, *(chance.randrange(start, end) for _ in range(40))]:
        for bit in (0, 5):
            altered = bytearray(stamped)
            altered[place] ^= 1 << bit
            assert not judge(bytes(altered)).ok, (place, bit)


@pytest.mark.req("R-111")
def test_one_flipped_bit_behind_the_seal_is_found(sealed, stamped, judge):
    chance = random.Random(14)
    for _ in range(25):
        altered = bytearray(stamped)
        place = chance.randrange(len(sealed), len(stamped))
        altered[place] ^= 1 << chance.randrange(8)
        assert not judge(bytes(altered)).ok, place


@pytest.mark.req("R-111")
def test_a_page_painted_over_under_a_stamp_is_found(sealed, extend, timekeeper, judge):
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    painted = generic.StreamObject(stream_data=b"0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(painted))
    writer.write(out)

    assert "changes" in failed(judge(extend(out.getvalue(), clocks.clock(timekeeper))))


@pytest.mark.req("R-111")
def test_what_is_added_behind_the_last_stamp_is_found(stamped, judge):
    assert "coverage" in failed(judge(stamped + b"\n% more\n"))
