"""The empty case report form: every form once, blank or annotated, in either language."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from ecrf.definition.loader import load_study
from ecrf.entry.functions import FUNCTIONS
from ecrf.outputs import blank

FORMS = Path(__file__).parents[3] / "forms/cd19-bcma"


@cache
def study():
    return load_study(FORMS, FUNCTIONS)


def page(kind, language="both"):
    return blank.page(study(), study().build, kind, language)


@pytest.mark.req("R-100")
def test_every_item_of_the_build_is_in_the_annotated_book_with_its_target():
    html = page("annotated")

    for one in blank.due(study(), study().build):
        for _, (_, item) in one.form.items.items():
            assert f"<b>{item.item}</b>" in html
        for check in one.form.model.checks:
            assert f"<b>{check.check}</b>" in html
    assert "VS.VSORRES[TEMP]" in html


@pytest.mark.req("R-100")
def test_the_blank_book_asks_and_tells_no_names():
    html = page("blank", "en")

    assert "Systolic blood pressure" in html and "SYSBP" not in html
    assert "VS.VSORRES" not in html and "收缩压" not in html


def test_each_language_alone():
    html = page("blank", "zh")

    assert "收缩压" in html and "Systolic blood pressure" not in html


def test_the_book_is_an_archival_pdf():
    with pikepdf.open(io.BytesIO(blank.render(study(), study().build, "blank", "en"))) as pdf:
        assert len(pdf.pages) >= len(blank.due(study(), study().build))
        assert b"pdfaid" in pdf.Root.Metadata.read_bytes()
