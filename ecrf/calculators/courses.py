"""What follows from a course in time: counts, cells, visits, remission (part A 3.4, 3.5; B 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ecrf.calculators.calculator import BadInput, Calculator, Input
from ecrf.calculators.inputs import YN, ZERO, codes, numbers, yes_no
from ecrf.clinical import (
    b_cells,
    dlt,
    enrolment,
    icaht,
    iec_hs,
    kinetics,
    ln_response,
    remission,
    sledai_2k,
)
from ecrf.clinical.answers import truth
from ecrf.clinical.visit_window import planned_date, planned_year, visit_window
from ecrf.definition.values import Censored

Point = tuple[Decimal, Decimal | Censored | None]
# Planned day (or calendar years), days early and late (part B 1.2); a build may say otherwise.
VISITS = {
    "LD1": (-5, 4, 1), "LD2": (-4, 4, 1), "LD3": (-3, 4, 1), "BL": (-1, 1, 1), "D0": (0, 0, 0),
    "D1": (1, 0, 0), "D2": (2, 0, 0), "D3": (3, 0, 0), "D4": (4, 0, 0), "D5": (5, 0, 0),
    "D7": (7, 1, 1), "D10": (10, 1, 1), "D14": (14, 1, 2), "D21": (21, 2, 2), "D28": (28, 0, 3),
    "M2": (60, 7, 7), "M3": (90, 7, 7), "M6": (180, 14, 14), "M9": (270, 14, 14),
    "M12": (365, 14, 14), "M18": (548, 30, 30), "M24": (730, 30, 30),
}  # fmt: skip
YEARS = {f"Y{year:02}": year for year in range(3, 16)}
YEAR_WINDOW = 60
_TERM = Input("CTCTERM", "code", needed=False)
_EVENT = (Input("AESICAT", "code", needed=False), _TERM)


def _yes(holds: bool) -> str:
    return "Y" if holds else "N"


def counted(series: Iterable[Point]) -> list[tuple[int, Decimal]]:
    """Days and values; below a limit counts as half of it (LB-01)."""
    found = []
    for day, value in series:
        if value is not None:
            number = value.value / 2 if isinstance(value, Censored) else value
            found.append((int(day), number))
    return found


def _early(anc: list[Point], death_day: Decimal | None) -> icaht.Icaht:
    return icaht.icaht_early(counted(anc), None if death_day is None else int(death_day))


def _late(anc: list[Point], death_day: Decimal | None) -> icaht.Icaht:
    kept = [p for p in anc if death_day is None or p[0] <= death_day]
    return icaht.icaht_late(counted(kept))


def _b_cells(cd19: list[Point], threshold: Decimal | None) -> b_cells.BCells:
    samples = [
        (int(day), ZERO if isinstance(value, Censored) else value)
        for day, value in cd19
        if value is not None
    ]
    return b_cells.b_cell_reconstitution(samples, threshold)


def _kinetics(series: list[Point], lloq: Decimal | None) -> kinetics.Kinetics:
    limits = [value.value for _, value in series if isinstance(value, Censored)]
    samples = [
        (int(day), None if isinstance(value, Censored) else value)
        for day, value in series
        if value is not None
    ]
    return kinetics.car_kinetics(samples, lloq or max(limits, default=None))


@dataclass(frozen=True, slots=True)
class Window:
    planned: dt.date
    earliest: dt.date
    latest: dt.date
    status: str
    days: int


def _window(
    event: str | None, d0: dt.date | None, date: dt.date | None, today: dt.date | None
) -> Window | None:
    if event is None or d0 is None or (date is None and today is None):
        return None
    name = event.removeprefix("SE.")
    if name in YEARS:
        planned, early, late = planned_year(d0, YEARS[name]), YEAR_WINDOW, YEAR_WINDOW
    elif name in VISITS:
        day, early, late = VISITS[name]
        planned = planned_date(d0, day)
    else:
        raise BadInput(f"EVENT: {event!r} is no event that counts from D0")
    found = visit_window(planned, early, late, date, today or date or d0)
    return Window(found.planned, found.earliest, found.latest, found.status, found.days)


@dataclass(frozen=True, slots=True)
class Earliest:
    earliest: dt.date | str | None


def _next(
    infused: Decimal | None,
    last: dt.date | None,
    opened: dt.date | None,
    hold: str | None,
    child: str | None,
    adults: Decimal | None,
    srcped: str | None,
    expansion: str | None,
) -> Earliest | None:
    if infused is None:
        return None
    return Earliest(
        enrolment.next_infusion(
            int(infused),
            last,
            opened=opened,
            hold=hold == "Y",
            child=child == "Y",
            adults_past_d28=int(adults or 0),
            paediatric_open=srcped == "Y",
            expansion=expansion == "Y",
        )
    )


def _slot(
    cohort: str | None,
    ln: Decimal | None,
    ssc: Decimal | None,
    psspah: Decimal | None,
    given: Decimal | None,
) -> enrolment.Slot | None:
    if cohort is None or None in (ln, ssc, psspah):
        return None
    occupied = {"LN": int(ln or 0), "SSC": int(ssc or 0), "PSSPAH": int(psspah or 0)}
    return enrolment.cohort_slot(cohort, occupied, None if given is None else int(given))


def _optional(call: Callable[..., Any]) -> Callable[..., Any]:
    """Leaves out what was not given, so that defaults hold."""
    return lambda **given: call(**{key: value for key, value in given.items() if value is not None})


def _doris(
    csledai: Decimal | None,
    pga_phys: Decimal | None,
    gc_daily: Decimal | None,
    is_std_dose: str | None,
) -> remission.State:
    return remission.doris(csledai, pga_phys, gc_daily, is_std_dose)


ANC = Input("ANC", "series", "10*9/L")
DEATH = Input("DEATH_DAY", "integer", needed=False)
HS = ("HSFERRU", "HSRISE", "HSALT", "HSFIB", "HSCYT", "HSHEMO", "HSOTHC")
LUPUS = (*sledai_2k.WEIGHTS, *remission.OTHER)
KINDS = ("CRS", "ICANS", "IECHS", "NONHAEM", "HAEM", "INFECTION", "REACTION", "ORGAN")

COURSES = (
    Calculator(
        "icaht_early",
        (ANC, DEATH),
        ("grade", "days_le_0_5", "days_le_0_1"),
        "EHA/EBMT 2023; part B 3.6",
        _early,
    ),
    Calculator(
        "icaht_late",
        (ANC, DEATH),
        ("grade", "days_le_0_5", "days_le_0_1"),
        "EHA/EBMT 2023; part B 3.6",
        _late,
    ),
    Calculator(
        "iec_hs_screen", yes_no(HS), ("screen",), "Hines 2023; part B 3.5", iec_hs.iec_hs_screen
    ),
    Calculator(
        "iec_hs_grade",
        yes_no(("HSDX", "HSINT"))
        + codes("HSBLEED", of=("NONE", "NONLIFE", "LIFE"), needed=True)
        + codes("HSORG", of=("NONE", "HOSP", "LIFE"), needed=True)
        + yes_no(("DEATH",), needed=False),
        ("grade",),
        "Hines 2023; part B 3.5",
        iec_hs.iec_hs_grade,
    ),
    Calculator(
        "ln_response",
        (*numbers("UPCR", unit="g/g"), *numbers("EGFR", unit="mL/min/{1.73_m2}"))
        + (*numbers("UPCR_BASE", unit="g/g"), *numbers("EGFR_BASE", unit="mL/min/{1.73_m2}"))
        + yes_no(("RESCUE",), needed=False)
        + numbers("TOLERANCE", needed=False),
        ("response", "perr", "mcrr"),
        "KDIGO 2024; part A 3.4",
        _optional(
            lambda upcr=None, egfr=None, upcr_base=None, egfr_base=None, **more: (
                ln_response.ln_response(upcr, egfr, upcr_base, egfr_base, **more)
            )
        ),
    ),
    Calculator(
        "doris",
        (
            Input("csledai", "integer", "{score}"),
            *numbers("pga_phys"),
            *numbers("gc_daily", unit="mg/d"),
            Input("is_std_dose", "code", codes=YN),
        ),
        ("met",),
        "van Vollenhoven 2021; part A 3.5",
        _doris,
    ),
    Calculator(
        "lldas",
        (*numbers("pga_phys"), *numbers("gc_daily", unit="mg/d"), *yes_no(("is_std_dose",)))
        + yes_no(LUPUS)
        + yes_no(f"prev_{name}" for name in LUPUS),
        ("met",),
        "Franklyn 2016; part A 3.5",
        remission.lldas,
    ),
    Calculator(
        "visit_window",
        (
            Input("EVENT", "code"),
            Input("D0", "date"),
            Input("DATE", "date", needed=False),
            Input("TODAY", "date", needed=False),
        ),
        ("planned", "earliest", "latest", "status", "days"),
        "part B 1.2, 3.12",
        _window,
    ),
    Calculator(
        "dlt_kind",
        (*_EVENT, *yes_no(("LOW_PLATELETS",), needed=False)),
        ("kind",),
        "part B 3.8",
        lambda aesicat, ctcterm, low_platelets: dlt.kind_of(
            aesicat or "", ctcterm or "", truth(low_platelets)
        ),
    ),
    Calculator(
        "dlt_bleeding",
        (_TERM,),
        ("bleeding",),
        "part B 3.8",
        lambda ctcterm: _yes(dlt.bleeding(ctcterm or "")),
    ),
    Calculator(
        "dlt_acute",
        _EVENT,
        ("acute",),
        "part B 3.8",
        lambda aesicat, ctcterm: _yes(dlt.acute(aesicat or "", ctcterm or "")),
    ),
    Calculator(
        "dlt_rules",
        (
            Input("KIND", "code", codes=KINDS),
            Input("GRADE", "integer", least=Decimal(1), most=Decimal(5)),
            Input("ONSET_DAY", "integer", "d"),
            Input("CAUSALITY", "code", codes=tuple("12345")),
            *numbers("HOURS", unit="h", needed=False),
            *numbers("DAYS_LOW", unit="d", needed=False),
            *yes_no(("LOW_AT_28", "BLEEDING", "ACUTE"), needed=False),
        ),
        ("rules", "strict"),
        "part B 3.8",
        dlt.dlt_rules,
    ),
    Calculator(
        "dlt_evaluability",
        (
            *yes_no(("DLT",)),
            *numbers("DOSE_PERCENT", unit="%"),
            *yes_no(("FOLLOWED",)),
            *yes_no(
                ("LEFT_BEFORE", "D28_PASSED", "UNDECIDED", "OUT_OF_SPECIFICATION"), needed=False
            ),
        ),
        ("evaluability",),
        "part B 3.8",
        dlt.dlt_evaluability,
    ),
    Calculator(
        "next_infusion",
        (
            Input("INFUSED", "integer"),
            Input("LAST", "date", needed=False),
            Input("OPENED", "date", needed=False),
            *yes_no(("HOLD", "CHILD"), needed=False),
            Input("ADULTS", "integer", needed=False),
            *yes_no(("SRCPED", "EXPANSION"), needed=False),
        ),
        ("earliest",),
        "part B 3.14",
        _next,
    ),
    Calculator(
        "cohort_slot",
        (
            Input("COHORT", "code", codes=("LN", "SSC", "PSSPAH")),
            *(Input(name, "integer", least=ZERO) for name in ("LN", "SSC", "PSSPAH")),
            Input("GIVEN", "integer", least=ZERO, needed=False),
        ),
        ("allowed", "warning", "slotseq"),
        "part B 3.15",
        _slot,
    ),
    Calculator(
        "b_cell_reconstitution",
        (Input("CD19", "series", "/uL"), *numbers("THRESHOLD", unit="/uL", needed=False)),
        ("status", "aplasia", "reconstitution", "duration"),
        "part B 3.17",
        _b_cells,
    ),
    Calculator(
        "car_kinetics",
        (
            Input("SERIES", "series", "{copies}/ug"),
            *numbers("LLOQ", unit="{copies}/ug", needed=False),
        ),
        ("cmax", "tmax", "tlast", "auc", "persistence_end", "reexpansion"),
        "part B 3.18",
        _kinetics,
    ),
)
