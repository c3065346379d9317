"""Cytokine release syndrome, ASTCT consensus grade of one assessment (part B 3.1).

Lee DW et al., Biol Blood Marrow Transplant 2019;25:625, table 2.
"""

from __future__ import annotations

from decimal import Decimal

FEVER, LOW_FLOW = Decimal("38.0"), Decimal(6)
REVIEW = "REVIEW"
HYPOTENSION = {"NONE": 0, "NOPRESS": 2, "P1": 3, "P2": 4}
HYPOXIA = {
    "RA": 0, "NC_LOW": 2, "BLOWBY": 2, "HFNC": 3, "FACEMASK": 3, "NRB": 3, "VENTURI": 3,
    "CPAP": 4, "BIPAP": 4, "IMV": 4, "ECMO": 4,
}  # fmt: skip


def hypotension_points(code: str | None, other_cause: str | None) -> int | None:
    """0, 2, 3 or 4; 0 when due to another cause."""
    return 0 if other_cause == "Y" else HYPOTENSION.get(code or "")


def hypoxia_points(device: str | None, flow: Decimal | None, other_cause: str | None) -> int | None:
    """0, 2, 3 or 4; a cannula with more than 6 L/min counts as high flow."""
    if other_cause == "Y":
        return 0
    if device == "NC_LOW" and flow is not None and flow > LOW_FLOW:
        return HYPOXIA["HFNC"]
    return HYPOXIA.get(device or "")


def astct_crs_grade(
    *,
    crsdtemp: Decimal | None = None,
    crsdfoc: str | None = None,
    crsdap: str | None = None,
    crsdhyp: str | None = None,
    crsdhoc: str | None = None,
    crsdo2: str | None = None,
    crsdflow: Decimal | None = None,
    crsdooc: str | None = None,
    episode_open: str | None = None,
    death: str | None = None,
    **counted: object,
) -> int | str | None:
    """0 to 5, or REVIEW where the table does not decide; None while a sign is not known.

    Names and codes are those of F.CRSD. The numbers of vasopressors (``counted``) stand in the
    code of hypotension already and do not change the grade.
    """
    if death == "Y":
        return 5
    low, hypoxic = (
        hypotension_points(crsdhyp, crsdhoc),
        hypoxia_points(crsdo2, crsdflow, crsdooc),
    )
    signs = None if low is None or hypoxic is None else max(low, hypoxic)
    if crsdtemp is not None and crsdtemp >= FEVER and crsdfoc != "Y":
        return None if signs is None else max(1, signs)
    if episode_open != "Y":
        return REVIEW if crsdtemp is None else 0
    if crsdap == "Y":
        return signs
    if crsdtemp is None or signs:
        return REVIEW
    return signs
