"""IEC-HS, the HLH-like syndrome after immune effector cells (Hines 2023; part B 3.5).

The screen finds who is to be looked at; the diagnosis is the investigator's.
"""

from __future__ import annotations

from ecrf.clinical.answers import Truth, both, either, opposite, truth


def iec_hs_screen(
    hsferru: str | None = None,
    hsrise: str | None = None,
    hsalt: str | None = None,
    hsfib: str | None = None,
    hscyt: str | None = None,
    hshemo: str | None = None,
    hsothc: str | None = None,
) -> str | None:
    """POS or NEG: ferritin, and at least one other sign, not otherwise explained."""
    ferritin = either(truth(hsferru), truth(hsrise))
    other = either(*map(truth, (hsalt, hsfib, hscyt, hshemo)))
    found: Truth = both(ferritin, other, opposite(truth(hsothc)))
    return None if found is None else "POS" if found else "NEG"


def iec_hs_grade(
    hsdx: str | None = None,
    hsint: str | None = None,
    hsbleed: str | None = None,
    hsorg: str | None = None,
    death: str | None = None,
) -> int | None:
    """1 to 5 of a diagnosed syndrome; unknown until what decides it is known."""
    if hsdx != "Y":
        return None
    if death == "Y":
        return 5
    if "LIFE" in (hsbleed, hsorg):
        return 4
    if None in (hsbleed, hsorg):
        return None
    if hsbleed == "NONLIFE" or hsorg == "HOSP":
        return 3
    return None if hsint is None else 2 if hsint == "Y" else 1
