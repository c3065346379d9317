"""Each criterion at its boundaries, with the tables of part A section 2."""

from __future__ import annotations

import copy
import datetime as dt

import pytest

from tests.unit.eligibility.subjects import COHORTS, changed, line, outcome

D = dt.date


@pytest.mark.parametrize(
    ("criterion", "change", "result"),
    [
        # LN-01
        ("LN-01", {"pt_start": "2024-01-15", "pt_last": "2024-04-14"}, "FAIL"),
        ("LN-01", {"pt_start": "2024-01-15", "pt_last": "2024-04-15"}, "PASS"),
        ("LN-01", {"pt_start": "2024-01-15", "pt_last": "2024-08-30"}, "PASS"),
        ("LN-01", {"pt_uprot": "DEC", "pt_ab": "DEC"}, "FAIL"),
        ("LN-01", {"pt_uprot": "DEC", "pt_ab": "SAME"}, "PASS"),
        ("LN-01", {"pt_start": "2024-01", "pt_last": "2024-04"}, "UNDET"),
        ("LN-01", {"elig_refract": "N"}, "FAIL"),
        # LN-02
        *[
            ("LN-02", {"rb_prolif": code}, "PASS")
            for code in ("III_A", "III_AC", "IVS_A", "IVS_AC", "IVG_A")
        ],
        *[("LN-02", {"rb_prolif": c}, "FAIL") for c in ("III_C", "IVS_C", "IVG_C", "NONE")],
        ("LN-02", {"rb_prolif": "IV_NOS", "rb_active": "Y"}, "PASS"),
        ("LN-02", {"rb_prolif": "IV_NOS"}, "UNDET"),
        ("LN-02", {"rb_done": "N"}, "FAIL"),
        ("LN-02", {"rb_done": None}, "UNDET"),
        # LN-03
        ("LN-03", {"sv_date": "2025-09-15", "rb_date": "2025-03-14"}, "FAIL"),
        ("LN-03", {"sv_date": "2025-09-15", "rb_date": "2025-03-15"}, "PASS"),
        ("LN-03", {"sv_date": "2025-09-15", "rb_date": "2025-03-16"}, "PASS"),
        ("LN-03", {"sv_date": "2025-08-31", "rb_date": "2025-02-28"}, "PASS"),
        ("LN-03", {"sv_date": "2025-08-31", "rb_date": "2025-02-27"}, "FAIL"),
        # LN-04, SSC-02, PSS-02
        ("LN-04", {"birth_date": "2015-06-11"}, "FAIL"),
        ("LN-04", {"birth_date": "2015-06-10"}, "PASS"),
        ("LN-04", {"birth_date": "2015-06-09"}, "PASS"),
        ("LN-04", {"birth_date": "1960-06-10"}, "PASS"),
        ("LN-04", {"birth_date": "1959-06-11"}, "PASS"),
        ("LN-04", {"birth_date": "1959-06-10"}, "FAIL"),
        ("SSC-02", {"birth_date": "2019-06-11"}, "FAIL"),
        ("SSC-02", {"birth_date": "2019-06-10"}, "PASS"),
        ("PSS-02", {"birth_date": "2007-06-11"}, "FAIL"),
        ("PSS-02", {"birth_date": "2007-06-10"}, "PASS"),
        ("PSS-02", {"birth_date": "2008-02-29", "ic_date": "2026-02-28"}, "FAIL"),
        ("PSS-02", {"birth_date": "2008-02-29", "ic_date": "2026-03-01"}, "PASS"),
        # LN-06
        ("LN-06", {"ab_ana_titre": "40", "ab_ds_val": "29.9"}, "FAIL"),
        ("LN-06", {"ab_ana_titre": "40", "ab_ds_val": "30.0"}, "PASS"),
        ("LN-06", {"ab_ana_titre": "79", "ab_ds_val": "10"}, "FAIL"),
        ("LN-06", {"ab_ana_titre": "80", "ab_ds_val": "10"}, "PASS"),
        (
            "LN-06",
            {"ab_ana_titre": "100", "ab_ds_val": None, "ab_ds_meth": None},
            "PASS",
        ),
        (
            "LN-06",
            {"ab_ana_op": "LT", "ab_ana_titre": "80", "ab_ds_val": None},
            "UNDET",
        ),
        (
            "LN-06",
            {"ab_ana_res": "NEG", "ab_ds_val": "45", "ab_ds_meth": "CLIA"},
            "UNDET",
        ),
        (
            "LN-06",
            {"ab_ana_res": "NEG", "ab_ana_eia": "POS", "ab_ds_val": "5"},
            "PASS",
        ),
        ("LN-06", {"ab_ana_res": "NEG", "ab_ds_val": "800", "ab_ds_op": "GT"}, "PASS"),
        # LN-07 to LN-13
        ("LN-07", {"elig_cd19": "N"}, "FAIL"),
        ("LN-09", {"lb_lym": "0.49"}, "FAIL"),
        ("LN-09", {"lb_lym": "0.50"}, "FAIL"),
        ("LN-09", {"lb_lym": "0.51"}, "PASS"),
        ("LN-09", {"lb_lym": "<0.6"}, "UNDET"),
        ("LN-09", {"lb_lym": "ND"}, "UNDET"),
        ("LN-09", {"lb_lym": {"value": "501", "unit": "/uL"}}, "PASS"),
        ("LN-10", {"elig_collect": "Y"}, "FAIL"),
        ("LN-12", {"ps_ecog": "2"}, "PASS"),
        ("LN-12", {"ps_ecog": "3"}, "FAIL"),
        ("LN-13", {"elig_surv_days": "89"}, "FAIL"),
        ("LN-13", {"elig_surv_days": "90"}, "PASS"),
        # LN-14
        ("LN-14", {"birth_date": "2007-06-11"}, "FAIL"),
        ("LN-14", {"birth_date": "2007-06-10"}, "PASS"),
        (
            "LN-14",
            {"birth_date": "2013-06-01", "ic_signer": "LAR", "ic_assent": "N"},
            "FAIL",
        ),
        (
            "LN-14",
            {"birth_date": "2016-06-01", "ic_signer": "LAR", "ic_assent": "UNABLE"},
            "FAIL",
        ),
        (
            "LN-14",
            {"birth_date": "2013-06-01", "ic_signer": "BOTH", "ic_assent": "Y"},
            "PASS",
        ),
        ("LN-14", {"ic_date": None}, "UNDET"),
        # SSc
        (
            "SSC-03",
            {"ssc_suff": "N", "ssc_sclero": "Y", "ssc_rp": "Y", "ssc_telang": "Y"},
            "PASS",
        ),
        (
            "SSC-03",
            {"ssc_suff": "N", "ssc_puffy": "Y", "ssc_rp": "Y", "ssc_scl70": "Y"},
            "FAIL",
        ),
        (
            "SSC-03",
            {
                "ssc_suff": "N",
                "ssc_puffy": "Y",
                "ssc_rp": "Y",
                "ssc_aca": "Y",
                "ssc_nail": "UNK",
            },
            "UNDET",
        ),
        # PAH
        ("PSS-05", {"rhc_mpap": "19.9"}, "FAIL"),
        ("PSS-05", {"rhc_mpap": "20.0"}, "PASS"),
        ("PSS-06", {"rhc_pawp": "15.0"}, "PASS"),
        ("PSS-06", {"rhc_pawp": "15.1"}, "FAIL"),
        *[
            ("PSS-07", {"rhc_mpap": m, "rhc_pawp": w, "rhc_co": c}, result)
            for m, w, c, result in (
                ("25", "15", "5.0", "FAIL"),
                ("21", "11", "5.0", "FAIL"),
                ("21", "11", "4.99", "PASS"),
                ("20.1", "10.1", "5", "FAIL"),
                ("24", "14.5", "5.0", "FAIL"),
                ("45", "10", "4.2", "PASS"),
            )
        ],
        # PSS-10 doses
        ("PSS-10", {"cm_class": "MMF", "cm_dose": "1500"}, "PASS"),
        ("PSS-10", {"cm_class": "MMF", "cm_dose": "1501"}, "FAIL"),
        # PSS-15, PSS-16
        ("PSS-15", {"rp_test_dt": "2025-06-13 08:00"}, "PASS"),
        ("PSS-15", {"rp_test_dt": "2025-06-12 23:59"}, "UNDET"),
        ("PSS-15", {"rp_test_res": "POS"}, "FAIL"),
        ("PSS-15", {"rp_test_spec": "URINE"}, "UNDET"),
        ("PSS-15", {"rp_fert": "HYST"}, "NA"),
        ("PSS-15", {"rp_fert": None}, "UNDET"),
        ("PSS-16", {"rp_contra_agree": "N"}, "FAIL"),
        ("PSS-16", {"rp_fert": "OOPH"}, "NA"),
        ("PSS-16", {"rp_fert": "POSTM", "rp_lmp": "2024-06-16"}, "PASS"),
        ("PSS-16", {"rp_fert": "POSTM", "rp_lmp": "2024-06-15"}, "NA"),
        ("PSS-16", {"rp_fert": "POSTM", "rp_lmp": "2024-06"}, "UNDET"),
        # Liver
        ("PSS-17", {"lb_ast": "120"}, "PASS"),
        ("PSS-17", {"lb_ast": "120.1"}, "FAIL"),
        ("PSS-17", {"lb_ast_uln": None}, "UNDET"),
        ("PSS-18", {"lb_alt": "150"}, "PASS"),
        ("PSS-18", {"lb_alt": "151"}, "FAIL"),
        *[
            (
                "PSS-19",
                {
                    "lb_bili": total,
                    "lb_bildir": direct,
                    "mhx_gilbert": gilbert,
                    "mhx_gilbert_evid": "RECORD",
                },
                result,
            )
            for total, direct, gilbert, result in (
                ("41.9", "5", "N", "PASS"),
                ("42.0", "5", "N", "PASS"),
                ("42.1", "5", "N", "FAIL"),
                ("42.1", "12.0", "Y", "PASS"),
                ("63.0", "12.0", "Y", "PASS"),
                ("63.1", "12.0", "Y", "FAIL"),
                ("63.0", "12.1", "Y", "FAIL"),
                ("50", "ND", "Y", "UNDET"),
                ("50", "5", "U", "UNDET"),
                ("40", "13", "Y", "PASS"),
            )
        ],
        ("PSS-20", {"vs_spo2": "95"}, "FAIL"),
        ("PSS-20", {"vs_spo2": "96"}, "PASS"),
        ("PSS-20", {"vs_spo2": "97", "vs_o2": "Y"}, "UNDET"),
        ("PSS-20", {"vs_o2": None}, "UNDET"),
    ],
)
def test_a_criterion_at_its_boundary(criterion, change, result):
    cohort = {"LN": "LN", "SSC": "SSC", "PSS": "PSSPAH"}[criterion.split("-")[0]]
    on = D(2025, 10, 1) if "rb_date" in change else D(2025, 6, 15)
    if "ic_date" in change and change["ic_date"]:
        on = D(2026, 3, 5)
    if change.get("cm_class"):
        records = copy.deepcopy(COHORTS[cohort])
        records["cm"] = [line(change["cm_class"], change["cm_dose"], "2025-02-01")]
    else:
        records = changed(cohort, **change)

    found = outcome(cohort, criterion, records, on=on)

    assert found == result


