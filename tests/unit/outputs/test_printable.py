"""What cannot be seen is printed as a code, and nothing is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.outputs.printable import for_xml, printable


@pytest.mark.parametrize(
    "text",
    [
        "38.40 °C",
        "读数抄写错误：体温计显示 38.40",
        "two\nlines",
        "10⁹/L ≥ 5 µmol/L",
        "<script>alert(1)</script> & 'quotes' \"too\"",
        "e\u0301te\u0301",
    ],
)
def test_ordinary_text_stays(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb\ufeff", "a[U+200B]b[U+FEFF]"),
        ("a\x07\x00", "a[U+0007][U+0000]"),
        ("a\u2028b", "a[U+2028]b"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("tab\there", "tab[U+0009]here"),
        ("\ue000", "[U+E000]"),
        ("z" + "\u0301" * 5, "z" + "\u0301" * 3 + "[U+0301]" * 2),
        ("\u0301alone", "[U+0301]alone"),
        ("line\r\nfeed", "line\nfeed"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_number(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_every_visible_character_survives_in_order(text):
    left = iter(printable(text))

    assert all(char in left for char in text.replace("\r\n", "\n") if char.isalnum())


@given(st.text())
def test_printing_twice_changes_nothing(text):
    once = printable(text)

    assert printable(once) == once


def test_xml_gets_no_character_that_it_cannot_hold():
    assert for_xml("a\x00b\x1fc\ud800\n") == "a[U+0000]b[U+001F]c[U+D800]\n"
