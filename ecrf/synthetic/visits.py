"""Answers of screening and of every visit: consent, laboratory, organs, scores."""

from __future__ import annotations

import datetime as dt

from ecrf.synthetic.person import Answers, Person

VERSION = dt.date(2025, 3, 1)  # of the consent form
REFRACTORY = "既往规范治疗后仍活动"


def consent(person: Person, _event: str, _repeat: int, _day: dt.date) -> Answers:
    day = person.consent.isoformat()
    version = min(VERSION, person.consent - dt.timedelta(days=60))
    return {
        "ic_version": "V1.2", "ic_version_date": version.isoformat(), "ic_date": day,
        "ic_time": "09:30", "ic_signer": "SUBJ", "ic_witness": "N", "ic_inv": "{one}",
        "ic_inv_date": day, "ic_copy": "Y", "ic_ltfu": "Y", "ic_biobank": "Y", "ic_genetic": "N",
    }  # fmt: skip


def demographics(person: Person, *_: object) -> Answers:
    return {
        "initials": "".join(person.chance.choice("ABCDGHJKLMQSWXYZ") for _ in range(3)),
        "birth_date": person.birth.isoformat(), "sex": person.sex, "race": "ASIAN",
        "ethnic_cn": "01", "abo": person.chance.choice(["A", "B", "AB", "O"]), "rhd": "POS",
    }  # fmt: skip


