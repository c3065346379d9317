"""Formulas, renal function, dates and identifiers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from ecrf.calculators.calculator import Calculator, Input
from ecrf.calculators.inputs import AGE, CREAT, HEIGHT, SEX_OF, WEIGHT, known, numbers
from ecrf.clinical import (
    body,
    bsa,
    calcium,
    conversion,
    identifier,
    pvr,
    qtcf,
    renal_function,
    study_day,
)


@dataclass(frozen=True, slots=True)
class Days:
    pday: int | None
    dy: int | None


def _days(d0: dt.date | None, date: dt.date | None) -> Days:
    if d0 is None or date is None:
        return Days(None, None)
    return Days(study_day.protocol_day(date, d0), study_day.sdtm_day(date, d0))


@dataclass(frozen=True, slots=True)
class Checked:
    valid: bool
    check_character: str


def _identifier(id: str | None) -> Checked:
    if not id:
        raise ValueError("an identifier is needed")
    return Checked(identifier.valid(id), identifier.check_character(id[:-1]))


def _fludarabine(
    height: Decimal | None,
    weight: Decimal | None,
    creat: Decimal | None,
    age_years: Decimal | None,
    sex: str | None,
) -> str | None:
    """By Cockcroft-Gault for adults, by bedside Schwartz for children."""
    rate = None
    if creat is None or age_years is None:
        return None
    if age_years < 18 and height is not None:
        rate = renal_function.schwartz_bedside(creat, height)
    elif age_years >= 18 and weight is not None and sex is not None:
        rate = renal_function.cockcroft_gault(creat, age_years, weight, sex)
    return None if rate is None else renal_function.fludarabine_flag(rate)


FORMULAS = (
    Calculator(
        "bsa_mosteller",
        (HEIGHT, WEIGHT),
        ("value",),
        "Mosteller 1987; part B 3.10",
        known(lambda height, weight: bsa.bsa_mosteller(height, weight)),
    ),
    Calculator(
        "bmi",
        (HEIGHT, WEIGHT),
        ("value",),
        "part A 3.13",
        known(lambda height, weight: body.bmi(height, weight)),
    ),
    Calculator(
        "qtcf",
        numbers("eg_qt", unit="ms") + numbers("eg_hr", unit="/min"),
        ("value",),
        "Fridericia 1920; part A 3.13",
        known(lambda eg_qt, eg_hr: qtcf.qtcf(eg_qt, eg_hr)),
    ),
    Calculator(
        "corrected_calcium",
        numbers("lb_ca", unit="mmol/L") + numbers("lb_alb", unit="g/L"),
        ("value",),
        "Payne 1973; part A 3.13",
        known(lambda lb_ca, lb_alb: calcium.corrected_calcium(lb_ca, lb_alb)),
    ),
    Calculator(
        "pvr",
        numbers("rhc_mpap", "rhc_pawp", unit="mm[Hg]") + numbers("rhc_co", unit="L/min"),
        ("value",),
        "ESC/ERS 2022; part A 3.13",
        known(lambda rhc_mpap, rhc_pawp, rhc_co: pvr.pvr(rhc_mpap, rhc_pawp, rhc_co)),
    ),
    Calculator(
        "cockcroft_gault",
        (CREAT, AGE, WEIGHT, SEX_OF),
        ("value",),
        "Cockcroft, Gault 1976; part B PLD-04",
        known(
            lambda creat, age_years, weight, sex: renal_function.cockcroft_gault(
                creat, age_years, weight, sex
            )
        ),
    ),
    Calculator(
        "schwartz_bedside",
        (CREAT, HEIGHT),
        ("value",),
        "Schwartz 2009; part A 3.12",
        known(lambda creat, height: renal_function.schwartz_bedside(creat, height)),
    ),
    Calculator(
        "ckd_epi_2021",
        (CREAT, AGE, SEX_OF),
        ("value",),
        "Inker 2021; part A 3.12",
        known(lambda creat, age_years, sex: renal_function.ckd_epi_2021(creat, age_years, sex)),
    ),
    Calculator(
        "fludarabine_flag",
        (HEIGHT, WEIGHT, CREAT, AGE, SEX_OF),
        ("value",),
        "part B 3.10",
        _fludarabine,
    ),
    Calculator(
        "study_day",
        (Input("D0", "date"), Input("DATE", "date")),
        ("pday", "dy"),
        "SDTMIG 4.4.4; part B 3.11",
        _days,
    ),
    Calculator(
        "identifier_check",
        (Input("ID", "code"),),
        ("valid", "check_character"),
        "ISO/IEC 7064 MOD 37-2; part B 3.19",
        _identifier,
    ),
    Calculator(
        "convert_unit",
        (
            Input("TESTCD", "code"),
            Input("VALUE"),
            Input("UNIT", "code"),
            Input("TO", "code"),
        ),
        ("value",),
        "part A 4.3",
        known(
            lambda testcd, value, unit, to: conversion.convert_unit(testcd.upper(), value, unit, to)
        ),
    ),
)
