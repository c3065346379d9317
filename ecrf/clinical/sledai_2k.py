"""SLE disease activity, SLEDAI-2K (Gladman DD et al., J Rheumatol 2002;29:288; part A 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

from ecrf.clinical.answers import Truth, decided, missing, truth

WEIGHTS = {
    **dict.fromkeys(
        ("sl_seizure", "sl_psych", "sl_obs", "sl_visual", "sl_cn", "sl_headache", "sl_cva",
         "sl_vasc"), 8),
    **dict.fromkeys(
        ("sl_arth", "sl_myos", "sl_casts", "sl_hemat", "sl_prot", "sl_pyuria"), 4),
    **dict.fromkeys(
        ("sl_rash", "sl_alop", "sl_ulcer", "sl_pleur", "sl_peric", "sl_compl", "sl_dna"), 2),
    **dict.fromkeys(("sl_fever", "sl_plt", "sl_leuk"), 1),
}  # fmt: skip
SEROLOGICAL = frozenset({"sl_compl", "sl_dna"})


@dataclass(frozen=True, slots=True)
class Sledai:
    """Total 0 to 105, clinical total without serology; None while an item is not known."""

    sledai: int | None
    csledai: int | None
    missing: tuple[str, ...]


def points(items: frozenset[str]) -> int:
    return sum(WEIGHTS[name] for name in items)


def sledai_2k(**sl: str | None) -> Sledai:
    """From the 24 items sl_* as Y, N or not known (None); TypeError for another item."""
    strange = sorted(set(sl) - set(WEIGHTS))
    if strange:
        raise TypeError(f"no item {strange[0]}")
    items: dict[str, Truth] = {name: truth(sl.get(name)) for name in WEIGHTS}
    return Sledai(
        sledai=decided(items, points),
        csledai=decided(items, lambda found: points(found - SEROLOGICAL)),
        missing=missing(items),
    )
