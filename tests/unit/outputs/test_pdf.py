"""The printed form: complete, readable by other programs, archivable, and always the same."""

import io
import re
import shutil
import subprocess
from dataclasses import replace

import pikepdf
import pytest

from ecrf.outputs import legend, pdf
from tests.unit.outputs import sample

HEADER = {
    "en": r"CARAI-BJ-01.+Site BJ01.+Participant BJ01-L-001.+Visit Screening \(SCR\).+Form VS"
    r".+Version 2.+Revision 3.+Copy C-000012-02",
    "zh": r"CARAI-BJ-01.+中心 BJ01.+受试者 BJ01-L-001.+访视 筛选期 \(SCR\).+表单 VS"
    r".+版本 2.+修订 3.+副本 C-000012-02",
}
HEADER["both"] = r"CARAI-BJ-01.+中心 BJ01.+BJ01-L-001.+筛选期 \(SCR\).+VS.+2.+3.+C-000012-02"
PAGE = {"en": "Page{}of{}", "zh": "第{}页/共{}页", "both": "Page页{}/{}"}
FOOTER = r"2026-11-24 09:00:00 \+08:00 \(2026-11-24T01:00:00\.000Z\)"
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://127.0.0.1:9/x.png">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "<style>@import url(file:///etc/passwd); * { display: none }</style>",
    '<svg><image href="file:///etc/hostname"/></svg>',
    "{{ 7 * 7 }} {% raw %}",
    '"><iframe src="file:///etc/passwd"></iframe>',
]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def texts(form):
    """Everything a person may look for: values, codes, reasons, names, times."""
    for answer in form.answers:
        yield from (answer.oid, answer.shown.code, answer.rule)
        yield answer.shown.words[form.language]
    for entry in form.audit:
        yield from (entry.name, entry.user, entry.organisation, entry.reason_text, entry.path)
        yield from (entry.at.local, entry.at.utc, f"#{entry.seq}")
        for value in (entry.old, entry.new):
            if value:
                yield value.words[form.language]
    for signature in form.signatures:
        yield from (signature.name, signature.attestation, signature.digest)
        yield from (signature.at.local, signature.at.utc, signature.meaning[form.language])
        yield from (signature.delegation.since.utc, signature.delegation.role[form.language])
    for query in form.queries:
        yield query.text
        for move in query.moves:
            yield from (move.text, move.by)


@pytest.mark.req("R-102", "R-103", "R-023")
def test_every_value_reason_and_name_can_be_extracted(rendered, pages):
    form, content = rendered
    printed = squeezed("".join(pages(content)))

    assert [text for text in texts(form) if squeezed(text) not in printed] == []


@pytest.mark.req("R-103")
def test_every_audit_entry_is_counted_on_the_page(rendered, pages):
    form, content = rendered
    total = len(form.audit)
    numbers = re.findall(rf"(\d+) (?:of|/) {total}\b", "".join(pages(content)))

    assert [int(n) for n in numbers] == list(range(1, total + 1))


@pytest.mark.req("R-112", "R-114")
def test_every_page_says_whose_it_is_and_when_it_was_made(rendered, pages):
    form, content = rendered
    found = pages(content)

    assert len(found) >= 3
    for number, page in enumerate(found, 1):
        flat = re.sub(r"\s+", " ", page)
        assert re.search(HEADER[form.language], flat)
        assert re.search(FOOTER, flat)
        assert re.search(PAGE[form.language].format(number, len(found)), squeezed(page))


@pytest.mark.req("R-104")
@pytest.mark.parametrize("standing", ["unsigned", "superseded", "invalid"])
def test_a_form_without_valid_signature_says_so_on_every_page(standing, pages):
    found = pages(pdf.render(sample.form(standing=standing)))
    notice = squeezed(legend.NOTICES[standing].en)

    assert all(notice in squeezed(page) for page in found)
    assert "Certifiedcopygenerated" not in squeezed("".join(found))


@pytest.mark.req("R-104", "R-099")
def test_only_a_registered_copy_of_a_signed_form_is_certified(pages):
    certified = squeezed("".join(pages(pdf.render(sample.form()))))
    working = [squeezed(page) for page in pages(pdf.render(sample.form(copy=None)))]

    assert "Certifiedcopygeneratedbyavalidatedprocess" in certified
    assert "auditentries14" in certified and "C-000012-01" in certified
    assert all("WORKINGPRINT" in page for page in working)


