"""A volume: every form and its history, found by contents, bookmarks and links; always the same."""

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from lxml import etree
from odmlib.schema_manager import get_schema_path

from ecrf.outputs import attachments, bind, books
from ecrf.outputs.fonts import GlyphMissing
from ecrf.outputs.press import Press
from tests.unit.outputs import sample_volume
from tests.unit.outputs.test_pdf import squeezed, texts


def ignore(_done, _total):
    """Somebody who does not look at the progress."""


def bound(volume, folder, step=ignore):
    book = books.of(volume)
    return bind.bind(book, bind.pieces(book, Press(folder, b"key"), step))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pieces")


@pytest.fixture(scope="module", params=["en", "zh", "both"])
def made(request, folder):
    volume = sample_volume.volume(request.param)
    return volume, bound(volume, folder)


@pytest.mark.req("R-092", "R-102", "R-103")
def test_every_form_is_there_with_its_whole_history(made, pages):
    volume, content = made
    printed = squeezed("".join(pages(content)))

    assert [t for form in volume.forms for t in texts(form) if squeezed(t) not in printed] == []


@pytest.mark.req("R-092")
def test_what_nobody_entered_is_listed_with_its_queries(pages, folder):
    printed = squeezed("".join(pages(bound(sample_volume.volume(), folder))))

    assert printed.count("LBHHaematology") == 2  # in the contents and on the sheet of the visit
    assert "Queriesaboutthevisitoraformnotentered1" in printed


@pytest.mark.req("R-112")
def test_every_page_says_which_copy_it_is_and_its_number(made, pages):
    volume, content = made
    found = pages(content)

    for number, page in enumerate(found, 1):
        flat = squeezed(page)
        assert "CARAI-BJ-01" in flat and "BJ01-L-001" in flat and "B-000003-02" in flat
        assert re.search(rf"{number}(?:of|/|页/共){len(found)}", flat)
        assert "2026-11-2409:00:00+08:00(2026-11-24T01:00:00.000Z)" in flat


@pytest.mark.req("R-092")
def test_the_contents_name_the_page_and_links_lead_there(made):
    volume, content = made
    with pikepdf.open(io.BytesIO(content)) as file:
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        names = file.Root.Names.Dests.Names.as_list()
        places = {
            str(name): numbers[target[0].objgen]
            for name, target in zip(names[::2], names[1::2], strict=True)
        }
        links = {str(a.Dest) for page in file.pages for a in page.get("/Annots", [])}
        text = [squeezed(page) for page in _texts(content)]

    assert links == set(places) == {"v-SCR-1", "v-D28-1", "f-12", "f-13", "f-40", "legend"}
    assert places["legend"] == len(text) - 1
    for record in (12, 13, 40):
        assert f"{record},3" in text[places[f"f-{record}"]]


def _texts(content):
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True)
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.req("R-105")
def test_visits_forms_and_their_parts_are_bookmarked(made):
    _, content = made
    with pikepdf.open(io.BytesIO(content)) as file, file.open_outline() as outline:
        titles = [item.title for item in outline.root]
        screening = outline.root[3]
        forms = [len(form.children) for form in screening.children]

    assert len(titles) == 6, titles
    assert forms == [5, 5]


@pytest.mark.req("R-104", "R-099")
def test_only_a_volume_signed_throughout_is_certified(pages, folder):
    whole = [squeezed(page) for page in pages(bound(sample_volume.volume(), folder))]
    partly = [squeezed(page) for page in pages(bound(sample_volume.unsigned(), folder))]

    assert "Certifiedcopygeneratedbyavalidatedprocess" in whole[0]
    assert all("certifiedcopy" in p and "notacertifiedcopy" not in p for p in whole)
    assert "Certifiedcopygenerated" not in partly[0]
    assert all("notacertifiedcopy" in page for page in partly)
    of_form = [p for p in partly if "FormVS|Version2" in p and "NOTSIGNED" in p]
    assert 0 < len(of_form) < len(partly)


@pytest.mark.req("R-110")
def test_the_same_volume_gives_the_same_bytes(made, folder, tmp_path):
    volume, content = made

    assert bound(volume, folder) == content  # from the pieces that were kept
    assert bound(volume, tmp_path) == content  # laid out again


@pytest.mark.req("R-105", "R-093")
def test_the_data_of_all_forms_are_inside(made):
    volume, content = made
    schema = etree.XMLSchema(etree.parse(get_schema_path("odm", "1.3.2")))
    with pikepdf.open(io.BytesIO(content)) as file:
        inside = {n: file.attachments[n].get_file().read_bytes() for n in file.attachments}
    tree = etree.fromstring(inside["casebook.xml"])
    manifest = json.loads(inside["manifest.json"])

    numbers = tree.xpath("//*[local-name()='SourceID']/text()")
    assert len(numbers) == sum(len(form.audit) for form in volume.forms)
    assert inside["audit.csv"].count(b"\r\n") == 1 + len(numbers)
    assert [form["record"] for form in manifest["forms"]] == [12, 13, 40]
    assert manifest["audit_chain"] == {"seq": 99, "sha256": volume.head.hash}
    assert manifest["format"] == attachments.VOLUME_FORMAT
    assert schema.validate(tree), schema.error_log


@pytest.mark.req("R-106")
def test_a_submission_carries_nothing_but_pages(folder):
    content = bound(replace(sample_volume.volume(), rendition="submission"), folder)
    with pikepdf.open(io.BytesIO(content)) as file:
        xmp = file.Root.Metadata.read_bytes().decode()
        kinds = {str(a.Subtype) for page in file.pages for a in page.get("/Annots", [])}

        assert 'part="2"' in xmp and 'conformance="U"' in xmp
        assert not file.attachments and "/AF" not in file.Root
        assert kinds == {"/Link"}


def test_qpdf_finds_nothing_wrong(made, tmp_path):
    program = shutil.which("qpdf")
    if program is None:
        pytest.skip("needs qpdf")
    (tmp_path / "book.pdf").write_bytes(made[1])

    done = subprocess.run([program, "--check", tmp_path / "book.pdf"], capture_output=True)

    assert done.returncode == 0, done.stdout


def test_progress_counts_forms(folder):
    told = []

    bound(sample_volume.volume(), folder, lambda *step: told.append(step))

    assert told[0] == (0, 3) and told[-1] == (3, 3)


@pytest.mark.req("R-107")
def test_a_character_without_a_glyph_stops_it(tmp_path):
    volume = sample_volume.volume()
    first = volume.chapters[0]
    bad = replace(volume, chapters=(replace(first, title=replace(first.title, en="\U00013000")),))

    with pytest.raises(GlyphMissing, match=r"U\+13000"):
        bound(bad, tmp_path)
    assert list(tmp_path.iterdir()) == []
