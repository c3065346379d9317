"""DORIS remission (2021) and the lupus low disease activity state (part A 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical.answers import Truth, both, opposite, truth
from ecrf.clinical.sledai_2k import WEIGHTS, sledai_2k

# Activity of a major organ, and fever, that the low activity state does not allow.
MAJOR = (
    "sl_seizure", "sl_psych", "sl_obs", "sl_visual", "sl_cn", "sl_headache", "sl_cva", "sl_vasc",
    "sl_casts", "sl_hemat", "sl_prot", "sl_pyuria", "sl_pleur", "sl_peric", "sl_fever",
)  # fmt: skip
OTHER = ("sl_hemol_an", "sl_gi")


@dataclass(frozen=True, slots=True)
class State:
    met: bool | None


def doris(
    csledai: Decimal | None,
    pga_phys: Decimal | None,
    gc_daily: Decimal | None,
    is_std_dose: str | None,
) -> State:
    """No clinical activity, physician's global below 0.5, prednisone at most 5 mg a day."""
    quiet: Truth = None if csledai is None else csledai == 0
    judged: Truth = None if pga_phys is None else pga_phys < Decimal("0.5")
    return State(both(quiet, judged, _most(gc_daily, "5"), truth(is_std_dose)))


def lldas(
    pga_phys: Decimal | None = None,
    gc_daily: Decimal | None = None,
    is_std_dose: str | None = None,
    **items: str | None,
) -> State:
    """Items of SLEDAI-2K now, and those of the previous assessment as ``prev_sl_...``; without a
    previous assessment it is not known what is new."""
    now = {name: items.get(name) for name in (*WEIGHTS, *OTHER)}
    score = sledai_2k(**{name: now[name] for name in WEIGHTS}).sledai
    low: Truth = None if score is None else score <= 4
    none = [opposite(truth(now[name])) for name in (*MAJOR, *OTHER)]
    before = {name: items.get(f"prev_{name}") for name in now}
    assessed: Truth = True if any(code is not None for code in before.values()) else None
    new = [_new(now[name], before[name]) for name in now]
    return State(
        both(
            low,
            *none,
            assessed,
            *map(opposite, new),
            _most(pga_phys, "1"),
            _most(gc_daily, "7.5"),
            truth(is_std_dose),
        )
    )


def _new(now: str | None, before: str | None) -> Truth:
    """Present now and absent before."""
    return both(truth(now), opposite(truth(before)))


def _most(value: Decimal | None, limit: str) -> Truth:
    return None if value is None else value <= Decimal(limit)
