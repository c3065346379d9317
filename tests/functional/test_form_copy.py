"""The sealed copy of one form, taken by a person: what for, which rendition, and the register."""

import io

import pikepdf
import pytest

from ecrf.models import PdfCopy
from ecrf.services.keys import Key
from tests.functional.pages import plain

WANTED = {"language": "en", "rendition": "archive", "purpose": "participant", "country": "cn"}


def take(person, record_id, **changes):
    person.get("pdf.ask", record_id=record_id)
    address = person.url("pdf.form", record_id=record_id)
    data = {"csrf_token": person.token, **WANTED, **changes}
    return person.client.post(address, data=data)


@pytest.mark.req("R-096", "R-108")
def test_a_person_says_what_the_copy_is_for(desk, client_request):
    key, saved = desk.vital_signs()
    desk.sign(saved)
    client_request.sign_in("wang.li")
    page = client_request.get("subjects.casebook", code=key.subject)
    (link,) = page.xpath("//a[starts-with(., 'PDF:') and contains(., 'Vital')]/@href")
    assert link.endswith(f"/records/{saved.record_id}/pdf")

    answer = take(client_request, saved.record_id)

    assert answer.headers["Content-Disposition"].endswith("_SCR_VS_r01_c01.pdf")
    with desk.work("he.xin") as work:
        (copy,) = work.session.query(PdfCopy)
        assert (copy.purpose, copy.country, copy.requested_by) == ("participant", "CN", "wang.li")
    page = client_request.get("pdf.ask", record_id=saved.record_id)
    assert "For the participant" in plain(page) and "signed throughout" in plain(page)


@pytest.mark.sqlite
@pytest.mark.req("R-096")
def test_without_a_purpose_nothing_is_made_and_nothing_is_lost(desk, client_request):
    _, saved = desk.vital_signs()
    client_request.sign_in("wang.li")
    client_request.get("pdf.ask", record_id=saved.record_id)

    where = {"record_id": saved.record_id}
    page = client_request.post("pdf.form", 422, where, language="en", recipient="Dr Wu")

    assert "Choose the kind of file and the purpose." in plain(page)
    assert page.xpath("//input[@name='recipient']/@value") == ["Dr Wu"]
    with desk.work("he.xin") as work:
        assert work.session.query(PdfCopy).count() == 0


@pytest.mark.sqlite
@pytest.mark.req("R-092")
def test_what_is_submitted_carries_nothing_inside(desk, client_request):
    _, saved = desk.vital_signs()
    desk.sign(saved)
    client_request.sign_in("he.xin")

    archive = take(client_request, saved.record_id)
    submitted = take(client_request, saved.record_id, rendition="submission")

    with pikepdf.open(io.BytesIO(archive.data)) as file:
        assert set(file.attachments) == {"form.xml", "audit.csv", "manifest.json"}
    with pikepdf.open(io.BytesIO(submitted.data)) as file, file.open_metadata() as said:
        assert not file.attachments
        assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "U")
    assert "_submission_r01_c02.pdf" in submitted.headers["Content-Disposition"]


@pytest.mark.sqlite
def test_a_repeated_form_says_which_one_in_chinese(desk, client_request):
    code = desk.consented()
    saved = desk.save(Key(code, "LOG", 1, "AE", 2), {"AETERM": "Rash"})
    client_request.sign_in("he.xin")
    client_request.speak("zh")

    page = client_request.get("pdf.ask", record_id=saved.record_id)

    assert page.xpath("string(//h1)").strip().startswith("表单PDF")
    assert page.xpath("string(//h1)").strip().endswith("2")
