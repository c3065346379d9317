"""The worked examples of the specification, and what holds for every score."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ecrf.calculators.calculator import BadInput
from ecrf.calculators.catalogue import CALCULATORS
from ecrf.clinical import conversion, escalation, sle_2019, sledai_2k, ssc_2013, sums

YAML_12 = YAML(typ="safe", pure=True)
EXAMPLES = YAML_12.load((Path(__file__).parent / "examples.yaml").read_text(encoding="utf-8"))


def as_printed(expected: object, found: object) -> object:
    """A decimal rounded to as many places as the specification prints."""
    if isinstance(expected, str) and isinstance(found, str) and "." in expected:
        unit = Decimal(1).scaleb(-len(expected.partition(".")[2]))
        return str(Decimal(found).quantize(unit, ROUND_HALF_UP))
    return found


@pytest.mark.parametrize(("name", "inputs", "outputs"), EXAMPLES)
def test_a_worked_example(name, inputs, outputs):
    found = CALCULATORS[name]({key: str(v) if not isinstance(v, list) else v
                               for key, v in inputs.items()})  # fmt: skip

    assert {key: as_printed(value, found[key]) for key, value in outputs.items()} == outputs


DOMAINS = dict.fromkeys(sums.ESSDAI, "0")


@pytest.mark.parametrize(
    ("levels", "score", "level", "clinical"),
    [
        ({"ess_const": 1, "ess_artic": 2, "ess_bio": 2}, 9, "moderate", 10),
        ({"ess_pulm": 2, "ess_haem": 1, "ess_bio": 1}, 13, "moderate", 14),
        ({"ess_pulm": 2, "ess_haem": 1, "ess_bio": 1, "ess_gland": 1}, 15, "high", 16),
        ({"ess_lymph": 1}, 4, "low", 4),
        ({"ess_pns": 1}, 5, "moderate", 5),
        ({name: max(sums.LEVELS[name]) for name in sums.ESSDAI}, 123, "high", 135),
        ({"ess_bio": 2, "ess_bio_cart": "Y"}, 0, "low", 0),
        ({"ess_bio": 2, "ess_bio_cart": "N"}, 2, "low", 0),
    ],
)
def test_essdai_and_clinessdai(levels, score, level, clinical):
    given_ = DOMAINS | {name: str(value) for name, value in levels.items()}
    found = CALCULATORS["essdai"](given_)
    clin = {name: value for name, value in given_.items() if name in sums.CLINICAL}

    assert (found["score"], found["level"]) == (score, level)
    assert CALCULATORS["clinessdai"](clin)["score"] == clinical


@pytest.mark.parametrize(
    ("present", "ana", "score", "classified"),
    [
        ("bx34 c3low c4low ds", "Y", 20, True),
        ("prot c3low", "Y", 7, False),
        ("ds c3low c4low", "Y", 10, False),
        ("fever leuk thromb", "Y", 6, False),
        ("joint ulcer alop apl", "Y", 10, True),
        ("joint ulcer alop", "Y", 8, False),
        ("bx34 bx25", "Y", 10, True),
        ("bx34 ds", "N", 16, False),
    ],
)
def test_sle_2019(present, ana, score, classified):
    items = dict.fromkeys(sle_2019.ITEMS, "N")
    items |= {f"s19_{name}": "Y" for name in present.split()}
    found = CALCULATORS["sle_2019"]({"ab_ana_ever": ana, **items})

    assert (found["score"], found["classified"]) == (score, classified)


@pytest.mark.parametrize(
    ("present", "score", "classified"),
    [
        ("puffy sclero rp aca", 10, True),
        ("puffy rp nail telang", 9, True),
        ("puffy rp scl70", 8, False),
        ("ulcer pits pah ild rp", 8, False),
        ("suff", 9, True),
        ("scl70 aca rp", 6, False),
    ],
)
def test_ssc_2013(present, score, classified):
    items = dict.fromkeys((*ssc_2013.ITEMS, "ssc_suff"), "N")
    items |= {f"ssc_{name}": "Y" for name in present.split()}
    found = CALCULATORS["ssc_2013"]({"ssc_applicable": "Y", **items})

    assert (found["score"], found["classified"]) == (score, classified)
    applied = CALCULATORS["ssc_2013"]({"ssc_applicable": "N", **items})
    assert applied["classified"] is False


SICCA = {
    name: "N"
    for name in (
        "sq_eye3m sq_sand sq_tears sq_mouth3m sq_drink sx_rad sx_hcv sx_aids sx_sarc sx_amyl "
        "sx_gvhd sx_igg4".split()
    )
}
NEGATIVE = {
    "sj_fls": "N", "ab_ssa60": "NEG", "sj_oss_r": "0", "sj_oss_l": "0",
    "sj_schirmer_r": "20", "sj_schirmer_l": "20", "sj_uws": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "score", "classified"),
    [
        ({"ab_ssa60": "POS", "sj_schirmer_r": "5"}, 4, True),
        ({"sj_fls": "Y", "sj_focus": "1.0", "sj_uws": "0.10"}, 4, True),
        ({"sj_fls": "Y", "sj_focus": "1.0", "sj_uws": "0.11"}, 3, False),
        (
            {"sj_fls": "Y", "sj_focus": "0.99", "sj_schirmer_l": "5", "sj_oss_r": "5"},
            2,
            False,
        ),
        ({"ab_ssa60": "POS"}, 3, False),
        ({"ab_ssa60": "POS", "sj_schirmer_r": "3", "sx_hcv": "Y"}, 4, False),
        ({"sj_oss_r": "4", "sj_vb_r": "4"}, 1, False),
        ({"sj_schirmer_r": "6", "sj_schirmer_l": "5"}, 1, False),
    ],
)
def test_ss_2016(change, score, classified):
    found = CALCULATORS["ss_2016"](SICCA | {"sq_eye3m": "Y"} | NEGATIVE | change)

    assert (found["score"], found["classified"]) == (score, classified)


OLD = {
    name: "N"
    for name in (
        "sq_eye3m sq_sand sq_tears sq_mouth3m sq_drink sq_gland sx_rad sx_hcv_any sx_aids "
        "sx_lymph sx_sarc sx_gvhd sx_achol coh_overlap".split()
    )
}
ABSENT = {
    "sj_schirmer_r": "20", "sj_schirmer_l": "20", "sj_vb_r": "0", "sj_vb_l": "0", "sj_fls": "N",
    "sj_uws": "1", "ab_ssa60": "NEG", "ab_ssb": "NEG",
}  # fmt: skip
EYE, MOUTH, SIGNS = {"sq_eye3m": "Y"}, {"sq_drink": "Y"}, {"sj_schirmer_r": "5"}
LIP, FLOW, SSA = {"sj_fls": "Y", "sj_focus": "1"}, {"sj_uws": "0.1"}, {"ab_ssa60": "POS"}


@pytest.mark.parametrize(
    ("change", "primary"),
    [
        (EYE | MOUTH | SIGNS | SSA, True),
        (EYE | MOUTH | SIGNS | FLOW, False),
        (SIGNS | LIP | FLOW, True),
        (EYE | MOUTH | SIGNS | SSA | {"sx_rad": "Y"}, False),
        (EYE | MOUTH | SIGNS | SSA | {"coh_overlap": "Y"}, False),
        (EYE | SIGNS | LIP, False),
    ],
)
def test_aecg_2002(change, primary):
    assert CALCULATORS["aecg_2002"](OLD | ABSENT | change)["primary"] is primary


def test_sledai():
    items = dict.fromkeys(sledai_2k.WEIGHTS, "N")
    renal = ["sl_hemat", "sl_prot", "sl_pyuria", "sl_casts", "sl_compl", "sl_dna"]
    found = CALCULATORS["sledai_2k"](items | dict.fromkeys(renal, "Y"))
    every = CALCULATORS["sledai_2k"](dict.fromkeys(items, "Y"))

    assert (found["sledai"], found["csledai"]) == (20, 16)
    assert every["sledai"] == 105


def test_skin_score_needs_every_site():
    sites = dict.fromkeys(sums.RODNAN, "3")

    assert CALCULATORS["mrss"](sites)["score"] == "51"
    assert CALCULATORS["mrss"](sites | {"mrss_face": "ND"}) == {
        "score": None,
        "missing": ["mrss_face"],
    }


BOIN = {
    "0.25": ([0, 0, 0, 1, 1, 1, 1, 1, 2, 2], [1, 2, 2, 2, 3, 3, 3, 3, 4, 4],
             [3, 3, 3, 4, 4, 4, 5, 5, 6, 6]),
    "0.30": ([0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [2, 2, 2, 3, 3, 3, 4, 4, 4, 5],
             [3, 3, 4, 4, 5, 5, 5, 6, 6, 7]),
}  # fmt: skip


@pytest.mark.parametrize("target", BOIN)
def test_boin_boundaries_are_those_of_the_table(target):
    for n, escalate, deescalate, eliminate in zip(range(3, 13), *BOIN[target], strict=True):
        decided = [escalation.boin(n, x, Decimal(target)) for x in range(n + 1)]
        assert max(x for x, said in enumerate(decided) if said == "ESC") == escalate
        assert decided.index("ELIMINATE") == eliminate
        first = min(x for x, said in enumerate(decided) if said in ("DEESC", "ELIMINATE"))
        assert first == deescalate


@given(
    known=st.dictionaries(
        st.sampled_from(sorted(sledai_2k.WEIGHTS)), st.sampled_from("YN"), max_size=24
    )
)
def test_a_total_is_given_only_when_nothing_unknown_can_change_it(known):
    found = CALCULATORS["sledai_2k"](known)

    if set(known) == set(sledai_2k.WEIGHTS):
        expected = sum(w for name, w in sledai_2k.WEIGHTS.items() if known[name] == "Y")
        assert found["sledai"] == expected
    else:
        assert found["sledai"] is None
        assert set(found["missing"]) == set(sledai_2k.WEIGHTS) - set(known)


@given(present=st.sets(st.sampled_from(sle_2019.ITEMS)), more=st.sampled_from(sle_2019.ITEMS))
def test_one_more_sign_never_lowers_a_score(present, more):
    assert sle_2019.points(frozenset(present | {more})) >= sle_2019.points(frozenset(present))


@pytest.mark.parametrize(
    ("name", "given_", "said"),
    [
        ("bmi", {"HIGHT": "165"}, "bmi has no input 'hight'"),
        ("bmi", {"HEIGHT": "tall"}, "HEIGHT: 'tall' is not a number"),
        ("ckd_epi_2021", {"SEX": "X"}, "SEX: 'X' is not one of M, F"),
        ("esspri", {"esp_dry": "11"}, "esp_dry: 11 is more than 10"),
        ("ice_score", {"ICENAME": "1.5"}, "ICENAME: '1.5' is not a whole number"),
        ("study_day", {"D0": "2025-02-30"}, "D0: "),
    ],
)
def test_nonsense_is_refused_with_the_input(name, given_, said):
    with pytest.raises(BadInput, match=said):
        CALCULATORS[name](given_)


@given(
    row=st.sampled_from([(test, row) for test, rows in conversion.ROWS.items() for row in rows]),
    value=st.decimals(0, 100_000, places=3),
)
def test_a_unit_and_back_is_the_same_value(row, value):
    test, (start, end, _, _) = row
    there = conversion.convert_unit(test, value, start, end)

    back = conversion.convert_unit(test, there, end, start)

    assert abs(back - value) <= Decimal("1e-25")


def test_there_is_no_factor_between_copies_and_units():
    with pytest.raises(BadInput, match="not converted"):
        CALCULATORS["convert_unit"](
            {"TESTCD": "CMVDNA", "VALUE": "10", "UNIT": "{copies}/mL", "TO": "[IU]/mL"}
        )


LUPUS = [*sledai_2k.WEIGHTS, "sl_hemol_an", "sl_gi"]


@pytest.mark.parametrize(
    ("now", "before", "pga", "prednisone", "met"),
    [
        ({"sl_compl", "sl_dna"}, {"sl_compl", "sl_dna"}, "0.3", "5", True),
        ({"sl_rash"}, {"sl_rash"}, "0.5", "5", True),
        (set(), set(), "0.2", "5.1", True),
        (set(), set(), "0.2", "7.6", False),
        ({"sl_prot"}, {"sl_prot"}, "0.2", "5", False),
        ({"sl_alop"}, set(), "0.2", "5", False),
        (set(), None, "0.2", "5", None),  # no previous assessment: what is new is not known
    ],
)
def test_low_disease_activity(now, before, pga, prednisone, met):
    given_ = {name: "Y" if name in now else "N" for name in LUPUS}
    if before is not None:
        given_ |= {f"prev_{name}": "Y" if name in before else "N" for name in LUPUS}
    given_ |= {"pga_phys": pga, "gc_daily": prednisone, "is_std_dose": "Y"}

    assert CALCULATORS["lldas"](given_)["met"] is met


def test_new_activity_is_unknown_without_an_assessment_before():
    given_ = dict.fromkeys(LUPUS, "N") | {"sl_rash": "Y"}
    given_ |= {"pga_phys": "0.2", "gc_daily": "5", "is_std_dose": "Y"}

    assert CALCULATORS["lldas"](given_)["met"] is None


COUNT = st.decimals(0, 5, places=2)


@given(st.dictionaries(st.integers(0, 30), COUNT, min_size=1), st.integers(0, 30))
def test_fewer_neutrophils_never_lower_the_grade(counts, day):
    def graded(known):
        series = [[str(at), str(count)] for at, count in known.items()]
        return CALCULATORS["icaht_early"]({"ANC": series})["grade"]

    lower = {**counts, day: Decimal(0)} if day in counts else counts
    assert graded(lower) >= graded(counts)


@given(st.lists(st.tuples(st.integers(31, 100), COUNT), min_size=2))
def test_a_further_late_count_that_is_low_never_lowers_the_grade(series):
    def graded(known):
        return CALCULATORS["icaht_late"]({"ANC": [[str(d), str(c)] for d, c in known]})["grade"]

    assert graded([*series, (100, Decimal(0))]) >= graded(series)