@pytest.mark.req("R-110")
def test_the_same_content_gives_the_same_bytes(rendered):
    form, content = rendered

    assert pdf.render(form) == content
    assert pdf.render(replace(form, header=replace(form.header, revision=4))) != content


@pytest.mark.req("R-105")
def test_the_file_says_that_it_is_pdf_a_3u(rendered):
    form, content = rendered
    with pikepdf.open(io.BytesIO(content)) as file:
        xmp = file.Root.Metadata.read_bytes().decode()
        intents = [intent.S for intent in file.Root.OutputIntents]
        assert file.trailer.ID and file.docinfo.Title

    assert 'part="3"' in xmp and 'conformance="U"' in xmp
    assert intents == ["/GTS_PDFA1"]


@pytest.mark.req("R-105", "R-107")
def test_every_font_is_embedded_and_mapped_to_unicode(rendered):
    _, content = rendered
    with pikepdf.open(io.BytesIO(content)) as file:
        fonts = [o for o in file.objects if isinstance(o, pikepdf.Dictionary)]
        fonts = [o for o in fonts if o.get("/Type") == "/Font" and "/DescendantFonts" in o]
        assert len(fonts) >= 2
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(key in descriptor for key in ("/FontFile2", "/FontFile3"))
            assert "/ToUnicode" in font


@pytest.mark.req("R-105", "R-106")
def test_the_file_does_nothing_by_itself(rendered):
    _, content = rendered
    with pikepdf.open(io.BytesIO(content)) as file:
        assert "/Encrypt" not in file.trailer
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(file.Root.keys())
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary):
                assert not {"/JS", "/JavaScript", "/Launch", "/URI"} & set(item.keys())


@pytest.mark.req("R-105")
def test_each_associated_file_is_named_once(rendered):
    _, content = rendered
    with pikepdf.open(io.BytesIO(content)) as file:
        associated = {str(f.UF): str(f.AFRelationship) for f in file.Root.AF}
        assert len(file.Root.AF) == 3
        assert set(associated) == set(file.attachments)

    assert associated == {
        "form.xml": "/Data",
        "audit.csv": "/Supplement",
        "manifest.json": "/Supplement",
    }


@pytest.mark.req("R-105")
def test_the_sections_are_bookmarked(rendered):
    _, content = rendered
    with pikepdf.open(io.BytesIO(content)) as file, file.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert len(titles) == 7 and [t[0] for t in titles[1:]] == list("123456")


def test_qpdf_finds_nothing_wrong(rendered, tmp_path):
    program = shutil.which("qpdf")
    if program is None:
        pytest.skip("needs qpdf")
    (tmp_path / "form.pdf").write_bytes(rendered[1])

    done = subprocess.run([program, "--check", tmp_path / "form.pdf"], capture_output=True)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_and_nothing_else(text, pages):
    content = pdf.render(sample.with_comment(text))

    assert squeezed(text) in squeezed("".join(pages(content)))
    with pikepdf.open(io.BytesIO(content)) as file:
        assert len(file.attachments) == 3
        assert not [o for o in file.objects if getattr(o, "Subtype", "") == "/Image"]


def test_long_text_without_a_space_is_wrapped_not_cut(pages):
    text = "0123456789" * 60

    printed = squeezed("".join(pages(pdf.render(sample.with_comment(text)))))

    assert text in printed


def test_hidden_characters_and_piles_of_accents_are_shown_as_codes(pages):
    text = "safe\u202etxt.exe\u200b z" + "\u0301" * 40

    printed = "".join(pages(pdf.render(sample.with_comment(text))))

    assert "safe[U+202E]txt.exe[U+200B]" in printed and printed.count("[U+0301]") == 37


@pytest.mark.req("R-019")
def test_a_redacted_value_leaves_its_place(pages):
    form = sample.form()
    shown = replace(form.audit[2].new, redacted=True)
    entry = replace(form.audit[2], new=shown)
    form = replace(form, audit=(*form.audit[:2], entry, *form.audit[3:]))

    assert "[redacted]" in "".join(pages(pdf.render(form)))


@pytest.mark.req("R-014")
def test_an_entry_made_in_the_other_language_is_also_shown_in_it(pages):
    printed = squeezed("".join(pages(pdf.render(sample.form("zh")))))

    assert "未做(ND)Notdone(ND)" in printed or "Notdone(ND)" in printed
