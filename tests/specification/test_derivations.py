"""Calculated items of the shipped study against the worked examples of the specification."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecrf.clinical.ctcae_v5_table import TABLE
from ecrf.definition.catalogue import Catalogue
from ecrf.definition.examples import ExampleEnv
from ecrf.definition.loader import load_study
from ecrf.entry.functions import FUNCTIONS

STUDY = Path(__file__).parents[2] / "forms" / "cd19-bcma"

D0 = "2025-08-20"


@cache
def built() -> Catalogue:
    return load_study(STUDY, FUNCTIONS)


def derived(form: str, item: str, given: dict[str, Any]) -> Any:
    """The value of a calculated item with these values, typed as a person would."""
    catalogue = built()
    definition = catalogue.latest(form)
    group = definition.items[item][0]
    env = ExampleEnv(catalogue, definition, group.group if group.repeats else None, given)
    return env(item)


def event(**more: Any) -> dict[str, Any]:
    """A candidate of the DLT form: one adverse event, related, from day 9 to day 18, grade 3."""
    found = {
        "AE.record": ["AE-1"], "AE.AETERM": ["x"], "AE.AESICAT": [None], "AE.CTCTERM": [None],
        "AE.AETOXGR": ["3"], "AE.AEREL": ["2"], "AE.AESTDAT": ["2025-08-29"],
        "AE.AEENDAT": ["2025-09-07"], "AE.AESTTIM": [None], "AE.AEENTIM": [None],
    }  # fmt: skip
    found |= {f"AE.{name}": [value] for name, value in more.items()}
    return found | {"DLTAE": "AE-1", "INF.INFDAT": D0, "today": "2025-10-20"}


def neutrophils(*counts: tuple[str, str]) -> dict[str, Any]:
    """Blood counts by date; the last one is that of day 28 as well."""
    return {
        "every.LBH.LBDAT": [date for date, _ in counts],
        "every.LBH.NEUT": [count for _, count in counts],
        "every.LBH.PLAT": ["180" for _ in counts],
        "D28.LBH.NEUT": counts[-1][1],
        "D28.LBH.PLAT": "180",
    }


LOW = {"CTCTERM": "Neutrophil count decreased", "AESTDAT": "2025-08-26", "AETOXGR": "4"}


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (event(AESICAT="CRS") | {"every.CRS.CRSG3HR": ["40"]}, "NORULE"),
        (event(AESICAT="CRS") | {"every.CRS.CRSG3HR": ["84"]}, "D01"),
        (event(AESICAT="ICANS", AETOXGR="4"), "D02"),
        (event(AESICAT="IECHS"), "D03"),
        (event(CTCTERM="Alanine aminotransferase increased"), "D04"),
        (event(CTCTERM="Nausea", AEENDAT="2025-09-04"), "NORULE"),
        (
            event(**LOW)
            | neutrophils(("2025-08-26", "0.3"), ("2025-09-01", "0.3"), ("2025-09-13", "0.7")),
            "NORULE",
        ),
        (
            event(**LOW)
            | neutrophils(
                ("2025-08-29", "0.8"),
                ("2025-08-30", "0.2"),
                ("2025-09-05", "0.2"),
                ("2025-09-11", "0.2"),
                ("2025-09-17", "0.2"),
            ),
            "D05",
        ),
        (event(AESICAT="INF", AETOXGR="4", AESTDAT="2025-09-18"), "NORULE"),
        (event(AESICAT="INF", AETOXGR="4"), "D06"),
        (event(AESICAT="IRR", AESTTIM="10:00", AEENDAT="2025-08-30", AEENTIM="11:00"), "D07"),
        (event(AESICAT="IRR", AESTTIM="10:00", AEENDAT="2025-08-30", AEENTIM="09:00"), "NORULE"),
        (event(CTCTERM="Heart failure", AEENDAT="2025-09-01"), "D08"),
        (event(AESICAT="SRC", AEENDAT="2025-08-29"), "D08"),
        (event(CTCTERM="Sepsis", AETOXGR="5", AEREL="4"), "D09"),
        (event(CTCTERM="Sepsis", AETOXGR="5", AEREL="5"), "NORULE"),
        (event(CTCTERM="Lymphocyte count decreased"), "NORULE"),
        (event(AESICAT="HYPOG"), "NORULE"),
        (event(CTCTERM="Nausea", AEREL="4"), "NORULE"),
    ],
)
def test_a_candidate_meets_the_rule_of_its_kind(given: dict[str, Any], rule: str) -> None:
    assert derived("DLT", "DLTRULE", given) == rule


ESCALATED = {
    "every.SRC.SRCDAT": ["2025-10-16"], "every.SRC.SRCSCOPE": ["POOLED"],
    "every.SRC.SRCDEC": ["ESC"], "every.SRC.SRCDL": ["DL1"], "every.SRC.SRCNEXT": ["DL2"],
}  # fmt: skip
SLOT = {
    "COHORT": "LN", "ENRDAT": "2025-08-01", "DOSELVL": "DL1", "AGEICF": 34, "today": "2025-10-20",
    "IC.ic_date": "2025-07-20",
}  # fmt: skip


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("infused", "more", "expected"),
    [
        ([], {}, "2025-08-01"),
        ([D0], {}, "2025-09-03"),
        ([D0, "2025-09-05"], {}, "2025-09-12"),
        ([], {"DOSELVL": "DL2", **ESCALATED}, "2025-10-16"),
        ([], {"DOSELVL": "DL1", **ESCALATED, "every.SRC.SRCDEC": ["HOLD"]}, None),
        ([], {"AGEICF": 12}, None),
    ],
)
def test_the_earliest_infusion_keeps_the_gaps(
    infused: list[str], more: dict[str, Any], expected: str | None
) -> None:
    """Part B 3.14, examples 1 to 5."""
    given = SLOT | {
        "others.INF.INFDAT": infused,
        "others.INF.INFDOSLV": ["DL1" for _ in infused],
        **more,
    }
    open_ = derived("ENR", "STAGHOLD", given) == "N"
    found = derived("ENR", "NEXTOK", given)
    assert (str(found) if open_ else None) == expected


@pytest.mark.req("R-069")
def test_a_child_comes_after_three_adults_past_day_28() -> None:
    given = SLOT | {"AGEICF": 12, "others.ENR.DOSELVL": ["DL1"] * 3, "others.ENR.PEDFL": ["N"] * 3}
    passed = given | {"others.ENR.ENRD28": ["2025-09-17", "2025-10-01", "2025-10-19"]}
    waiting = given | {"others.ENR.ENRD28": ["2025-09-17", "2025-10-01", "2025-10-20"]}
    assert derived("ENR", "STAGHOLD", passed) == "N"
    assert derived("ENR", "STAGHOLD", waiting) == "Y"


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "RESERVED"),
        ({"ELIG.elig_decision": "ENROL"}, "ENROLLED"),
        ({"every.APH.APHDAT": ["2025-07-10"]}, "APHERESED"),
        ({"every.LD.LDDAT": ["2025-08-15"]}, "LD"),
        ({"INF.INFDAT": D0}, "INFUSED"),
        ({"INF.INFDAT": D0, "DLT.DLTEVAL": "NEV"}, "REPLACED"),
        ({"INF.INFDAT": D0, "EOS.EOSPART": ["MAIN"]}, "INFUSED"),
        ({"EOS.EOSPART": ["SCREEN"]}, "RELEASED"),
    ],
)
def test_a_slot_follows_the_subject(given: dict[str, Any], status: str) -> None:
    assert derived("ENR", "SLOTSTAT", given) == status


WASHED = {"APEDAT": "2025-07-09", "ELIG.elig_aph_plan": "2025-07-10", "WOSEQ": "CM-1"}


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("drug", "last", "collected", "satisfied"),
    [
        ("MMF", "2025-07-02", [], "Y"),
        ("MMF", "2025-07-03", [], "N"),
        ("MMF", "2025-07-03", ["2025-07-11"], "Y"),
        ("MMF", "2025-06", [], "Y"),
        ("MMF", "2025-07", [], None),
        ("OTH", "2025-07-03", [], "N"),
        ("CTX", "2025-06-12", [], "Y"),
        ("RTX", "2025-01-12", [], "N"),
        ("AM", None, [], "Y"),
        ("MMF", None, [], "N"),
    ],
)
def test_a_washout_counts_to_the_day_of_collection(
    drug: str, last: str | None, collected: list[str], satisfied: str | None
) -> None:
    """Part B APE-03, 2.5; without a last dose the drug goes on."""
    given = WASHED | {
        "every.CM.record": ["CM-1"],
        "every.CM.cm_class": [drug],
        "every.CM.CMENDAT": [last],
        "every.CM.CMONGO": ["N" if last else "Y"],
        "every.APH.APHDAT": collected,
    }
    assert derived("APE", "WOOK", given) == satisfied


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("condition", "low", "high", "excursion"),
    [
        ("C2_8", 2.0, 8.0, "N"),
        ("C2_8", 1.9, 6.0, "Y"),
        ("C15_25", 15.0, 25.0, "N"),
        ("C15_25", 16.0, 25.1, "Y"),
        ("LN2", -180.0, -130.0, "N"),
        ("LN2", -180.0, -129.9, "Y"),
        ("C2_8", None, 9.0, "Y"),
        (None, 3.0, 6.0, None),
    ],
)
def test_an_excursion_is_judged_by_the_condition(
    condition: str | None, low: float, high: float, excursion: str | None
) -> None:
    given = {"COISTEP": "INSITE", "COICOND": condition, "COITMIN": low, "COITMAX": high}
    assert derived("COI", "COIEXC", given) == excursion


@pytest.mark.req("R-069")
@pytest.mark.parametrize(
    ("given", "failed"),
    [
        ({}, "NONE"),
        ({"VCN": 5.1}, "VCN"),
        ({"POTENCY": "FAIL"}, "POTENCY"),
        ({"POTENCY": "FAIL", "MFGVIAB": 65.0}, "SEVERAL"),
        ({"TOTVCAR": 40.0}, "DOSEAVL"),
    ],
)
def test_the_failed_test_is_named(given: dict[str, Any], failed: str) -> None:
    passed = dict.fromkeys(
        ("STERIL", "MYCOPL", "RCLPROD", "IDTEST", "POTENCY", "BEADS", "APPEAR"), "PASS"
    )
    values = {
        "TRANSEFF": 10.0, "VCN": 5.0, "MFGVIAB": 70.0, "CD3PUR": 90.0, "ENDOKGH": 5.0,
        "TOTVCAR": 60.0, "BL.VS.WEIGHT": 60.0, "ENR.DOSEPLN": 1.0,
    }  # fmt: skip
    assert derived("MFG", "OOSTEST", {**passed, **values, **given}) == failed


@pytest.mark.req("R-069")
def test_platelets_do_not_recover_by_transfusion() -> None:
    days = [f"2025-09-{day:02}" for day in range(1, 15)]
    given = {
        "INF.INFDAT": D0,
        "every.LBH.LBDAT": days,
        "every.LBH.PLAT": ["12", "15", *(["20"] * 12)],
        "every.PRC.PRSTDTM": ["2025-09-03 10:00", "2025-09-05 10:00"],
        "every.PRC.BLDPRD": ["PLT", "RBC"],
    }
    assert str(derived("CYTO", "CYTRECP", given)) == "2025-09-11"
    assert str(derived("CYTO", "CYTRECP", given | {"every.PRC.BLDPRD": ["RBC"] * 2})) == (
        "2025-09-03"
    )


@pytest.mark.req("R-069")
def test_days_to_come_are_not_counted_as_low() -> None:
    given = {
        "INF.INFDAT": D0,
        "every.LBH.LBDAT": ["2025-09-01", "2025-09-02", "2025-09-06", "2025-09-12"],
        "every.LBH.NEUT": ["0.9", "0.4", "0.3", "0.3"],
    }
    assert derived("CYTO", "CYTD500", given | {"today": "2025-09-12"}) == 11
    assert derived("CYTO", "CYTEARLY", given | {"today": "2025-09-12"}) == "2"
    assert derived("CYTO", "CYTEARLY", given | {"today": "2025-10-20"}) == "3"
    assert derived("CYTO", "CYTD500", {**given, "DTH.DTHDAT": "2025-09-13"}) == 12


@pytest.mark.req("R-069")
def test_immunoglobulin_comes_back_without_replacement() -> None:
    given = {
        "INF.INFDAT": D0,
        "every.LBB.LBDAT": ["2025-09-17", "2025-10-20", "2025-11-18", "2025-12-20"],
        "every.LBB.IGG": ["3.2", "3.1", "4.6", "4.4"],
        "every.LBB.lb_ivig": ["N", None, "Y", "N"],
    }
    assert str(derived("HYPOG", "HGDAT", given)) == "2025-10-20"
    assert str(derived("HYPOG", "HGREC", given)) == "2025-12-20"


@pytest.mark.req("R-069")
def test_the_count_at_onset_is_the_latest_by_its_date() -> None:
    """An unscheduled count comes last among the events, whenever it was taken."""
    given = {
        "INFSTDAT": "2025-09-01",
        "every.LBH.LBDAT": ["2025-08-27", "2025-09-03", "2025-08-22"],
        "every.LBH.NEUT": ["0.4", "1.1", "2.0"],
    }
    assert str(derived("INFX", "INFANC", given)) == "0.4"


@pytest.mark.req("R-069")
def test_the_terms_offered_hold_every_term_of_a_graded_result() -> None:
    offered = {one.label.en for one in built().latest("AE").item("CTCTERM").suggestions}
    assert {row.en for row in TABLE} <= offered
