"""Classification of systemic sclerosis, ACR/EULAR 2013 (part A 3.6).

van den Hoogen F et al., Ann Rheum Dis 2013;72:1747-1755, table 1. Only the highest weight of an
item counts; 9 points, or skin thickening of the fingers of both hands beyond the MCP joints.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecrf.clinical.answers import Truth, both, decided, either, missing, truth

GROUPS: tuple[dict[str, int], ...] = (
    {"ssc_puffy": 2, "ssc_sclero": 4},
    {"ssc_ulcer": 2, "ssc_pits": 3},
    {"ssc_telang": 2},
    {"ssc_nail": 2},
    {"ssc_pah": 2, "ssc_ild": 2},
    {"ssc_rp": 3},
    {"ssc_aca": 3, "ssc_scl70": 3, "ssc_rnap3": 3},
)
ITEMS = tuple(name for group in GROUPS for name in group)
NEEDED = 9


@dataclass(frozen=True, slots=True)
class Ssc2013:
    """``sum`` of the items, 0 to 19; ``score`` is 9 when the sufficient item is present."""

    sum: int | None
    score: int | None
    classified: bool | None
    missing: tuple[str, ...]


def points(items: frozenset[str]) -> int:
    return sum(max((group[n] for n in group if n in items), default=0) for group in GROUPS)


def ssc_2013(
    *, ssc_applicable: str | None = None, ssc_suff: str | None = None, **ssc: str | None
) -> Ssc2013:
    """From the items ssc_* as Y, N or not known (None); TypeError for another item."""
    strange = sorted(set(ssc) - set(ITEMS))
    if strange:
        raise TypeError(f"no item {strange[0]}")
    items: dict[str, Truth] = {name: truth(ssc.get(name)) for name in ITEMS}
    applicable, sufficient = truth(ssc_applicable), truth(ssc_suff)
    added = decided(items, points)
    enough = decided(items, lambda found: points(found) >= NEEDED)
    return Ssc2013(
        sum=added,
        score=NEEDED if sufficient else added if sufficient is False else None,
        classified=both(applicable, either(sufficient, enough)),
        missing=missing({"ssc_applicable": applicable, "ssc_suff": sufficient, **items}),
    )
