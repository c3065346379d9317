"""The whole evaluation: the worked subjects of the specification, and what is always true."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.eligibility.criteria import criteria
from ecrf.eligibility.evaluate import BadInput, evaluate, from_json
from tests.unit.eligibility.subjects import COHORTS, ON, changed, judged, line


@pytest.mark.parametrize("cohort", COHORTS)
def test_a_favourable_subject_is_eligible(cohort):
    found = judged(cohort, COHORTS[cohort])

    assert {c.id: (c.result, c.missing) for c in found.criteria if c.result == "UNDET"} == {}
    assert found.result == "ELIGIBLE"


def test_the_registry_has_42_criteria():
    assert [len(criteria(cohort, 1)) for cohort in ("LN", "SSC", "PSSPAH")] == [
        14,
        6,
        22,
    ]


@pytest.mark.parametrize(
    ("cohort", "change", "result", "decides"),
    [
        ("LN", {"rb_prolif": "III_C"}, "INELIGIBLE", "LN-02"),
        ("LN", {"rb_prolif": "PEND"}, "UNDETERMINED", "LN-02"),
        ("LN", {"birth_date": "2015-06-11"}, "INELIGIBLE", "LN-04"),
        ("PSSPAH", {"rp_test_dt": "2025-06-12 08:00"}, "UNDETERMINED", "PSS-15"),
    ],
)
def test_the_worked_subjects(cohort, change, result, decides):
    found = judged(cohort, changed(cohort, **change))

    assert found.result == result
    assert decides in {c.id for c in found.criteria if c.result in ("FAIL", "UNDET")}


def test_low_risk_excludes_and_so_does_a_third_type_of_drug():
    low = changed(
        "PSSPAH",
        wfc_class="2",
        smw_dist="450",
        lb_ntprobnp="250",
        rhc_rap="6",
        rhc_ci="2.8",
    )
    third = copy.deepcopy(COHORTS["PSSPAH"])
    third["cm"].append(line("PAHD", "1", "2025-03-01", cm_pahclass="PROST", cm_drug="treprostinil"))

    for records, criterion in ((low, "PSS-08"), (third, "PSS-12")):
        found = judged("PSSPAH", records)
        assert found.result == "INELIGIBLE"
        assert [c.id for c in found.criteria if c.result == "FAIL"] == [criterion]


def test_evidence_says_where_a_value_stands():
    found = next(c for c in judged("LN", COHORTS["LN"]).criteria if c.id == "LN-12")

    assert [(e.field, e.value, e.form, e.date) for e in found.evidence] == [
        ("ps_ecog", "1", "ps", "2025-06-11")
    ]


@given(data=st.data())
def test_taking_a_value_away_never_makes_a_subject_eligible_or_a_failure_of_a_pass(
    data,
):
    cohort = data.draw(st.sampled_from(sorted(COHORTS)))
    records = copy.deepcopy(COHORTS[cohort])
    form = data.draw(st.sampled_from(sorted(records)))
    fields = records[form][0]
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(st.sampled_from(["", "ND", "UNK", "PEND"]))

    found = judged(cohort, records)

    assert found.result in ("ELIGIBLE", "UNDETERMINED")
    # Of alternatives one may fail while the group is open.
    assert {c.id for c in found.criteria if c.result == "FAIL"} <= {"SSC-03"}


def test_nothing_known_is_undetermined_throughout():
    for cohort in COHORTS:
        found = evaluate(cohort, 1, ON, {})
        assert found.result == "UNDETERMINED"
        assert {c.result for c in found.criteria} == {"UNDET"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"cohort": "LN", "records": {}}, "evaluation_date is missing"),
        (
            {"cohort": "XX", "evaluation_date": "2025-06-20", "records": {}},
            "no criteria of 'XX'",
        ),
        (
            {"cohort": "LN", "evaluation_date": "2025-06", "records": {}},
            "complete date",
        ),
        (
            {
                "cohort": "LN",
                "evaluation_date": "2025-06-20",
                "records": {"dm": [{"birth_date": "yesterday"}]},
            },
            "birth_date: 'yesterday' is not a date",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place(asked, said):
    with pytest.raises(BadInput, match=said):
        from_json(asked)


def test_version_2_adds_exclusions_and_asks_everybody_for_a_pregnancy_test():
    known = {
        "mhx_cart": "N", "mhx_malig": "N", "mhx_tb": "N", "mhx_livevac": "N", "mhx_cns": "N",
        "mhx_cardiac": "N", "mhx_transplant": "N", "dh_dialysis": "N", "rp_breast": "N",
        "ex_trial_any": "N", "ex_hypers": "N", "ex_other": "N",
    }  # fmt: skip
    records = copy.deepcopy(COHORTS["LN"]) | {
        "mhx": [known],
        "infs": [
            {"inf_dt": "2025-06-11 08:00", "inf_active": "N", "inf_igra": "NEG"}
            | dict.fromkeys(
                [
                    "inf_hbsag",
                    "inf_hbcab",
                    "inf_hcvab",
                    "inf_hiv",
                    "inf_tppa",
                    "inf_rpr",
                ],
                "NEG",
            )
            | {"inf_cmvdna": "<100", "inf_ebvdna": "<100"}
        ],
        "ct": [{"ct_date": "2025-06-11", "ct_tb": "NONE"}],
        "echo": [{"echo_date": "2025-06-11", "echo_lvef": "50"}],
        "eg": [{"eg_dt": "2025-06-11 08:00", "eg_qtcf": "480"}],
        "lbc": [{"lb_panel": "LBC", "lb_dt": "2025-06-11 08:00", "lb_egfr": "30"}],
        "rpc": [
            {
                "rp_fert": "WOCBP",
                "rp_test_dt": "2025-06-18",
                "rp_test_spec": "BLOOD",
                "rp_test_res": "NEG",
            }
        ],
    }
    records["elig"][0]["elig_ld_plan"] = "2025-06-20"
    records["lbh"][0] |= {"lb_neut": "1.00", "lb_plat": "30", "lb_hgb": "60"}
    limits = {"cmv_limit": "1000", "ebv_limit": "1000"}

    found = judged("LN", records, 2, parameters=limits, on=ON.replace(day=19))

    assert {c.id: c.missing for c in found.criteria if c.result in ("UNDET", "FAIL")} == {}
    assert found.result == "ELIGIBLE"
    assert "PREG-ALL" in {c.id for c in found.criteria}


@pytest.mark.parametrize(
    ("change", "criterion"),
    [
        ({"echo_lvef": "49"}, "EX-13"),
        ({"eg_qtcf": "480.1"}, "EX-14"),
        ({"lb_egfr": "29.9"}, "EX-15"),
        ({"lb_neut": "0.99"}, "EX-17"),
    ],
)
def test_an_exclusion_at_its_boundary(change, criterion):
    dated = {"echo_date": "2025-06-11", "eg_dt": "2025-06-11", "lb_dt": "2025-06-11"}
    records = copy.deepcopy(COHORTS["LN"]) | {"more": [dated | change]}
    records["lbh"][0] |= change

    found = judged("LN", records, 2)

    assert [c.id for c in found.criteria if c.result == "FAIL"] == [criterion]