@pytest.mark.parametrize(
    ("fc", "walk", "bnp", "nt", "rap", "ci", "result"),
    [
        ("2", "441", "49", None, "7.9", "2.50", "FAIL"),
        ("2", "440", "49", None, "7.9", "2.50", "PASS"),
        ("3", "500", "20", None, "4", "3.0", "PASS"),
        ("2", "500", "50", None, "4", "3.0", "PASS"),
        ("2", "500", None, "299", "4", "3.0", "FAIL"),
        ("2", "500", None, "300", "4", "3.0", "PASS"),
        ("2", "500", "45", "600", "4", "3.0", "FAIL"),
        ("2", "500", "45", None, "8.0", "3.0", "PASS"),
        ("2", "500", "45", None, "7.9", "2.49", "PASS"),
        ("2", "500", "45", None, None, "3.0", "UNDET"),
        ("2", "430", None, None, None, None, "PASS"),
        ("1", "600", None, "100", "5", None, "UNDET"),
    ],
)
def test_low_risk_needs_all_four_signs(fc, walk, bnp, nt, rap, ci, result):
    records = changed("PSSPAH", wfc_class=fc, smw_dist=walk, rhc_rap=rap, rhc_ci=ci)
    records["lbr"][0] |= {"lb_bnp": bnp, "lb_ntprobnp": nt}

    assert outcome("PSSPAH", "PSS-08", records) == result


