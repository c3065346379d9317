"""Three subjects with everything in favour, one of each cohort, to be changed by a test."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from ecrf.eligibility.evaluate import Evaluation, evaluate

ON = dt.date(2025, 6, 15)
Records = dict[str, list[dict[str, Any]]]

CONSENT = {
    "ic_date": "2025-06-10",
    "ic_signer": "SUBJ",
}
SHARED: Records = {
    "sv": [{"sv_visit": "SCR", "sv_date": "2025-06-10"}],
    "ic": [CONSENT],
    "dm": [{"birth_date": "1995-03-02", "sex": "F"}],
    "lbh": [{"lb_panel": "LBH", "lb_dt": "2025-06-11 08:00", "lb_lym": "0.9"}],
}
LUPUS: Records = SHARED | {
    "pt": [
        {
            "pt_class": "MMF",
            "pt_start": "2024-06-01",
            "pt_last": "2025-05-20",
            "pt_ongoing": "N",
            "pt_remis": "N",
            "pt_uprot": "SAME",
            "pt_ab": "DEC",
            "pt_source": "HERE",
        }
    ],
    "rb": [{"rb_done": "Y", "rb_date": "2025-04-01", "rb_prolif": "IVG_AC", "rb_v": "Y"}],
    "sle2019": [
        dict.fromkeys(
            "s19_fever s19_leuk s19_thromb s19_hemol s19_delir s19_psych s19_seiz s19_alop "
            "s19_ulcer s19_scle s19_acle s19_effus s19_peric s19_joint s19_prot s19_bx25 s19_apl "
            "s19_sm".split(),
            "N",
        )
        | {"s19_bx34": "Y", "s19_c3low": "Y", "s19_c4low": "Y", "s19_ds": "Y"}
    ],
    "aab": [
        {
            "ab_dt": "2025-06-11 08:00",
            "ab_centre": "Y",
            "ab_ana_res": "POS",
            "ab_ana_op": "EQ",
            "ab_ana_titre": "320",
            "ab_ana_ever": "Y",
            "ab_ds_meth": "ELISA",
            "ab_ds_op": "EQ",
            "ab_ds_val": "120",
        }
    ],
    "ps": [{"ps_date": "2025-06-11", "ps_ecog": "1"}],
    "elig": [
        {
            "elig_aph_plan": "2025-06-20",
            "elig_cm_complete": "Y",
            "elig_refract": "Y",
            "elig_cd19": "Y",
            "elig_collect": "N",
            "elig_allergy": "N",
            "elig_surv90": "Y",
        }
    ],
}
SCLEROSIS: Records = SHARED | {
    "ic": [{"ic_date": "2025-06-10", "ic_signer": "LAR", "ic_assent": "UNABLE"}],
    "dm": [{"birth_date": "2019-06-10", "sex": "F"}],
    "ssc2013": [
        {"ssc_applicable": "Y", "ssc_suff": "Y"}
        | dict.fromkeys(
            "ssc_puffy ssc_sclero ssc_ulcer ssc_pits ssc_telang ssc_nail ssc_pah ssc_ild ssc_rp "
            "ssc_aca ssc_scl70 ssc_rnap3".split(),
            "N",
        )
    ],
    "elig": [{"elig_collect": "N"}],
}


def line(kind: str, dose: str, start: str, **more: str) -> dict[str, str]:
    given = {
        "cm_class": kind,
        "cm_drug": kind.lower(),
        "cm_dose": dose,
        "cm_dose_unit": "mg",
        "cm_freq": "QD",
        "cm_route": "ORAL",
        "cm_start": start,
        "cm_ongoing": "Y",
    }
    return given | more


SJOGREN: Records = SHARED | {
    "coh": [{"coh_overlap": "N"}],
    "ss2016": [
        dict.fromkeys(
            "sq_eye3m sq_sand sq_tears sq_mouth3m sq_drink sq_gland sx_rad sx_hcv sx_hcv_any "
            "sx_aids sx_sarc sx_amyl sx_gvhd sx_igg4 sx_lymph sx_achol".split(),
            "N",
        )
        | {"sq_eye3m": "Y"}
    ],
    "sjt": [{"sj_schirmer_r": "5", "sj_schirmer_l": "9", "sj_uws": "0.3", "sj_fls": "N"}],
    "aab": [{"ab_ssa60": "POS", "ab_ssb": "NEG"}],
    "rhc": [
        {
            "rhc_date": "2025-06-01",
            "rhc_rest": "Y",
            "rhc_mpap": "45",
            "rhc_pawp": "10",
            "rhc_co": "4.2",
            "rhc_rap": "9",
            "rhc_ci": "2.4",
        }
    ],
    "wfc": [{"wfc_date": "2025-06-11", "wfc_class": "3"}],
    "smw": [{"smw_date": "2025-06-11", "smw_dist": "380"}],
    "lbr": [{"lb_panel": "LBR", "lb_dt": "2025-06-11 08:00", "lb_ntprobnp": "900"}],
    "lbc": [
        {
            "lb_panel": "LBC",
            "lb_dt": "2025-06-11 08:00",
            "lb_ast": "30",
            "lb_ast_uln": "40",
            "lb_alt": "35",
            "lb_alt_uln": "50",
            "lb_bili": "12",
            "lb_bili_uln": "21",
            "lb_bildir": "4",
            "lb_bildir_uln": "8",
        }
    ],
    "vs": [
        {"vs_dt": "2025-06-11 09:00", "vs_spo2": "96", "vs_o2": "N", "vs_weight": "60"},
    ],
    "cm": [
        line("GC", "10", "2025-02-01", cm_gc_drug="PRED"),
        line("MMF", "1000", "2025-02-01"),
        line("PAHD", "60", "2025-03-01", cm_pahclass="PDE5I", cm_drug="sildenafil"),
        line("PAHD", "10", "2025-03-01", cm_pahclass="ERA", cm_drug="ambrisentan"),
    ],
    "rpc": [
        {
            "rp_fert": "WOCBP",
            "rp_test_dt": "2025-06-15 08:00",
            "rp_test_spec": "BLOOD",
            "rp_test_res": "NEG",
            "rp_contra_agree": "Y",
        }
    ],
    "mhx": [{"mhx_gilbert": "N"}],
    "elig": [
        {
            "elig_ld_plan": "2025-06-20",
            "elig_cm_complete": "Y",
            "elig_refract": "Y",
            "elig_collect": "N",
            "elig_gc10": "Y",
            "elig_isstop": "Y",
            "elig_bg24": "Y",
        }
    ],
}
COHORTS = {"LN": LUPUS, "SSC": SCLEROSIS, "PSSPAH": SJOGREN}


def changed(cohort: str, **fields: Any) -> Records:
    """The favourable subject with some fields changed, wherever they stand; None takes one away."""
    records = copy.deepcopy(COHORTS[cohort])
    for name, value in fields.items():
        found = [r for rows in records.values() for r in rows if name in r]
        if not found:
            _of_its_form(records, name)[name] = value
        for record in found:
            if value is None:
                del record[name]
            else:
                record[name] = value
    return records


def _of_its_form(records: Records, name: str) -> dict[str, Any]:
    """The first record with fields of the same form, else a new one."""
    prefix = name.split("_")[0] + "_"
    for rows in records.values():
        if any(other.startswith(prefix) for other in rows[0]):
            return rows[0]
    return records.setdefault("more", [{}])[0]


def judged(cohort: str, records: Records, version: int = 1, **more: Any) -> Evaluation:
    return evaluate(cohort, version, more.pop("on", ON), records, more.pop("parameters", None))


def outcome(cohort: str, criterion: str, records: Records, **more: Any) -> str:
    found = judged(cohort, records, **more)
    return next(c.result for c in found.criteria if c.id == criterion)
