"""Classification of primary Sjögren's syndrome, ACR/EULAR 2016 (part A 3.8).

Shiboski CH et al., Ann Rheum Dis 2017;76:9-16, table 4. At least 4 points, for somebody with a
symptom of dryness or a positive ESSDAI domain, and none of the exclusions.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical import sjogren_tests as tests
from ecrf.clinical.answers import Truth, both, decided, either, missing, truth

SYMPTOMS = ("sq_eye3m", "sq_sand", "sq_tears", "sq_mouth3m", "sq_drink")
EXCLUSIONS = ("sx_rad", "sx_hcv", "sx_aids", "sx_sarc", "sx_amyl", "sx_gvhd", "sx_igg4")
WEIGHTS = {"ss16_fls": 3, "ss16_ssa": 3, "ss16_oss": 1, "ss16_sch": 1, "ss16_uws": 1}
NEEDED = 4


@dataclass(frozen=True, slots=True)
class Ss2016:
    """Points, 0 to 9, whether it is Sjögren's syndrome, and the items; None while undecided."""

    score: int | None
    classified: bool | None
    ss16_fls: Truth
    ss16_ssa: Truth
    ss16_oss: Truth
    ss16_sch: Truth
    ss16_uws: Truth
    missing: tuple[str, ...]


def points(items: frozenset[str]) -> int:
    return sum(WEIGHTS[name] for name in items)


def ss_2016(
    *,
    sj_fls: str | None = None,
    sj_focus: Decimal | None = None,
    ab_ssa60: str | None = None,
    sj_oss_r: Decimal | None = None,
    sj_oss_l: Decimal | None = None,
    sj_vb_r: Decimal | None = None,
    sj_vb_l: Decimal | None = None,
    sj_schirmer_r: Decimal | None = None,
    sj_schirmer_l: Decimal | None = None,
    sj_uws: Decimal | None = None,
    essdai_positive: str | None = None,
    **asked: str | None,
) -> Ss2016:
    """From the objective tests (numbers), anti-SSA (POS, NEG) and the questions sq_*, sx_*.

    ``essdai_positive``: at least one ESSDAI domain is positive (Y, N, U for not known);
    left out, nothing is suspected. Raises TypeError for a question that is not asked.
    """
    strange = sorted(set(asked) - set(SYMPTOMS) - set(EXCLUSIONS))
    if strange:
        raise TypeError(f"no item {strange[0]}")
    items: dict[str, Truth] = {
        "ss16_fls": tests.histology(sj_fls, sj_focus),
        "ss16_ssa": truth(ab_ssa60),
        "ss16_oss": tests.staining((sj_oss_r, sj_oss_l), (sj_vb_r, sj_vb_l)),
        "ss16_sch": tests.schirmer(sj_schirmer_r, sj_schirmer_l),
        "ss16_uws": tests.low_flow(sj_uws),
    }
    symptoms = {name: truth(asked.get(name)) for name in SYMPTOMS}
    excluded = {name: truth(asked.get(name)) for name in EXCLUSIONS}
    suspected = False if essdai_positive is None else truth(essdai_positive)
    included = either(*symptoms.values(), suspected)
    free = [None if found is None else not found for found in excluded.values()]
    enough = decided(items, lambda found: points(found) >= NEEDED)
    return Ss2016(
        score=decided(items, points),
        classified=both(included, *free, enough),
        **items,
        missing=missing({**items, **symptoms, **excluded}),
    )
