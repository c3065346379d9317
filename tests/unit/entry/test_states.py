"""Risk, remission and renal response of the shipped forms, on records of the right visits."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from ecrf.entry.context import Filed
from tests.unit.entry.shipped import (
    RUNS,
    SAMPLE,
    filed,
    result,
    seeds,
    typed,
)


def band(value: float, *limits: float) -> int:
    return 1 + sum(value >= limit for limit in limits)


@seeds()
def test_risk_of_pulmonary_hypertension(chance: random.Random) -> None:
    for _ in range(RUNS):
        fc = chance.choice([1, 2, 3, 4, None])
        metres = chance.choice([164, 165, 250, 319, 320, 400, 439, 440, 441, 500, None])
        marker = chance.choice([None, 299, 300, 500, 649, 650, 1099, 1100, 1101, 2000])
        older = chance.choice([None, 49, 50, 199, 200, 799, 800, 801])
        pressure, rate = chance.choice([109, 110]), chance.choice([96, 97])
        creatinine = chance.choice(["88.4", "150"])  # of a man of 55: 88 and 47 mL/min/1.73 m2
        results = {"NTPROBNP": marker, "BNP": older, "CREAT": creatinine}
        others: dict[str, dict[str, Any]] = {
            "LBC": SAMPLE
            | {"LBDAT": "2025-06-10"}
            | {f"LB[{k}].LBORRES": v for k, v in results.items() if v is not None},
            "VS": {"SYSBP": pressure, "PULSE": rate},
            "PE": {"pe_done": "Y"},
        }
        if fc:
            others["WFC"] = {"wfc_class": fc}
        if metres is not None:
            others["SMW"] = {"smw_done": "Y", "smw_dist": metres}
        item = result("PAHR", {"pahr_date": "2025-06-10"}, others)
        walk = (
            None
            if metres is None
            else 1
            if metres > 440
            else 5 - band(metres, 165, 320)
            if metres < 440
            else 2
        )
        nt = None if marker is None else band(marker, 300, 650, 1100.5)
        bnp = None if older is None else band(older, 50, 200, 800.5)
        blood = nt or bnp
        four = [n for n in ({1: 1, 2: 1, 3: 3, 4: 4}.get(fc), walk, blood) if n]
        named = ["low", "intermediate-low", "intermediate-high", "high"]
        mean = Decimal(sum(four)) / len(four) if len(four) > 1 else None
        nearest = mean and int(mean.quantize(Decimal(1), ROUND_HALF_UP))
        assert item("pahr4") == (named[nearest - 1] if nearest else None)
        assert item("pahr4_parts") == str(len(four))
        three = [
            {1: 1, 2: 1, 3: 2, 4: 3}.get(fc),
            None if metres is None else 1 if metres > 440 else 2 if metres >= 165 else 3,
            band(marker, 300, 1100.5) if marker is not None
            else None if older is None else band(older, 50, 800.5),
        ]  # fmt: skip
        mean = None if None in three else Decimal(sum(filter(None, three))) / 3
        nearest = mean and int(mean.quantize(Decimal(1), ROUND_HALF_UP))
        assert item("pahr3") == (["low", "intermediate", "high"][nearest - 1] if nearest else None)
        lite = None
        if fc and metres is not None and blood:
            lite = 6 + (creatinine == "150") + fc - 2 + (pressure < 110) + (rate > 96)
            lite += -2 if metres >= 440 else -1 if metres >= 320 else 0 if metres >= 165 else 1
            lite += (
                -2 if marker < 300 else 0 if marker < 1100 else 2
            ) if marker is not None else (-2, 0, 1, 2)[band(older, 50, 200, 800) - 1]  # fmt: skip
        assert item("pahrv") == (None if lite is None else str(lite))


def test_values_of_another_visit_are_not_the_risk_of_this_one() -> None:
    walked = [filed("SMW", "SCR", {"smw_done": "Y", "smw_dist": "450"}, False, earlier=True)]
    graded = {"WFC": {"wfc_class": "2"}}
    item = result("PAHR", {"pahr_date": "2025-11-18"}, graded, "M3", {"SMW": walked})

    assert (item("pahr4"), item("pahr4_parts"), item("pahr3")) == (None, "1", None)


SLEDAI = {
    8: "seizure psych obs visual cn headache cva vasc",
    4: "arth myos casts hemat prot pyuria",
    2: "rash alop ulcer pleur peric compl dna",
    1: "fever plt leuk",
}


LUPUS = [f"sl_{name}" for names in SLEDAI.values() for name in names.split()]
CALM = {"pga_phys": "0.4", "sl_hemol_an": "N", "sl_gi": "N", "is_std_dose": "Y"}


@seeds()
def test_low_disease_activity(chance: random.Random) -> None:
    """Major organs, or what was absent at the previous assessment, rule it out."""
    minor = [
        "sl_rash",
        "sl_alop",
        "sl_ulcer",
        "sl_compl",
        "sl_dna",
        "sl_plt",
        "sl_leuk",
        "sl_arth",
        "sl_myos",
    ]
    for _ in range(RUNS):
        before, now = ({n for n in minor if chance.random() < 0.3} for _ in "ab")
        if chance.random() < 0.2:
            now.add(chance.choice(["sl_fever", "sl_pleur"]))
        absent = dict.fromkeys(LUPUS, "N")
        sheets = [
            filed("SLEDAI", event, {"sl_date": day, **absent, **dict.fromkeys(found, "Y")},
                  here=event == "M3", earlier=event != "M3")
            for event, day, found in [("SCR", "2025-06-10", before), ("M3", "2025-11-17", now)]
        ]  # fmt: skip
        item = result("PGA", {"pga_date": "2025-11-18", **CALM}, {}, "M3", {"SLEDAI": sheets})
        points = {f"sl_{name}": n for n, names in SLEDAI.items() for name in names.split()}
        total = sum(points[name] for name in now)
        low = total <= 4 and now <= before and not now & {"sl_fever", "sl_pleur"}
        assert item("pga_lldas") == ("Y" if low else "N")
        quiet = not now - {"sl_compl", "sl_dna"}
        assert item("pga_doris") == ("Y" if quiet else "N")


def test_remission_is_judged_on_the_sledai_of_the_same_visit() -> None:
    quiet = filed("SLEDAI", "SCR", dict.fromkeys(LUPUS, "N"), here=False, earlier=True)
    item = result("PGA", {"pga_date": "2025-11-18", **CALM}, {}, "M3", {"SLEDAI": [quiet]})

    assert (item("pga_doris"), item("pga_lldas")) == (None, None)


@pytest.mark.parametrize(
    ("ratio", "creatinine", "response"),
    [("490", "88.4", "CR"), ("1500", "88.4", "PR"), ("3000", "88.4", "NR"), ("400", "200", "NR")],
)
def test_the_renal_response_compares_with_the_last_value_before_lymphodepletion(
    ratio: str, creatinine: str, response: str
) -> None:
    """Protein in mg/L beside creatinine of 1/0.11312 mmol/L is the ratio in mg/g."""

    def visit(event: str, day: str, protein: str, serum: str) -> dict[str, Filed]:
        texts = SAMPLE | {
            "LBDAT": day,
            "LB[USPROT].LBORRES": protein,
            "LB[USCREAT].LBORRES": "8.8402",
        }
        blood = SAMPLE | {"LBDAT": day, "LB[CREAT].LBORRES": serum}
        here = event == "M6"
        return {
            oid: filed(oid, event, given, here=here, earlier=not here)
            for oid, given in (("LBU", texts), ("LBC", blood))
        }

    visits = [
        visit("SCR", "2025-06-10", "4000", "88.4"),
        visit("PLD", "2025-08-16", "100", "88.4"),  # after the first day of lymphodepletion
        visit("M6", "2026-02-16", ratio, creatinine),
    ]
    more = {oid: [one[oid] for one in visits] for oid in ("LBU", "LBC")}
    more["LD"] = [Filed("LD1", 1, typed("LD", {"LDDAT": "2025-08-15"}), earlier=True)]
    item = result("PGA", {"pga_date": "2026-02-17", "pga_rescue": "N"}, {}, "M6", more)

    assert (item("pga_upcr_base"), item("pga_response")) == ("4.000", response)


@seeds()
def test_biopsy_indices_and_salivary_flow(chance: random.Random) -> None:
    activity = {"endo": 1, "neut": 1, "necr": 2, "hyal": 1, "cresc": 2, "int": 1}
    for _ in range(RUNS):
        scored = {f"rb_ai_{part}": chance.choice("0123") for part in activity}
        scored |= {f"rb_ci_{part}": chance.choice("0123") for part in ("scl", "fib", "tub", "int")}
        lost = chance.choice([None, None, *scored])
        given = scored | ({lost: "ND"} if lost else {})
        item = result("RB", given | {"rb_done": "Y", "rb_scheme": "ISNRPS2018"})
        for index, weights in (("rb_ai", activity), ("rb_ci", dict.fromkeys(scored, 1))):
            parts = [(int(n), name) for name, n in scored.items() if name.startswith(index)]
            total = sum(n * weights.get(name.removeprefix("rb_ai_"), 1) for n, name in parts)
            known = lost is None or not lost.startswith(index)
            assert item(index) == (str(total) if known else None)
        tenths = chance.randint(0, 60)
        spat = result("SJT", {"sj_uws_ml": f"{Decimal(tenths) / 10:.2f}", "sj_uws_min": "15.0"})
        flow = (Decimal(tenths) / 150).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert spat("sj_uws") == str(flow)


def test_an_assessment_that_was_not_done_has_no_result() -> None:
    item = result("SLEDAI", {**dict.fromkeys(LUPUS, "N"), "sl_nd_reason": "MISSED"})

    assert (item("sl_total"), item("sl_missing")) == (None, None)
