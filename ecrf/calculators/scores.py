"""Classifications, disease activity and risk (part A 3)."""

from __future__ import annotations

from decimal import Decimal

from ecrf.calculators.calculator import Calculator, Input
from ecrf.calculators.inputs import (
    FC,
    FOCUS,
    MARKERS,
    SALIVA,
    SICCA_TESTS,
    STAINING,
    ZERO,
    codes,
    numbers,
    yes_no,
)
from ecrf.clinical import (
    aecg_2002,
    pah_risk,
    reveal_lite_2,
    sle_2019,
    sledai_2k,
    ss_2016,
    ssc_2013,
    sums,
)

SCORES = (
    Calculator(
        "sledai_2k",
        yes_no(sledai_2k.WEIGHTS),
        ("sledai", "csledai"),
        "Gladman 2002; part A 3.1",
        sledai_2k.sledai_2k,
    ),
    Calculator(
        "sle_2019",
        yes_no(("ab_ana_ever", *sle_2019.ITEMS)),
        ("score", "classified"),
        "Aringer 2019; part A 3.3",
        sle_2019.sle_2019,
    ),
    Calculator(
        "ssc_2013",
        yes_no(("ssc_applicable", "ssc_suff", *ssc_2013.ITEMS)),
        ("score", "sum", "classified"),
        "van den Hoogen 2013; part A 3.6",
        ssc_2013.ssc_2013,
    ),
    Calculator(
        "ss_2016",
        yes_no((*ss_2016.SYMPTOMS, *ss_2016.EXCLUSIONS))
        + yes_no(("sj_fls",))
        + codes("ab_ssa60", needed=True)
        + SICCA_TESTS
        + STAINING
        + SALIVA
        + FOCUS
        + yes_no(("essdai_positive",), needed=False),
        ("score", "classified", *ss_2016.WEIGHTS),
        "Shiboski 2017; part A 3.8",
        ss_2016.ss_2016,
    ),
    Calculator(
        "aecg_2002",
        yes_no(
            (
                *aecg_2002.EYE,
                *aecg_2002.MOUTH,
                *aecg_2002.EXCLUSIONS,
                "coh_overlap",
                "sj_fls",
            )
        )
        + codes("ab_ssa60", "ab_ssb", "sj_sialo", "sj_scinti")
        + SICCA_TESTS
        + SALIVA
        + FOCUS,
        ("items", "objective", "primary", "secondary", *aecg_2002.ITEMS),
        "Vitali 2002; part A 3.9",
        aecg_2002.aecg_2002,
    ),
    Calculator(
        "mrss",
        tuple(Input(name, "integer", "{score}") for name in sums.RODNAN),
        ("score",),
        "Clements 1995; part A 3.7",
        sums.mrss,
    ),
    Calculator(
        "essdai",
        tuple(Input(name, "integer", "{score}") for name in sums.ESSDAI)
        + yes_no(("ess_bio_cart",), needed=False),
        ("score", "level"),
        "Seror 2010, 2015; part A 3.14",
        sums.essdai,
    ),
    Calculator(
        "clinessdai",
        tuple(Input(name, "integer", "{score}") for name in sums.CLINICAL),
        ("score",),
        "Seror 2016; part A 3.14",
        sums.clinessdai,
    ),
    Calculator(
        "esspri",
        tuple(
            Input(name, "integer", "{score}", least=ZERO, most=Decimal(10))
            for name in ("esp_dry", "esp_fat", "esp_pain")
        ),
        ("score",),
        "Seror 2011; part A 3.15",
        sums.esspri,
    ),
    Calculator(
        "pah_4strata",
        (FC, *numbers("smw_dist", unit="m"), *MARKERS),
        ("score", "stratum"),
        "ESC/ERS 2022; part A 3.10",
        pah_risk.pah_4strata,
    ),
    Calculator(
        "pah_3strata",
        (
            FC,
            *numbers("smw_dist", unit="m"),
            *MARKERS,
            Input("rhc_rap", unit="mm[Hg]", needed=False),
            *numbers("rhc_ci", unit="L/min/m2", needed=False),
            *numbers("rhc_svi", unit="mL/m2", needed=False),
            *numbers("rhc_svo2", unit="%", needed=False),
            *yes_no(("pe_right_hf",), needed=False),
            *codes("wfc_progress", of=("NONE", "SLOW", "RAPID")),
            *codes("wfc_syncope", of=("NONE", "OCC", "REP")),
            *codes("echo_pe", of=("NONE", "MIN", "MOD", "LARGE")),
            *numbers("echo_ra_area", unit="cm2", needed=False),
            *numbers("echo_tapse_spap", unit="mm/mm[Hg]", needed=False),
        ),
        ("score", "stratum"),
        "ESC/ERS 2022; part A 3.10",
        pah_risk.pah_3strata,
    ),
    Calculator(
        "reveal_lite_2",
        numbers("egfr", unit="mL/min/{1.73_m2}")
        + (FC,)
        + numbers("vs_sbp", unit="mm[Hg]")
        + numbers("hr", unit="/min")
        + numbers("smw_dist", unit="m")
        + MARKERS,
        ("score", "risk"),
        "Benza 2021; part A 3.11",
        reveal_lite_2.reveal_lite_2,
    ),
)
