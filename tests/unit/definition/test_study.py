"""The real study in forms/cd19-bcma: complete, consistent, and computing what the protocol says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecrf.definition import items, release
from ecrf.definition.catalogue import Catalogue
from ecrf.definition.examples import run_examples
from ecrf.definition.loader import load_study
from ecrf.definition.values import Value, item_path, split_path
from ecrf.entry.context import Context, Filed
from ecrf.entry.evaluate import Evaluation, evaluate
from ecrf.entry.functions import FUNCTIONS
from ecrf.entry.labs import choose

ROOT = Path(__file__).parents[3] / "forms" / "cd19-bcma"

# The fields of the specification's tables, less those that docs/clinical-mapping.md says wait.
FIELDS = {
    "IC": """ic_version ic_version_date ic_date ic_time ic_signer ic_lar_rel ic_lar2
        ic_incap_reason ic_assent_req ic_assent ic_assent_date ic_assent_form ic_assent_reason
        ic_witness ic_witness_date ic_inv ic_inv_date ic_copy ic_ltfu ic_biobank ic_genetic
        ic_scan""",
    "DM": """subjid initials birth_date age_consent sex race ethnic_cn ethnic_oth educ marital
        abo rhd""",
    "VS": """vs_done vs_nd_reason vs_pos vs_bmi VSDAT VSTIM TEMP TEMPLOC SYSBP DIABP PULSE
        RESP SPO2 O2DEV O2FLOW FIO2 WEIGHT HEIGHT BSA""",
    "LBH": """LBPERF LBREASND LBREASOT LBDAT LBTIM LBREFID LBNAM lb_centre lb_routine lb_transf
        LBORRES LBCLSIG LBLNK""",
    "INF": """INFDAT INFDOSLV DOSEPLN INFWT FORMUL PREMED PREMEDW BAGID BAGTHAWD BAGTHTMP BAGVIAB
        BAGCONC BAGVOLN BAGVOLI BAGSTDTM BAGENDTM BAGMIN BAGCELL BAGINT BAGREAS TOTCELL ACTDOSE
        DOSEDEV INFREACT INFFLUSH INFV1 INFV2""",
    "AE": """AESPID AETERM AETERMEN GRSYS CTCTERM AEMEDDRA AESTDAT AESTTIM AEONGO AEENDAT AEENTIM
        AEPDAY AETRTEM AETOXGR AEPRES BASEGR GRDSTDAT GRDENDAT GRDTOXGR AESER AESDTH AESLIFE AESHOSP
        AESDISAB AESCONG AESMIE AEREL AERELLD AERELAPH AERELDIS AERELCM AESIYN AESICAT AESILINK
        AEACN AECONTRT AECMLINK AEICU AEOUT AEDLT AEINV""",
}
HAEMATOLOGY = """WBC NEUT LYM MONO EOS BASO NEUTLE LYMLE MONOLE EOSLE BASOLE RBC HGB HCT MCV MCH
    MCHC RDW PLAT MPV RETI RETIRBC ANGLOBDR HAPTOG"""
ADULT = {"birth_date": "1990-03-04", "sex": "F"}


@cache
def study() -> Catalogue:
    return load_study(ROOT, FUNCTIONS)


def every_item() -> Iterator[tuple[str, Any]]:
    for form in study().forms.values():
        for _, item in form.model.items():
            yield form.oid, item


def read(oid: str, entries: Mapping[str, str]) -> dict[str, Value]:
    """What a person typed, by path."""
    form = study().current(oid)
    data = {}
    for path, text in entries.items():
        name, _, row = split_path(path)
        value = items.parse(form.item(name), text, None, form.analyte(row or ""))
        assert isinstance(value, Value), (path, value)
        data[path] = value
    return data


def judge(oid: str, entries: Mapping[str, str], event: str = "SCR", **forms: Any) -> Evaluation:
    context = Context(
        subject="BJ01-L001",
        site="BJ01",
        cohort="LN",
        event=event,
        today=dt.date(2026, 1, 15),
        forms={name: [Filed(event, 1, read(name, entries))] for name, entries in forms.items()},
    )
    return evaluate(study(), study().current(oid), read(oid, entries), context)


def found(evaluation: Evaluation) -> set[str]:
    return {finding.id for finding in evaluation.findings if finding.severity != "required"}


@pytest.mark.req("R-067")
def test_every_example_of_every_check_holds() -> None:
    assert run_examples(study()) == []


def test_the_released_files_are_those_listed() -> None:
    assert release.verify(ROOT) == []


@pytest.mark.parametrize("form", FIELDS)
def test_a_form_has_every_field_of_the_specification(form: str) -> None:
    assert set(study().current(form).items) == set(FIELDS[form].split())


def test_the_blood_count_has_every_analyte_in_printed_order() -> None:
    panel = study().current("LBH").analytes("LB")

    assert [analyte.code for analyte in panel] == HAEMATOLOGY.split()


@pytest.mark.req("R-146")
def test_initials_and_birth_date_are_justified_in_both_languages() -> None:
    assert {oid for oid, form in forms() if form.model.identifiers} == {"DM", "SAE"}


def forms() -> list[tuple[str, Any]]:
    return [(form.oid, form) for form in study().forms.values()]


@pytest.mark.req("R-150")
def test_every_item_states_its_data_class() -> None:
    silent = [item.item for _, item in every_item() if "data_class" not in item.model_fields_set]

    assert silent == []


@pytest.mark.req("R-150")
@pytest.mark.parametrize(
    ("name", "data_class"),
    [("birth_date", "sensitive"), ("BAGID", "site-only"), ("LBREFID", "site-only"),
     ("AETERM", "sensitive"), ("LBORRES", "sensitive"), ("TEMP", "sensitive")],
)  # fmt: skip
def test_what_identifies_or_tells_about_health_is_protected(name: str, data_class: str) -> None:
    assert {item.data_class for _, item in every_item() if item.item == name} == {data_class}


def test_everything_but_signatures_and_helps_goes_to_sdtm() -> None:
    """Planned dates, judgements and what goes to the safety database have no target."""
    aside = {"ELIG", "SAE", "SRC", "MH", "LTFU"}
    without = {
        item.item
        for form, item in every_item()
        if item.sdtm is None
        and form not in aside
        and item.type not in ("person", "file", "calculated")
    }

    assert without == {"DEVDELAY", "LDFLUAPP"}


@pytest.mark.req("R-074")
def test_every_form_has_a_completion_guideline() -> None:
    assert [oid for oid, form in forms() if form.model.guideline is None] == []


def test_messages_are_sentences_in_both_languages() -> None:
    messages = [check.model.message for _, form in forms() for check in form.checks]

    assert [text.en for text in messages if not text.en.endswith(".")] == []
    assert [text.zh for text in messages if not re.fullmatch(r"[^!?,;]*。", text.zh)] == []


def test_every_parameter_says_how_sure_it_is() -> None:
    marks = {parameter.name: parameter.mark for parameter in study().study.parameters}

    assert set(marks.values()) <= {"S", "C", "V", "M", "ASSUMED"}
    assert marks["dlt_window_days"] == "S"
    assert marks["adult_age"] == marks["dose_dl1"] == "ASSUMED"


def test_the_screening_window_is_that_of_the_parameters() -> None:
    window = {p.name: p.value for p in study().study.parameters}["screening_window_days"]
    screening = study().event("SCR")

    assert screening is not None
    assert screening.late == window


@pytest.mark.parametrize("sex", ["M", "F"])
@pytest.mark.parametrize("age", [6, 12, 13, 17, 18, 65])
def test_every_number_finds_a_range_at_every_age(sex: str, age: int) -> None:
    laboratory = study().laboratories["BJ01LAB"]
    on = dt.date(2025, 5, 10)
    birth = on.replace(year=on.year - age)
    numbers = [a.code for a in study().current("LBH").analytes("LB") if a.kind == "number"]

    without = [
        code
        for code in numbers
        if choose([r for r in laboratory.ranges if r.analyte == code], laboratory, sex, birth, on)
        is None
    ]

    assert without == []


@pytest.mark.req("R-071")
@pytest.mark.parametrize(
    ("analyte", "text", "unit", "canonical"),
    [("HGB", "8.5", "g/dL", "85"), ("LYM", "500", "/uL", "0.5"), ("HCT", "38.5", "%", "0.385"),
     ("WBC", "6.2", "10*3/uL", "6.2"), ("HAPTOG", "150", "mg/dL", "1.5")],
)  # fmt: skip
def test_other_units_convert_exactly(analyte: str, text: str, unit: str, canonical: str) -> None:
    form = study().current("LBH")

    value = items.parse(form.item("LBORRES"), text, unit, form.analyte(analyte))

    assert isinstance(value, Value)
    assert value.typed == Decimal(canonical)


@pytest.mark.parametrize(
    ("name", "text", "unit", "canonical"),
    [("TEMP", "98.6", "[degF]", "37"), ("WEIGHT", "116", "{jin}", "58"),
     ("HEIGHT", "1.655", "m", "165.5")],
)  # fmt: skip
def test_vital_signs_convert_exactly(name: str, text: str, unit: str, canonical: str) -> None:
    value = items.parse(study().current("VS").item(name), text, unit)

    assert isinstance(value, Value)
    assert value.typed == Decimal(canonical)


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("height", "weight", "area"),
    [("165", "58", "1.630"), ("172", "70", "1.829"), ("128", "26", "0.961")],
)
def test_the_body_surface_is_that_of_the_worked_examples(
    height: str, weight: str, area: str
) -> None:
    evaluation = judge("VS", {"HEIGHT": height, "WEIGHT": weight})

    assert evaluation.data["BSA"].text == area


def bags(*rows: Mapping[str, str]) -> dict[str, str]:
    return {
        item_path(name, "BAG", str(number)): text
        for number, row in enumerate(rows, start=1)
        for name, text in row.items()
    }


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("weight", "level", "given", "dose", "deviation"),
    [
        ("58", "DL2", [("14.5", "4.0")], "1.00", "0.0"),
        ("70", "DL3", [("20", "3.5"), ("20", "3.5")], "2.00", "0.0"),
        ("26", "DL1", [("5.0", "2.6")], "0.50", "0.0"),
        ("62", "DL2", [("10.0", "4.0")], "0.65", "-35.5"),
    ],
)
def test_the_cell_dose_is_that_of_the_worked_examples(
    weight: str, level: str, given: list[tuple[str, str]], dose: str, deviation: str
) -> None:
    rows = bags(*({"BAGVOLI": volume, "BAGCONC": conc} for volume, conc in given))

    data = judge("INF", {"INFWT": weight, "INFDOSLV": level} | rows, "D0").data

    assert (data["ACTDOSE"].text, data["DOSEDEV"].text) == (dose, deviation)


def test_the_dose_is_unknown_until_every_bag_is() -> None:
    none = judge("INF", {"INFWT": "58", "INFDOSLV": "DL2"}, "D0")
    rows = bags({"BAGVOLI": "14.5", "BAGCONC": "4.0"}, {"BAGVOLI": "10.0"})
    half = judge("INF", {"INFWT": "58", "INFDOSLV": "DL2"} | rows, "D0")

    assert none.data["TOTCELL"].blank
    assert half.data["TOTCELL"].blank


@pytest.mark.req("R-063")
@pytest.mark.parametrize(
    ("onset", "day", "period"),
    [("2025-08-25", "5", "CART"), ("2025-11-19", "91", "FUP"), ("2027-08-21", "731", "LTFU"),
     ("2025-08-15", "-5", "LD"), ("2025-07-20", "-31", "BRG"), ("2025-07-02", "-49", "APH"),
     ("2025-06-01", "-80", "SCR"), ("2025-08", "", "")],
)  # fmt: skip
def test_an_adverse_event_knows_its_day_and_period(onset: str, day: str, period: str) -> None:
    before = {"APH": {"APHDAT": "2025-07-01"}, "LD": {"LDDAT": "2025-08-15"}}
    data = judge("AE", {"AESTDAT": onset}, "LOG", INF={"INFDAT": "2025-08-20"}, **before).data

    assert (data["AEPDAY"].text, data["AETRTEM"].text) == (day, period)


@pytest.mark.parametrize(
    ("birth", "required"),
    [("2007-05-10", "N"), ("2007-05-11", "Y"), ("2019-05-10", "Y"), ("2019-05-11", "N")],
)
def test_assent_is_asked_from_six_to_seventeen(birth: str, required: str) -> None:
    evaluation = judge("IC", {"ic_date": "2025-05-10"}, DM={"birth_date": birth})

    assert evaluation.data["ic_assent_req"].text == required
    assert ("ic_assent" in evaluation.hidden) == (required == "N")


def test_a_low_result_is_flagged_graded_and_judged() -> None:
    entries = {"LBPERF": "Y", "LBDAT": "2025-08-21", "LBNAM": "BJ01LAB", "LB[NEUT].LBORRES": "0.45"}

    evaluation = judge("LBH", entries, "D1", DM=ADULT, INF={"INFDAT": "2025-08-20"})

    facets = evaluation.data["LB[NEUT].LBORRES"].facets
    assert (facets["ind"], facets["gr"]) == ("LL", "L4")
    assert "LB[NEUT].LBCLSIG" in evaluation.required
    assert {"LB-03", "LBORRES.soft"} <= found(evaluation)


def test_an_external_laboratory_has_ranges_of_its_own() -> None:
    entries = {"LBDAT": "2025-08-21", "LBNAM": "EXTLAB1", "LB[HGB].LBORRES": "112"}

    ours = judge("LBH", entries | {"LBNAM": "BJ01LAB"}, "D1", DM=ADULT)
    theirs = judge("LBH", entries, "D1", DM=ADULT)

    path = "LB[HGB].LBORRES"
    assert ours.data[path].facets["ind"] == "LOW"
    assert theirs.data[path].facets["ind"] == "NORMAL"


def test_a_panel_not_performed_asks_for_the_reason_only() -> None:
    evaluation = judge("LBH", {"LBPERF": "N"}, "D1", DM=ADULT)

    assert evaluation.required == {"LBREASND"}


def test_oxygen_flow_is_asked_only_where_there_is_a_flow() -> None:
    hidden = {
        device: "O2FLOW" in judge("VS", {"O2DEV": device}).hidden
        for device in ("RA", "NC_LOW", "IMV")
    }

    assert hidden == {"RA": True, "NC_LOW": False, "IMV": True}


def test_children_have_their_own_plausible_ranges() -> None:
    child, adult = (
        judge("VS", {"VSDAT": "2025-05-12", "PULSE": "125"}, DM={"birth_date": birth})
        for birth in ("2016-01-01", "1990-01-01")
    )

    assert "PULSE.soft" not in found(child)
    assert "PULSE.soft" in found(adult)


@pytest.mark.req("R-066")
def test_nothing_is_dated_before_the_consent() -> None:
    evaluation = judge("VS", {"VSDAT": "2025-05-09"}, IC={"ic_date": "2025-05-10"})

    assert "VSDAT.hard" in found(evaluation)