def visit(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    if event in person.absent:
        return {"SVOCCUR": "N", "SVREASOC": person.absent[event]}
    made = {"SVOCCUR": "Y", "SVSTDAT": day.isoformat(), "SVCNTMOD": "INPT"}
    return made | ({"SVOOWRS": "患者外地就诊"} if event in person.late else {})


def vital(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    at = (day - person.infusion).days
    return {
        "vs_done": "Y", "VSDAT": day.isoformat(), "VSTIM": "08:10", "vs_pos": "SUPINE",
        "TEMP": f"{person.course.temperature(at):.1f}", "TEMPLOC": "AX",
        "SYSBP": person.near(121, 8), "DIABP": person.near(75, 5), "PULSE": person.near(78, 7),
        "RESP": "17", "SPO2": str(min(100, int(person.near(98, 0.6)))), "O2DEV": "RA",
        "WEIGHT": f"{person.weight}", "HEIGHT": f"{person.height}",
    }  # fmt: skip


def sample(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "LBPERF": "Y", "LBDAT": day.isoformat(), "LBTIM": "06:40", "LBNAM": "BJ01LAB",
        "lb_transf": "N", "LBFAST": "Y",
    }  # fmt: skip


def counts(person: Person, event: str, repeat: int, day: dt.date) -> Answers:
    at = (day - person.infusion).days
    neutrophils, lymphocytes = person.course.neutrophils(at), person.course.lymphocytes(at)
    haemoglobin = person.course.haemoglobin(at)
    counts = {
        "NEUT": neutrophils, "LYM": lymphocytes, "MONO": 0.3, "EOS": 0.1, "BASO": 0.02,
        "PLAT": person.course.platelets(at),
    }  # fmt: skip
    white = neutrophils + lymphocytes + 0.45
    results = {"WBC": f"{white:.2f}", "PLAT": f"{counts.pop('PLAT'):.0f}"}
    results |= {code: f"{count:.2f}" for code, count in counts.items()}
    for share, of in (("NEUTLE", "NEUT"), ("LYMLE", "LYM"), ("MONOLE", "MONO")):
        results[share] = f"{counts[of] / white * 100:.1f}"
    results |= {"EOSLE": f"{10 / white:.1f}", "BASOLE": f"{2 / white:.1f}"}
    results |= {
        "HGB": f"{haemoglobin:.0f}", "RBC": f"{haemoglobin / 30:.2f}",
        "HCT": f"{haemoglobin / 333:.3f}",
    }  # fmt: skip
    lines = {f"LB[{code}].LBORRES": text for code, text in results.items()}
    return sample(person, event, repeat, day) | lines


def subsets(person: Person, event: str, repeat: int, day: dt.date) -> Answers:
    """B cells never more than the lymphocytes; immunoglobulins follow them."""
    at, course = (day - person.infusion).days, person.course
    lymphocytes = course.lymphocytes(at) * 1000
    t_cells = lymphocytes * 0.7
    b_cells = min(course.b_cells(at), lymphocytes * 0.2)
    subsets = {"CD3A": t_cells, "CD4A": t_cells * 0.55, "CD8A": t_cells * 0.4}
    lines = {f"LB[{code}].LBORRES": f"{count:.0f}" for code, count in subsets.items()}
    lines |= {
        f"LB[{name}].LBORRES": f"{course.immunoglobulin(name, at):.2f}"
        for name in ("IGG", "IGA", "IGM")
    }
    return sample(person, event, repeat, day) | lines | {"LB[CD19A].LBORRES": f"{b_cells:.1f}"}


def inflammation(person: Person, event: str, repeat: int, day: dt.date) -> Answers:
    at, course = (day - person.infusion).days, person.course
    lines = {
        "CRP": f"{course.reactive_protein(at):.1f}",
        "FERRITIN": f"{course.ferritin(at):.1f}",
        "IL6": f"{course.interleukin_6(at):.2f}",
    }
    results = {f"LB[{code}].LBORRES": text for code, text in lines.items()}
    return sample(person, event, repeat, day) | results


def sample_urine(person: Person, event: str, repeat: int, day: dt.date) -> Answers:
    return sample(person, event, repeat, day) | {
        "LB[HCGS].LBORRES": "NEG",
        "LB[HCGU].LBORRES": "NEG",
    }


def reproductive(person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    # PSS-15 asks cohort 3 for a test in the week before lymphodepletion, which screening cannot
    # have; its women are therefore infertile here.
    fertile = "WOCBP" if person.sex == "F" else "MFERT"
    if person.sex == "F" and person.cohort == "PSSPAH":
        fertile = "HYST"
    return {
        "rp_fert": fertile, "rp_test_done": "Y" if fertile == "WOCBP" else "N",
        "rp_test_spec": "BLOOD", "rp_test_res": "NEG",
        "rp_test_dt": f"{day.isoformat()}T07:00", "rp_contra_agree": "Y", "rp_breast": "N",
    }  # fmt: skip


def eligibility(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    decided = person.case.fate != "failure"
    return {
        "elig_aph_plan": person.collection.isoformat(),
        "elig_ld_plan": (person.infusion + dt.timedelta(days=-5)).isoformat(),
        "elig_inf_plan": person.infusion.isoformat(),
        "elig_is_last": (person.consent - dt.timedelta(days=20)).isoformat(),
        "elig_cm_complete": "Y", "elig_refract": "Y", "elig_refract_txt": REFRACTORY,
        "elig_cd19": "Y", "elig_collect": "N" if decided else "Y", "elig_collect_txt": "VEIN",
        "elig_allergy": "N", "elig_surv90": "Y", "elig_gc10": "Y", "elig_isstop": "Y",
        "elig_bg24": "Y", "elig_date": (day + dt.timedelta(days=1)).isoformat(),
        "elig_decision": "ENROL" if decided else "SF", "elig_sf_reason": "LN-10",
        "elig_sign": "{one}",
    }  # fmt: skip


def tracing(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "eg_done": "Y",
        "EGDAT": day.isoformat(),
        "EGTIM": "09:00",
        "EGHR": "74",
        "EGQT": "384",
        "EGQRS": "88",
        "EGINTP": "NORM",
    }


def biopsy(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "rb_done": "Y", "rb_date": (person.consent - dt.timedelta(days=60)).isoformat(),
        "rb_site": "HERE", "rb_review": "Y", "rb_glom": "22", "rb_glom_scl": "2",
        "rb_scheme": "ISNRPS2003", "rb_prolif": "IVG_AC", "rb_v": "N", "rb_other": "NONE",
        "rb_active": "Y", "rb_file": "PEND",
    }  # fmt: skip


def catheter(person: Person, event: str, _repeat: int, day: dt.date) -> Answers | None:
    if person.cohort != "PSSPAH":
        return {"rhc_done": "N"}
    return {
        "rhc_done": "Y", "rhc_date": (day - dt.timedelta(days=20)).isoformat(), "rhc_rest": "Y",
        "rhc_pawp_end": "Y", "rhc_rap": "9", "rhc_spap": "70", "rhc_dpap": "31", "rhc_mpap": "45",
        "rhc_pawp": "10",
        "rhc_co": "4.20", "rhc_ci": "2.40", "rhc_hr": "80", "rhc_svo2": "63", "rhc_sao2": "96",
    }  # fmt: skip


def antibodies(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "ab_dt": f"{day.isoformat()}T07:00", "ab_lab": "BJ01LAB", "ab_ana_res": "POS",
        "ab_ana_op": "EQ", "ab_ana_titre": "320", "ab_ana_pat": "SPECK", "ab_ana_ever": "Y",
        "ab_ds_meth": "ELISA", "ab_ds_val": "120", "ab_ds_op": "EQ", "ab_ds_res": "POS",
        "ab_ssa60": "POS" if person.cohort == "PSSPAH" else "NEG",
        "ab_cent": "POS" if person.cohort == "SSC" else "NEG",
    }  # fmt: skip


def sicca(person: Person, _event: str, _repeat: int, _day: dt.date) -> Answers:
    yes = ("sq_eye3m", "sq_sand", "sq_mouth3m", "sq_drink")
    return dict.fromkeys(yes, "Y")


def scleroderma(person: Person, *_: object) -> Answers:
    return {"ssc_applicable": "Y", "ssc_suff": "Y", "ssc_sclero": "Y", "ssc_rp": "Y"}


def lupus(person: Person, *_: object) -> Answers:
    return {"s19_bx34": "Y", "s19_prot": "Y", "s19_ds": "Y", "s19_c3low": "Y"}


def walk(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "smw_done": "Y",
        "smw_date": day.isoformat(),
        "smw_dist": person.near(370, 20),
        "smw_o2": "0.0",
        "smw_spo2_pre": "97",
        "smw_spo2_min": "91",
    }


def function(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {"wfc_done": "Y", "wfc_date": day.isoformat(), "wfc_class": "3"}


def schirmer(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "sj_done": "Y",
        "sj_date": day.isoformat(),
        "sj_schirmer_r": "3",
        "sj_schirmer_l": "4",
        "sj_oss_r": "6",
        "sj_oss_l": "5",
        "sj_uws_ml": "0.8",
        "sj_uws_min": "15",
        "sj_lsg_done": "Y",
        "sj_lsg_date": day.isoformat(),
        "sj_fls": "Y",
        "sj_focus": "1.4",
    }


def physical(_person: Person, event: str, _repeat: int, _day: dt.date) -> Answers:
    return {"pe_vein": "Y"} if event == "SCR" else {}


def disease(person: Person, *_: object) -> Answers:
    return {"dh_pah_other": "Y"} if person.cohort == "PSSPAH" else {}


def cohort(person: Person, *_: object) -> Answers:
    return {"cohort": person.cohort, "coh_overlap": "N"}


def lungs(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {
        "pft_done": "Y", "pft_date": day.isoformat(), "pft_fvc": "2.60", "pft_fev1": "2.10",
        "pft_fvc_pp": "82", "pft_dlco_pp": "58",
    }  # fmt: skip


def performance(person: Person, _event: str, _repeat: int, day: dt.date) -> Answers:
    return {"ps_date": day.isoformat(), "ps_ecog": "1", "ps_kps": "80"}


def ended(_person: Person, event: str, _repeat: int, day: dt.date) -> Answers:
    """The end of the main study, or of the follow-up, or before its time."""
    if event == "ET":
        return {
            "EOSPART": "MAIN", "EOSDAT": day.isoformat(), "EOSREAS": "WDSUBJ",
            "EOSLAST": day.isoformat(), "EOSWDSC": "VISITS_ONLY", "EOSLTFU": "N",
            "EOSINV": "{one}",
        }  # fmt: skip
    return {"EOSPART": "MAIN" if event == "M24" else "LTFU", "EOSREAS": "COMPLETED", "EOSLTFU": "Y"}
