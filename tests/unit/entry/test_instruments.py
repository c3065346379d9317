"""The disease instruments as shipped, filled in at random, against the published scoring.

The scores here are written from the papers, table by table, and share nothing with the program.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest

from ecrf.entry.context import Filed
from tests.unit.entry.shipped import (
    RUNS,
    SAMPLE,
    answers,
    bounds,
    decided,
    kleene,
    result,
    seeds,
    settled,
    study,
    typed,
    yes_or_no,
)

SLEDAI = {
    8: "seizure psych obs visual cn headache cva vasc",
    4: "arth myos casts hemat prot pyuria",
    2: "rash alop ulcer pleur peric compl dna",
    1: "fever plt leuk",
}


@seeds()
@pytest.mark.req("R-069")
def test_sledai_2k(chance: random.Random) -> None:
    points = {f"sl_{name}": n for n, names in SLEDAI.items() for name in names.split()}
    assert (len(points), sum(points.values())) == (24, 105)
    for _ in range(RUNS):
        given = answers(chance, list(points), 0.03)
        item = result("SLEDAI", given)
        yes = sum(points[name] for name, code in given.items() if code == "Y")
        serology = sum(2 for name in ("sl_compl", "sl_dna") if given[name] == "Y")
        unknown = [name for name, code in given.items() if code == "ND"]
        assert item("sl_total") == (None if unknown else str(yes))
        clinical = not set(unknown) - {"sl_compl", "sl_dna"}
        assert item("sl_clinical") == (str(yes - serology) if clinical else None)
        assert item("sl_missing") == str(len(unknown))
        assert item("sl_least") == (str(yes) if unknown else None)


def sle_points(found: set[str]) -> int:
    def most(**weights: int) -> int:
        return max((n for name, n in weights.items() if f"s19_{name}" in found), default=0)

    low = {"s19_c3low", "s19_c4low"} & found
    return (
        most(fever=2)
        + most(leuk=3, thromb=4, hemol=4)
        + most(delir=2, psych=3, seiz=5)
        + most(alop=2, ulcer=2, scle=4, acle=6)
        + most(effus=5, peric=6)
        + most(joint=6)
        + most(prot=4, bx25=8, bx34=10)
        + most(apl=2)
        + (0, 3, 4)[len(low)]
        + most(ds=6, sm=6)
    )


IMMUNE = {"s19_apl", "s19_c3low", "s19_c4low", "s19_ds", "s19_sm"}


@seeds()
def test_sle_2019(chance: random.Random) -> None:
    names = [name for name in study().form("SLE19", 1).items if name in ITEMS_2019]
    assert len(names) == 22
    for _ in range(RUNS):
        given = answers(chance, names)
        ever = chance.choice(["Y", "N", "U"])
        more = {"AAB": [Filed("SCR", 1, typed("AAB", {"ab_ana_ever": ever}), here=True)]}
        item = result("SLE19", given, more=more)
        enough = bounds(given, lambda found: bool(found - IMMUNE) and sle_points(found) >= 10)
        entry = {"Y": True, "N": False, "U": None}[ever]
        assert item("s19_score") == decided(bounds(given, sle_points))
        assert item("s19_class") == yes_or_no(kleene(entry, settled(enough)))


ITEMS_2019 = {
    f"s19_{name}"
    for name in [
        "fever",
        "leuk",
        "thromb",
        "hemol",
        "delir",
        "psych",
        "seiz",
        "alop",
        "ulcer",
        "scle",
        "acle",
        "effus",
        "peric",
        "joint",
        "prot",
        "bx25",
        "bx34",
        "apl",
        "c3low",
        "c4low",
        "ds",
        "sm",
    ]
}


def test_an_ana_once_positive_stays_positive() -> None:
    given = dict.fromkeys(ITEMS_2019, "N") | {"s19_bx34": "Y"}
    later = [
        Filed("SCR", 1, typed("AAB", {"ab_ana_ever": "Y"}), here=True),
        Filed("UNS", 1, typed("AAB", {"ab_ssa60": "NEG"})),
    ]
    assert result("SLE19", given, more={"AAB": later})("s19_class") == "Y"


def ssc_points(found: set[str]) -> int:
    has = {name.removeprefix("ssc_") for name in found}
    return (
        (4 if "sclero" in has else 2 if "puffy" in has else 0)
        + (3 if "pits" in has else 2 if "ulcer" in has else 0)
        + 2 * ("telang" in has)
        + 2 * ("nail" in has)
        + 2 * bool(has & {"pah", "ild"})
        + 3 * ("rp" in has)
        + 3 * bool(has & {"aca", "scl70", "rnap3"})
    )


@seeds()
def test_ssc_2013(chance: random.Random) -> None:
    names = [
        "puffy",
        "sclero",
        "ulcer",
        "pits",
        "telang",
        "nail",
        "pah",
        "ild",
        "rp",
        "aca",
        "scl70",
        "rnap3",
    ]
    for _ in range(RUNS):
        given = answers(chance, [f"ssc_{name}" for name in names])
        two = answers(chance, ["ssc_applicable", "ssc_suff"])
        item = result("SSC13", {**given, **two})
        truth = {"Y": True, "N": False, "ND": None}
        applicable, sufficient = truth[two["ssc_applicable"]], truth[two["ssc_suff"]]
        total = decided(bounds(given, ssc_points))
        nine = settled(bounds(given, lambda found: ssc_points(found) >= 9))
        either = (
            True if True in (sufficient, nine) else None if None in (sufficient, nine) else False
        )
        assert item("ssc_sum") == total
        assert item("ssc_total") == ("9" if sufficient else None if sufficient is None else total)
        assert item("ssc_class") == yes_or_no(kleene(applicable, either))


@seeds()
def test_rodnan(chance: random.Random) -> None:
    pairs = [
        f"mrss_{s}_{side}"
        for s in ["uarm", "farm", "hand", "fing", "thigh", "leg", "foot"]
        for side in "rl"
    ]
    sites = ["mrss_face", "mrss_chest", "mrss_abd", *pairs]
    for _ in range(RUNS):
        given = {name: chance.choice([0, 1, 2, 3]) for name in sites}
        lost = set(chance.sample(sites, chance.choice([0, 0, 1, 2])))
        item = result("MRSS", given | dict.fromkeys(lost, "ND"))
        known = sum(grade for name, grade in given.items() if name not in lost)
        assert item("mrss_total") == (None if lost else str(known))
        assert item("mrss_missing") == str(len(lost))
        assert item("mrss_least") == (str(known) if lost else None)


ESSDAI = {
    "const": (3, 4, "012"), "lymph": (4, 4, "0123"), "gland": (2, 2, "012"),
    "artic": (2, 3, "0123"), "cutan": (3, 3, "0123"), "pulm": (5, 6, "0123"),
    "renal": (5, 6, "0123"), "musc": (6, 7, "0123"), "pns": (5, 5, "0123"),
    "cns": (5, 5, "023"), "haem": (2, 2, "0123"), "bio": (1, 0, "012"),
}  # fmt: skip


@seeds()
def test_essdai(chance: random.Random) -> None:
    infused = [Filed("D0", 1, typed("INF", {"INFDAT": "2025-08-20"}), earlier=True)]
    for _ in range(RUNS):
        given = {f"ess_{name}": chance.choice(levels) for name, (_, _, levels) in ESSDAI.items()}
        lost = chance.choice([None, None, None, *given])
        given |= {lost: "ND"} if lost else {}
        igg = chance.choice(["3.2", "4.9", "5.0", "9.0"])
        why = chance.choice(["Y", "N", "ND"])
        sample = SAMPLE | {
            "LBDAT": chance.choice(["2025-06-10", "2025-11-18"]),
            "LB[IGG].LBORRES": igg,
        }
        item = result(
            "ESSDAI", given | {"ess_bio_cart": why}, {"LBB": sample}, "M3", {"INF": infused}
        )
        asked = Decimal(igg) < 5 and sample["LBDAT"] > "2025-08-20"
        counts = dict(given)
        if asked and why == "Y":
            counts["ess_bio"] = "0"
        if asked and why == "ND" and counts["ess_bio"] != "0":
            counts["ess_bio"] = "ND"
        total, clinical = (
            None if "ND" in [counts[f"ess_{n}"] for n in ESSDAI if ESSDAI[n][at]]
            else sum(ESSDAI[n][at] * int(counts[f"ess_{n}"]) for n in ESSDAI if ESSDAI[n][at])
            for at in (0, 1)
        )  # fmt: skip
        assert item("essdai_total") == (None if total is None else str(total))
        level = (
            None if total is None else "low" if total < 5 else "moderate" if total < 14 else "high"
        )
        assert item("essdai_level") == level
        assert item("clinessdai_total") == (None if clinical is None else str(clinical))


@seeds()
def test_esspri(chance: random.Random) -> None:
    for _ in range(RUNS):
        given = [chance.choice([*range(11), "ND"]) for _ in range(3)]
        item = result("ESSPRI", dict(zip(["esp_dry", "esp_fat", "esp_pain"], given, strict=True)))
        known = [n for n in given if n != "ND"]
        mean = Decimal(sum(known)) / 3 if len(known) == 3 else None
        shown = item("esspri_total")
        if mean is None:
            assert shown is None
        else:
            assert shown == str(mean.quantize(Decimal("0.01"), ROUND_HALF_UP))


def some(given: dict[str, str], names: Sequence[str]) -> bool | None:
    codes = [given[name] for name in names]
    return True if "Y" in codes else None if "U" in codes else False


def free(given: dict[str, str], names: str) -> list[bool | None]:
    return [{"Y": False, "N": True, "U": None}[given[f"sx_{name}"]] for name in names.split()]


@seeds()
def test_sjoegren_2016_and_2002(chance: random.Random) -> None:
    asked = ["sq_eye3m", "sq_sand", "sq_tears", "sq_mouth3m", "sq_drink", "sq_gland"]
    barred = "sx_rad sx_hcv sx_hcv_any sx_aids sx_sarc sx_amyl sx_gvhd sx_igg4 sx_lymph sx_achol"
    for _ in range(RUNS):
        given = {name: chance.choice("NNYU" if chance.random() < 0.2 else "NY") for name in asked}
        given |= {name: chance.choices("NYU", [30, 1, 1])[0] for name in barred.split()}
        tests = {
            "sj_schirmer_r": chance.randint(3, 8), "sj_schirmer_l": chance.randint(3, 8),
            "sj_oss_r": chance.randint(2, 6), "sj_oss_l": chance.randint(2, 6),
            "sj_uws_ml": chance.choice(["0.50", "1.50", "1.60", "3.00"]), "sj_uws_min": "15",
            "sj_lsg_done": "Y", "sj_fls": chance.choice("YN"),
            "sj_focus": chance.choice(["0.99", "1.00", "2.40"]),
        }  # fmt: skip
        ssa, ssb, overlap = chance.choice(["POS", "NEG"]), chance.choice(["POS", "NEG"]), "NNY"
        other = {
            "SJT": tests,
            "COH": {"coh_overlap": (overlaps := chance.choice(overlap))},
            "AAB": {"ab_ssa60": ssa, "ab_ssb": ssb, "ab_dt": "2025-06-10 0700"},
            "ESSDAI": {f"ess_{name}": "0" for name in ESSDAI},
        }
        item = result("SS16", given, other)
        dry = min(tests["sj_schirmer_r"], tests["sj_schirmer_l"]) <= 5
        stain = max(tests["sj_oss_r"], tests["sj_oss_l"]) >= 5
        flow = Decimal(tests["sj_uws_ml"]) / 15 <= Decimal("0.1")
        gland = tests["sj_fls"] == "Y" and Decimal(tests["sj_focus"]) >= 1
        score = 3 * gland + 3 * (ssa == "POS") + stain + dry + flow
        new = kleene(
            some(given, asked[:5]), *free(given, "rad hcv aids sarc amyl gvhd igg4"), score >= 4
        )
        assert (item("ss16_score"), item("ss16_class")) == (str(score), yes_or_no(new))
        signs = [dry, gland, flow, ssa == "POS" or ssb == "POS"]
        six = [some(given, asked[:3]), some(given, asked[3:]), *signs]
        assert [item(f"ae_{n}") for n in range(1, 7)] == [yes_or_no(found) for found in six]
        least, most = six.count(True), 6 - six.count(False)
        by_four = least >= 4 if least == most or least >= 4 else None if most >= 4 else False
        rule_a = kleene(by_four, gland or signs[3])
        old = True if sum(signs) >= 3 else rule_a
        kept = kleene(*free(given, "rad hcv_any aids lymph sarc gvhd achol"), overlaps == "N", old)
        assert item("ae_primary") == yes_or_no(kept)


def test_dry_symptoms_are_not_needed_when_essdai_is_positive() -> None:
    names = (
        "sq_eye3m sq_sand sq_tears sq_mouth3m sq_drink sq_gland sx_rad sx_hcv sx_hcv_any sx_aids"
    )
    given = dict.fromkeys(
        (names + " sx_sarc sx_amyl sx_gvhd sx_igg4 sx_lymph sx_achol").split(), "N"
    )
    others = {
        "SJT": {"sj_schirmer_r": "3", "sj_schirmer_l": "9"},
        "AAB": {"ab_ssa60": "POS", "ab_dt": "2025-06-10 0700"},
    }
    none = {f"ess_{name}": "0" for name in ESSDAI}

    assert result("SS16", given, others)("ss16_class") is None
    assert result("SS16", given, {**others, "ESSDAI": none})("ss16_class") == "N"
    joints = none | {"ess_artic": "2"}
    assert result("SS16", given, {**others, "ESSDAI": joints})("ss16_class") == "Y"
