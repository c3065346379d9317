"""Classification of Sjögren's syndrome, American-European consensus 2002 (part A 3.9).

Vitali C et al., Ann Rheum Dis 2002;61:554-558. Primary: 4 of 6 items with histology or
antibodies among them, or 3 of the 4 objective items, without another connective tissue disease.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical import sjogren_tests as tests
from ecrf.clinical.answers import Truth, both, decided, either, missing, truth

EYE = ("sq_eye3m", "sq_sand", "sq_tears")
MOUTH = ("sq_mouth3m", "sq_drink", "sq_gland")
EXCLUSIONS = (
    "sx_rad",
    "sx_hcv_any",
    "sx_aids",
    "sx_lymph",
    "sx_sarc",
    "sx_gvhd",
    "sx_achol",
)
ITEMS = ("ae_1", "ae_2", "ae_3", "ae_4", "ae_5", "ae_6")
OBJECTIVE = frozenset({"ae_3", "ae_4", "ae_5", "ae_6"})


@dataclass(frozen=True, slots=True)
class Aecg2002:
    """Items present of 6 and of the 4 objective ones; primary, secondary disease; the 6 items."""

    items: int | None
    objective: int | None
    primary: bool | None
    secondary: bool | None
    ae_1: Truth
    ae_2: Truth
    ae_3: Truth
    ae_4: Truth
    ae_5: Truth
    ae_6: Truth
    missing: tuple[str, ...]


def _primary(found: frozenset[str]) -> bool:
    four = len(found) >= 4 and bool(found & {"ae_4", "ae_6"})
    return four or len(found & OBJECTIVE) >= 3


def _secondary(found: frozenset[str]) -> bool:
    return bool(found & {"ae_1", "ae_2"}) and len(found & {"ae_3", "ae_4", "ae_5"}) >= 2


def aecg_2002(
    *,
    sj_schirmer_r: Decimal | None = None,
    sj_schirmer_l: Decimal | None = None,
    sj_vb_r: Decimal | None = None,
    sj_vb_l: Decimal | None = None,
    sj_fls: str | None = None,
    sj_focus: Decimal | None = None,
    sj_uws: Decimal | None = None,
    sj_sialo: str | None = None,
    sj_scinti: str | None = None,
    ab_ssa60: str | None = None,
    ab_ssb: str | None = None,
    coh_overlap: str | None = None,
    **asked: str | None,
) -> Aecg2002:
    """From the objective tests, antibodies (POS, NEG), questions sq_*, sx_* and ``coh_overlap``.

    Raises TypeError for a question that is not asked.
    """
    strange = sorted(set(asked) - {*EYE, *MOUTH, *EXCLUSIONS})
    if strange:
        raise TypeError(f"no item {strange[0]}")
    answers = {name: truth(asked.get(name)) for name in (*EYE, *MOUTH)}
    excluded = {name: truth(asked.get(name)) for name in EXCLUSIONS}
    items: dict[str, Truth] = {
        "ae_1": either(*(answers[name] for name in EYE)),
        "ae_2": either(*(answers[name] for name in MOUTH)),
        "ae_3": _signs((sj_schirmer_r, sj_schirmer_l), (sj_vb_r, sj_vb_l)),
        "ae_4": tests.histology(sj_fls, sj_focus),
        "ae_5": _salivary(sj_uws, sj_sialo, sj_scinti),
        "ae_6": either(truth(ab_ssa60), truth(ab_ssb)),
    }
    overlap = truth(coh_overlap)
    free = [None if found is None else not found for found in excluded.values()]
    alone = None if overlap is None else not overlap
    return Aecg2002(
        items=decided(items, len),
        objective=decided(items, lambda found: len(found & OBJECTIVE)),
        primary=both(*free, alone, decided(items, _primary)),
        secondary=both(overlap, decided(items, _secondary)),
        **items,
        missing=missing({**items, **excluded, "coh_overlap": overlap}),
    )


def _signs(
    schirmer: tuple[Decimal | None, Decimal | None],
    vb: tuple[Decimal | None, Decimal | None],
) -> Truth:
    """Schirmer I or van Bijsterveld: what was not done does not stand against what was."""
    done = [tests.schirmer(*schirmer)] if any(v is not None for v in schirmer) else []
    done += [tests.bijsterveld(*vb)] if any(v is not None for v in vb) else []
    return either(*done) if done else None


def _salivary(flow: Decimal | None, sialography: str | None, scintigraphy: str | None) -> Truth:
    found = [tests.low_flow(flow), truth(sialography), truth(scintigraphy)]
    done = [answer for answer in found if answer is not None]
    return either(*done) if done else None