@pytest.mark.parametrize(
    ("drug", "dose", "result"),
    [
        ("PRED", "30.0", "PASS"),
        ("PRED", "30.1", "FAIL"),
        ("MP", "24", "PASS"),
        ("MP", "28", "FAIL"),
        ("DEX", "4.5", "PASS"),
        ("HC", "120", "PASS"),
    ],
)
def test_glucocorticoids_count_as_prednisone(drug, dose, result):
    records = changed("PSSPAH")
    records["cm"] = [line("GC", dose, "2025-02-01", cm_gc_drug=drug)]

    assert outcome("PSSPAH", "PSS-09", records) == result


@pytest.mark.parametrize(
    ("kind", "criterion", "days", "result"),
    [
        ("GC", "PSS-09", 27, "FAIL"),
        ("GC", "PSS-09", 28, "PASS"),
        ("GC", "PSS-09", 29, "PASS"),
        ("MMF", "PSS-10", 83, "FAIL"),
        ("MMF", "PSS-10", 84, "PASS"),
        ("MMF", "PSS-10", 85, "PASS"),
        ("PAHD", "PSS-12", 27, "FAIL"),
        ("PAHD", "PSS-12", 28, "PASS"),
        ("PAHD", "PSS-12", 29, "PASS"),
    ],
)
def test_background_is_stable_so_many_days_before_the_first_dose(kind, criterion, days, result):
    start = (D(2025, 6, 20) - dt.timedelta(days=days)).isoformat()
    records = changed("PSSPAH")
    more = {"GC": {"cm_gc_drug": "PRED"}, "PAHD": {"cm_pahclass": "ERA"}}.get(kind, {})
    records["cm"] = [line(kind, "5", start, **more)]

    assert outcome("PSSPAH", criterion, records) == result


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        ([line("AZA", "119", "2025-01-01")], "PASS"),
        ([line("AZA", "120", "2025-01-01")], "PASS"),
        ([line("AZA", "121", "2025-01-01")], "FAIL"),
        ([line("MTX", "15", "2025-01-01", cm_freq="QW")], "PASS"),
        ([line("MTX", "15.1", "2025-01-01", cm_freq="QW")], "FAIL"),
        ([line("LEF", "21", "2025-01-01")], "FAIL"),
        ([line("MPA", "1080", "2025-01-01")], "PASS"),
        ([line("MPA", "1081", "2025-01-01")], "UNDET"),
        ([line("MPA", "1501", "2025-01-01")], "FAIL"),
        ([line("MMF", "500", "2025-01-01"), line("LEF", "10", "2025-01-01")], "FAIL"),
        ([line("TAC", "2", "2025-01-01")], "FAIL"),
        (
            [
                line(
                    "RTX",
                    "500",
                    "2025-03-12",
                    cm_ongoing="N",
                    cm_end="2025-03-12",
                    cm_freq="ONCE",
                )
            ],
            "PASS",
        ),
        ([line("MMF", "500", "2025-01-01"), line("AM", "200", "2025-01-01")], "PASS"),
        ([], "PASS"),
    ],
)
def test_one_allowed_immunosuppressant_within_its_dose(lines, result):
    records = changed("PSSPAH")
    records["cm"] = lines

    assert outcome("PSSPAH", "PSS-10", records) == result


