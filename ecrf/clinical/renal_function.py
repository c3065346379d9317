"""Renal function: creatinine clearance, estimated filtration rate, fludarabine (B 3.10, A 3.12).

Cockcroft and Gault, Nephron 1976;16:31. Schwartz et al., J Am Soc Nephrol 2009;20:629 (bedside).
Inker et al., N Engl J Med 2021;385:1737 (CKD-EPI 2021, creatinine). Creatinine in umol/L;
88.4 umol/L are 1 mg/dL.
"""

from __future__ import annotations

from decimal import Context, Decimal

_CONTEXT = Context(prec=40)
_ROUND = Context(prec=34)
MG_DL = Decimal("88.4")
FLUDARABINE = ((Decimal(80), "FULL"), (Decimal(50), "R80"), (Decimal(30), "R60"))


def cockcroft_gault(
    creatinine: Decimal, age_years: Decimal, weight_kg: Decimal, sex: str
) -> Decimal | None:
    """mL/min: (140 - age) x weight x (0.85 in women) / (72 x creatinine in mg/dL)."""
    if creatinine <= 0:
        return None
    factor = Decimal("0.85") if sex == "F" else Decimal(1)
    return _ROUND.divide((140 - age_years) * weight_kg * factor * MG_DL, 72 * creatinine)


def schwartz_bedside(creatinine: Decimal, height_cm: Decimal) -> Decimal | None:
    """mL/min/1.73 m2: 0.413 x height / creatinine in mg/dL."""
    if creatinine <= 0:
        return None
    return _ROUND.divide(Decimal("0.413") * height_cm * MG_DL, creatinine)


def ckd_epi_2021(creatinine: Decimal, age_years: Decimal, sex: str) -> Decimal | None:
    """mL/min/1.73 m2 of an adult; age in completed years."""
    if creatinine <= 0:
        return None
    woman = sex == "F"
    kappa = Decimal("0.7") if woman else Decimal("0.9")
    alpha = Decimal("-0.241") if woman else Decimal("-0.302")
    share = _CONTEXT.divide(_CONTEXT.divide(creatinine, MG_DL), kappa)
    low = _CONTEXT.power(min(share, Decimal(1)), alpha)
    high = _CONTEXT.power(max(share, Decimal(1)), Decimal("-1.200"))
    aged = _CONTEXT.power(Decimal("0.9938"), age_years)
    rate = _CONTEXT.multiply(_CONTEXT.multiply(Decimal(142) * low, high), aged)
    return _ROUND.multiply(rate, Decimal("1.012") if woman else Decimal(1))


def fludarabine_flag(clearance: Decimal) -> str:
    """FULL from 80 mL/min, R80 from 50, R60 from 30, STOP below; not rounded before."""
    return next((flag for limit, flag in FLUDARABINE if clearance >= limit), "STOP")
