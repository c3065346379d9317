"""Classification of systemic lupus erythematosus, EULAR/ACR 2019 (part A 3.3).

Aringer M et al., Arthritis Rheumatol 2019;71:1400-1412, table of domains and weights. Only the
highest weight of a domain counts; an entry criterion (ANA of at least 1:80, ever), at least one
clinical item and 10 points are needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecrf.clinical.answers import Truth, both, decided, missing, truth

CLINICAL: tuple[dict[str, int], ...] = (
    {"s19_fever": 2},
    {"s19_leuk": 3, "s19_thromb": 4, "s19_hemol": 4},
    {"s19_delir": 2, "s19_psych": 3, "s19_seiz": 5},
    {"s19_alop": 2, "s19_ulcer": 2, "s19_scle": 4, "s19_acle": 6},
    {"s19_effus": 5, "s19_peric": 6},
    {"s19_joint": 6},
    {"s19_prot": 4, "s19_bx25": 8, "s19_bx34": 10},
)
ANTIPHOSPHOLIPID = {"s19_apl": 2}
SPECIFIC = {"s19_ds": 6, "s19_sm": 6}
COMPLEMENT = ("s19_c3low", "s19_c4low")
ITEMS = tuple(name for domain in (*CLINICAL, ANTIPHOSPHOLIPID, SPECIFIC) for name in domain)
ITEMS += COMPLEMENT
NEEDED = 10


@dataclass(frozen=True, slots=True)
class Sle2019:
    """Total of the domains, 0 to 51, and whether it is SLE; None while undecided."""

    score: int | None
    classified: bool | None
    missing: tuple[str, ...]


def points(items: frozenset[str]) -> int:
    """The sum over the domains of the highest weight present."""
    weighed = (*CLINICAL, ANTIPHOSPHOLIPID, SPECIFIC)
    total = sum(max((domain[n] for n in domain if n in items), default=0) for domain in weighed)
    low = sum(name in items for name in COMPLEMENT)
    return total + (0, 3, 4)[low]


def _classifies(items: frozenset[str]) -> bool:
    clinical = any(name in items for domain in CLINICAL for name in domain)
    return clinical and points(items) >= NEEDED


def sle_2019(*, ab_ana_ever: str | None = None, **s19: str | None) -> Sle2019:
    """From ``ab_ana_ever`` and the items s19_* as Y, N or not known (None).

    Raises TypeError for an item that the criteria do not have.
    """
    strange = sorted(set(s19) - set(ITEMS))
    if strange:
        raise TypeError(f"no item {strange[0]}")
    items: dict[str, Truth] = {name: truth(s19.get(name)) for name in ITEMS}
    entry = truth(ab_ana_ever)
    return Sle2019(
        score=decided(items, points),
        classified=both(entry, decided(items, _classifies)),
        missing=missing({"ab_ana_ever": entry, **items}),
    )
