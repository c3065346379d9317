"""Every item of the definition stands in the body, whatever it holds."""

from pathlib import Path

import pytest

from ecrf.definition import model
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Value
from ecrf.outputs import body
from ecrf.outputs.casebook import Words
from tests.unit.outputs import sample

WBC = model.Analyte.model_validate(
    {"code": "WBC", "label": {"en": "Leukocytes", "zh": "白细胞"}, "unit": "10*9/L"}
)
NEUT = model.Analyte.model_validate(
    {"code": "NEUT", "label": {"en": "Neutrophils", "zh": "中性粒细胞"}, "unit": "10*9/L"}
)
FORM = FormDefinition(
    model=sample.DEFINITION,
    path=Path("vs/2.yaml"),
    digest=sample.SHA,
    items={item.item: (group, item) for group, item in sample.DEFINITION.items()},
    groups={group.group: group for group in sample.DEFINITION.groups},
    panels={"LB": (WBC, NEUT)},
)


def content(values=None, **changes):
    return body.Content(FORM, values or {}, changes.pop("versions", {}), **changes)


def answers(given):
    sections = body.sections(given)
    return {a.path: a for s in sections for line in s.lines for a in line.answers}


@pytest.mark.req("R-102")
def test_an_empty_form_shows_every_item():
    sections = body.sections(content())

    shown = {column.oid for section in sections for column in section.columns}
    assert shown == set(FORM.items)
    assert {a.state for a in answers(content()).values()} == {"blank"}
    assert [line.key for line in sections[2].lines] == ["WBC", "NEUT"]


@pytest.mark.req("R-102", "R-060")
def test_a_value_is_decoded_with_code_unit_and_exact_digits():
    found = answers(
        content(
            {
                "TEMP": Value("36.40", unit="Cel"),
                "TEMPLOC": Value("AX"),
                "BSA": Value("1.6102795", unit="m2"),
            }
        )
    )

    assert found["TEMP"].shown.words.en.startswith("36.40")
    assert (found["TEMPLOC"].shown.words, found["TEMPLOC"].shown.code) == (
        Words("Axilla", "腋下"),
        "AX",
    )
    assert found["BSA"].shown.words.en.startswith("1.61") and found["BSA"].derived
    assert found["BSA"].shown.code == "1.6102795"


@pytest.mark.req("R-062", "R-102")
def test_a_missing_value_is_not_a_blank_one():
    found = answers(content({"PULSE": Value(missing="ND")}))

    assert (found["PULSE"].state, found["VSTIM"].state) == ("missing", "blank")
    assert found["PULSE"].shown.words == Words("Not done (ND)", "未做 (ND)")


@pytest.mark.req("R-102")
def test_a_hidden_item_names_the_rule_that_hides_it():
    found = answers(content(hidden=frozenset({"O2FLOW"})))

    assert (found["O2FLOW"].state, found["O2FLOW"].rule) == ("hidden", "O2DEV != 'RA'")


@pytest.mark.req("R-102")
def test_a_hidden_item_that_holds_a_value_shows_it():
    found = answers(content({"O2FLOW": Value("2.0")}, hidden=frozenset({"O2FLOW"})))

    assert found["O2FLOW"].state == "value"


@pytest.mark.req("R-005", "R-102")
def test_a_struck_row_stays_with_the_entry_that_struck_it():
    values = {"BAG[2]": Value("deleted"), "BAG[2].BAGID": Value("B-2"), "BAG[10].BAGID": Value("x")}
    section = body.sections(content(values, versions={"BAG[2]": 31}))[1]

    assert [(line.key, line.struck) for line in section.lines] == [("2", 31), ("10", None)]
    assert section.lines[0].answers[0].shown.words.en == "B-2"


@pytest.mark.req("R-005")
def test_a_row_whose_values_were_all_cleared_stays():
    section = body.sections(content(versions={"BAG[1].BAGID": 5}))[1]

    assert [line.key for line in section.lines] == ["1"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("TEMP", Words("Body temperature", "体温")),
        ("BAG[2].BAGID", Words("Bag number, row 2", "袋号，第2行")),
        ("BAG[2]", Words("Bags, row 2", "血袋，第2行")),
        ("LB[WBC].LBORRES", Words("Leukocytes: Result", "白细胞：结果")),
        ("GONE", Words("GONE", "GONE")),
    ],
)
def test_a_path_is_called_by_its_labels(path, words):
    assert body.label(FORM, path) == words


@pytest.mark.req("R-102")
def test_an_attached_file_is_shown_by_name_with_its_digest_for_the_trail():
    item = model.FileItem.model_validate(
        {"item": "SCAN", "label": {"en": "Scan", "zh": "扫描件"}, "type": "file"}
    )

    shown = body.shown(item, Value(sample.SHA, facets={"name": "scan.pdf"}))

    assert shown.words == Words("scan.pdf", "scan.pdf") and shown.code == sample.SHA
