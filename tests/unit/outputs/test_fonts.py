"""A character that no embedded font has stops the print, and is named."""

import pytest

from ecrf.outputs import fonts, pdf
from tests.unit.outputs import sample


@pytest.mark.req("R-107")
def test_a_missing_glyph_names_item_and_character():
    with pytest.raises(fonts.GlyphMissing) as missing:
        pdf.render(sample.with_comment("see \U0001f642 and \U000130a7"))

    assert missing.value.places == {"\U000130a7": ["VSCOM"], "\U0001f642": ["VSCOM"]}
    assert "[U+1F642] in VSCOM" in str(missing.value)


@pytest.mark.req("R-107")
def test_rare_characters_of_chinese_names_are_there():
    assert set("𠮷㛃䶮㴔堃喆龘镕") <= fonts.coverage()


@pytest.mark.req("R-107")
def test_rare_characters_are_extracted_as_entered(pages):
    text = "𠮷田堃，㛃䶮 10⁹/L ≥ 38.40 µg"

    assert text in "".join(pages(pdf.render(sample.with_comment(text))))


def test_every_font_is_one_of_the_system():
    assert len(fonts.coverage()) > 40_000


def test_a_font_that_is_not_installed_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "_FOLDERS", (tmp_path,))
    fonts.coverage.cache_clear()

    with pytest.raises(fonts.FontMissing, match="apt install fonts-noto-core"):
        fonts.coverage()
