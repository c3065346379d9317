"""Inputs that several calculators share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from ecrf.calculators.calculator import Input

YN = ("Y", "N", "U")
QUAL = ("NEG", "BORD", "POS", "ND")
SEX = ("M", "F")
ZERO = Decimal(0)


def yes_no(names: Iterable[str], *, needed: bool = True) -> tuple[Input, ...]:
    return tuple(Input(name, "code", codes=YN, needed=needed) for name in names)


def codes(*names: str, of: tuple[str, ...] = QUAL, needed: bool = False) -> tuple[Input, ...]:
    return tuple(Input(name, "code", codes=of, needed=needed) for name in names)


def numbers(*names: str, unit: str = "", needed: bool = True) -> tuple[Input, ...]:
    return tuple(Input(name, "number", unit, least=ZERO, needed=needed) for name in names)


def known(call: Callable[..., Any]) -> Callable[..., Any]:
    """A formula that needs all of its inputs: unknown when one is."""

    def asked(**given: Any) -> Any:
        return None if None in given.values() else call(**given)

    return asked


HEIGHT, WEIGHT = numbers("HEIGHT", unit="cm")[0], numbers("WEIGHT", unit="kg")[0]
CREAT, AGE = numbers("CREAT", unit="umol/L")[0], numbers("AGE_YEARS", unit="a")[0]
SEX_OF = Input("SEX", "code", codes=SEX)
FC = Input("wfc_class", "code", codes=("1", "2", "3", "4"))
MARKERS = numbers("lb_bnp", "lb_ntprobnp", unit="ng/L", needed=False)
SICCA_TESTS = numbers("sj_schirmer_r", "sj_schirmer_l", "sj_vb_r", "sj_vb_l", needed=False)
STAINING = numbers("sj_oss_r", "sj_oss_l", needed=False)
SALIVA = numbers("sj_uws", unit="mL/min", needed=False)
FOCUS = numbers("sj_focus", needed=False)