@pytest.mark.parametrize(
    ("last", "result"),
    [
        ("2025-06-04", "FAIL"),
        ("2025-06-03", "FAIL"),
        ("2025-06-02", "PASS"),
        ("2025-06", "UNDET"),
        ("2025-05", "PASS"),
    ],
)
def test_immunosuppressants_stopped_more_than_a_week_before_collection(last, result):
    records = changed("LN", pt_last=last, elig_aph_plan="2025-06-10")

    assert outcome("LN", "LN-08", records) == result


def test_a_log_known_to_be_incomplete_leaves_every_rule_about_it_open():
    records = changed("PSSPAH", elig_cm_complete="N")

    for criterion in ("PSS-09", "PSS-10", "PSS-12"):
        assert outcome("PSSPAH", criterion, records) == "UNDET"


def test_the_latest_sample_counts_even_without_the_result():
    records = changed("LN")
    records["lbh"].append({"lb_panel": "LBH", "lb_dt": "2025-06-12 08:00", "lb_wbc": "5"})

    assert outcome("LN", "LN-09", records) == "UNDET"


def test_two_samples_of_one_moment_that_differ_decide_nothing():
    records = changed("LN")
    records["lbh"].append({"lb_panel": "LBH", "lb_dt": "2025-06-11 08:00", "lb_lym": "0.4"})

    assert outcome("LN", "LN-09", records) == "UNDET"
