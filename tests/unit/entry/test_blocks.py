"""Pasted blocks: what laboratories and spreadsheets print is read exactly, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.entry import blocks
from tests.unit.entry.shipped import study

FORM = study().current("LBH")
PANEL = FORM.panels["LB"]
NUMBERS = [analyte for analyte in PANEL if analyte.kind == "number"]


def read(block: str) -> dict[str, tuple[str, str | None]]:
    """Code -> result and unit of the lines that can be entered."""
    return {
        line.analyte.code: (line.text, line.unit)
        for line in blocks.read(FORM, "LB", block)
        if line.analyte and not line.problem
    }


def refused(block: str) -> dict[int, str]:
    lines = blocks.read(FORM, "LB", block)
    return {line.number: line.problem.code for line in lines if line.problem}


@pytest.mark.parametrize(
    "block",
    [
        "项目\t结果\t单位\t参考范围\nWBC\t3.21\t10^9/L\t3.5-9.5\n血红蛋白\t121\tg/L\t115-150",
        "1\tWBC\t白细胞计数\t3.21\t↓\t3.5-9.5\t×10⁹/L\n2\tHGB\t血红蛋白\t121\t\t115-150\tg/L",
        "WBC,3.21,10*9/L\nHGB,121,g/L",
        "白细胞 3.21 10E9/L\n血红蛋白 121 g/L",
        "Leukocytes\t３．２１ ↓\t10^9/L\nHaemoglobin\t121\tg/L",
        "test;value;unit\nwbc;3.21;10^9/l\nhb;121;G/L",
        "白细胞计数(WBC)\t3.21 10^9/L\n血红蛋白(HGB)\t121 g/L",
    ],
)
def test_the_ways_in_which_reports_are_printed(block: str) -> None:
    assert read(block) == {"WBC": ("3.21", "10*9/L"), "HGB": ("121", "g/L")}


def test_shares_and_counts_are_told_apart() -> None:
    block = "NEUT%\t66.0\t%\nNEUT#\t2.12\t10^9/L\n淋巴细胞百分比\t20.1\t%\nLYM\t0.9\t10^9/L"
    assert read(block) == {
        "NEUTLE": ("66.0", "%"),
        "NEUT": ("2.12", "10*9/L"),
        "LYMLE": ("20.1", "%"),
        "LYM": ("0.9", "10*9/L"),
    }


def test_what_cannot_be_read_exactly_says_why_and_the_rest_is_kept() -> None:
    block = (
        "WBC\t3.21\t10^9/L\nFOO\t1\tg/L\nHGB\tlow\tg/L\nMONO\t0.3\tmmol/L\nRBC\t\t\n"
        "PLT\t180\t10^9/L\nPLT\t190\t10^9/L\nEOS\t0.1\t10^9/L\t9\t9"
    )
    assert refused(block) == {
        2: "block.unknown",
        3: "lab.format",
        4: "unit.unknown",
        5: "block.empty",
        6: "block.twice",
        7: "block.twice",
        8: "block.columns",
    }
    assert read(block) == {"WBC": ("3.21", "10*9/L")}


def test_a_line_that_lacks_a_cell_is_not_shifted_into_the_range() -> None:
    block = "项目\t结果\t下限\t上限\nWBC\t5.2\t3.5\t9.5\nPLT\t125\t350"
    assert read(block) == {"WBC": ("5.2", None)}
    assert refused(block) == {3: "block.columns"}


@pytest.mark.parametrize(
    "block",
    [
        "WBC\t4.2\t5.2\nHGB\t120\t121",
        "WBC\t5.2\t3.5\t9.5",
        "Test\tResult\tResult\nWBC\t4.2\t5.2",
        "WBC 5.2 3.5 9.5",
        "4.2,5.2,WBC",
    ],
)
def test_which_of_two_columns_holds_the_results_is_not_guessed(block: str) -> None:
    with pytest.raises(blocks.Unclear):
        read(block)


def test_a_heading_settles_which_column_counts_and_what_stands_above_it_is_passed_over() -> None:
    block = "Report of\t2026-03-10\t\nTest\tPrevious\tResult\nWBC\t4.2\t5.2"
    assert read(block) == {"WBC": ("5.2", None)}
    assert refused(block) == {}
    assert read("WBC 5.2 3.5 - 9.5") == {"WBC": ("5.2", None)}


def test_code_and_name_of_two_tests_are_refused() -> None:
    assert refused("WBC\t血红蛋白\t121\nPLT\t血小板\t180") == {1: "block.two"}


def test_a_unit_is_not_taken_for_a_test() -> None:
    chemistry = study().current("LBC")
    group = next(iter(chemistry.panels))
    (line,) = blocks.read(chemistry, group, "XYZ\t5\tmg/dL")
    assert line.problem is not None and line.problem.code == "block.unknown"
    (line,) = blocks.read(chemistry, group, "谷丙转氨酶/ALT\t31\tU/L")
    assert line.analyte is not None and line.analyte.code == "ALT"


def test_a_stray_quotation_mark_takes_no_other_line_with_it() -> None:
    assert read('"WBC\t5.2\nHGB\t121')["HGB"] == ("121", None)


def test_another_unit_is_kept_as_reported_and_no_unit_asks_for_none() -> None:
    assert read("HGB\t12.1\tg/dL\nWBC\t3.2\t") == {"HGB": ("12.1", "g/dL"), "WBC": ("3.2", None)}
    assert read("PLT <5 10^9/L") == {"PLAT": ("<5", "10*9/L")}


def test_a_result_in_words() -> None:
    (coded,) = [analyte for analyte in PANEL if analyte.code == "ANGLOBDR"]
    first = coded.choices[0]
    assert read(f"ANGLOBDR\t{first.label.zh}") == {"ANGLOBDR": (first.code, None)}


@given(st.text(max_size=300))
def test_no_text_makes_it_stumble(block: str) -> None:
    for line in blocks.read(FORM, "LB", block):
        assert line.problem or line.analyte


@given(
    chosen=st.lists(st.sampled_from(NUMBERS), min_size=2, unique_by=lambda a: a.code),
    values=st.data(),
    order=st.permutations(["name", "result", "unit"]),
    named=st.sampled_from(["code", "en", "zh"]),
)
def test_every_test_is_found_by_each_of_its_names_in_any_order_of_columns(
    chosen: list, values: st.DataObject, order: list[str], named: str
) -> None:
    lines, expected = [], {}
    for analyte in chosen:
        text = f"{values.draw(st.decimals(0, 99, places=2))}"
        unit = analyte.unit or ""
        name = analyte.code if named == "code" else analyte.label[named]
        cells = {"name": name, "result": text, "unit": unit}
        lines.append("\t".join(cells[column] for column in order))
        expected[analyte.code] = (text, analyte.unit)
    assert read("\n".join(lines)) == expected


def test_a_block_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="401"):
        blocks.read(FORM, "LB", "WBC\t1\n" * 401)
