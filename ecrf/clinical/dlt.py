"""Dose-limiting toxicity: candidate rules D01-D09 and evaluability (part B 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ecrf.clinical.answers import Truth
from ecrf.clinical.icaht import Series, filled, lowest

WINDOW = 28
DAY = 24
# Terms of CTCAE 5.0 by which an event is one of blood or of an organ, or never dose-limiting.
EXCLUDED = frozenset({"Lymphocyte count decreased", "CD4 lymphocytes decreased", "Alopecia"})
BLOOD = frozenset(
    {
        "Neutrophil count decreased",
        "Platelet count decreased",
        "White blood cell decreased",
        "Anemia",
    }
)
BLEEDING = frozenset(
    {
        "Intracranial hemorrhage",
        "Upper gastrointestinal hemorrhage",
        "Lower gastrointestinal hemorrhage",
        "Gastric hemorrhage",
        "Bronchopulmonary hemorrhage",
        "Epistaxis",
        "Hematuria",
        "Oral hemorrhage",
        "Retinal hemorrhage",
        "Vaginal hemorrhage",
        "Postprocedural hemorrhage",
    }
)
ACUTE = frozenset({"Heart failure", "Right ventricular dysfunction", "Pulmonary hypertension"})
ORGAN = ACUTE | frozenset(
    {
        "Acute kidney injury",
        "Creatinine increased",
        "Chronic kidney disease",
        "Cardiac arrest",
        "Left ventricular systolic dysfunction",
        "Ejection fraction decreased",
        "Myocarditis",
        "Myocardial infarction",
        "Pericardial effusion",
        "Pericardial tamponade",
        "Atrial fibrillation",
        "Ventricular tachycardia",
        "Ventricular arrhythmia",
        "Pulmonary edema",
        "Pneumonitis",
        "Hypoxia",
        "Respiratory failure",
        "Adult respiratory distress syndrome",
        "Dyspnea",
        "Seizure",
        "Stroke",
        "Encephalopathy",
        "Edema cerebral",
        "Leukoencephalopathy",
        "Reversible posterior leukoencephalopathy syndrome",
        "Depressed level of consciousness",
    }
)
_CATEGORIES = {
    "CRS": "CRS",
    "ICANS": "ICANS",
    "IECHS": "IECHS",
    "INF": "INFECTION",
    "IRR": "REACTION",
    "HYPOG": "EXCLUDED",
    "ICAHT": "HAEM",
    "NEURO": "ORGAN",
    "CARD": "ORGAN",
    "SRC": "ORGAN",
}
# What an event with such a category is, whatever its term says.
OF_A_SYNDROME = frozenset({"CRS", "ICANS", "IECHS", "INF", "IRR", "HYPOG"})
DOSE = Decimal(80)  # per cent of the planned dose that makes a subject evaluable


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that an event meets by default and in the strict variant; None when undecided."""

    rules: tuple[str, ...] | None
    strict: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Event:
    """An adverse event. ``kind``: CRS, ICANS, IECHS, NONHAEM, HAEM, INFECTION, REACTION, ORGAN.

    hours      at grade 3 or more
    days_low   consecutive days with ANC < 0.5 or platelets < 25
    low_at_28  whether one of them still holds at D28
    acute      PAH crisis, right-heart failure or scleroderma renal crisis
    """

    kind: str
    grade: int
    hours: Decimal
    days_low: int
    low_at_28: bool
    bleeding: bool
    acute: bool


def kind_of(category: str, term: str, low_platelets: Truth = None) -> str:
    """The kind of an event, by its category of special interest, else by its term.

    low_platelets  below 50 x10*9/L within three days of the onset: a bleed is then one of blood
    """
    if bleeding(term) and low_platelets and category not in OF_A_SYNDROME:
        return "HAEM"
    if term in EXCLUDED:
        return "EXCLUDED"
    if category in _CATEGORIES:
        return _CATEGORIES[category]
    if term in BLOOD:
        return "HAEM"
    return "ORGAN" if term in ORGAN else "NONHAEM"


def bleeding(term: str) -> bool:
    """Whether a term is one of a bleed."""
    return term in BLEEDING


def acute(category: str, term: str) -> bool:
    """Pulmonary hypertensive or renal crisis, right-heart failure: at any duration."""
    return category == "SRC" or (category == "CARD" and term in ACUTE)


def dlt_rules(
    kind: str | None,
    grade: Decimal | None,
    onset_day: Decimal | None,
    causality: str | None,
    hours: Decimal | None = None,
    days_low: Decimal | None = None,
    low_at_28: str | None = None,
    bleeding: str | None = None,
    acute: str | None = None,
) -> Rules:
    """Onset D0 to D28 inclusive, causality 1-3 of the five levels (death: 1-4)."""
    if kind is None or grade is None or onset_day is None or causality is None:
        return Rules(None, None)
    if not 0 <= onset_day <= WINDOW:
        return Rules((), ())
    event = Event(
        kind,
        int(grade),
        hours or Decimal(0),
        int(days_low or 0),
        low_at_28 == "Y",
        bleeding == "Y",
        acute == "Y",
    )
    dead = ("D09",) if event.grade == 5 and causality in "1234" else ()
    dead_strict = ("D09",) if event.grade == 5 else ()
    if causality not in "123":
        return Rules(dead, dead_strict)
    return Rules((*_met(event), *dead), (*_strict(event), *dead_strict))


def _met(event: Event) -> tuple[str, ...]:
    severe = event.grade >= 3
    lasting = event.grade == 4 or (severe and event.hours > 3 * DAY)
    met: dict[str, tuple[str, bool]] = {
        "CRS": ("D01", lasting),
        "ICANS": ("D02", lasting),
        "IECHS": ("D03", severe),
        "NONHAEM": ("D04", severe and event.hours > 7 * DAY),
        "HAEM": ("D05", (event.low_at_28 and event.days_low >= 14) or (severe and event.bleeding)),
        "INFECTION": ("D06", event.grade >= 4),
        "REACTION": ("D07", event.grade == 4 or (event.grade == 3 and event.hours > DAY)),
        "ORGAN": ("D08", event.acute or (severe and event.hours > 3 * DAY)),
    }
    rule, holds = met.get(event.kind, ("", False))
    return (rule,) if holds else ()


def _strict(event: Event) -> tuple[str, ...]:
    severe = event.grade >= 3
    met: dict[str, tuple[str, bool]] = {
        "CRS": ("D01", severe),
        "ICANS": ("D02", severe),
        "IECHS": ("D03", event.grade >= 2),
        "NONHAEM": ("D04", severe and event.hours > 3 * DAY),
        "HAEM": ("D05", event.days_low > 14),
        "INFECTION": ("D06", event.grade >= 4 or (severe and event.hours > 7 * DAY)),
        "REACTION": ("D07", severe),
        "ORGAN": ("D08", severe),
    }
    rule, holds = met.get(event.kind, ("", False))
    return (rule,) if holds else ()


def dlt_evaluability(
    dlt: str | None,
    dose_percent: Decimal | None,
    followed: str | None,
    left_before: str | None = "N",
    d28_passed: str | None = None,
    undecided: str | None = "N",
    out_of_specification: str | None = "N",
) -> str | None:
    """EV_DLT, PEND, NEV or EV_NO, in that order.

    followed     contact at D28 or later with safety data
    left_before  died or withdrew before D28 for other reasons
    undecided    candidate rows without a decision
    """
    if dlt == "Y":
        return "EV_DLT"
    if left_before != "Y" and (d28_passed == "N" or undecided == "Y"):
        return "PEND"
    low: Truth = None if dose_percent is None else dose_percent < DOSE
    if low or left_before == "Y" or out_of_specification == "Y":
        return "NEV"
    if None in (dlt, low, followed):
        return None
    return "EV_NO" if followed == "Y" else "NEV"


def days_low(neutrophils: Series, platelets: Series) -> tuple[int, bool]:
    """Consecutive days with ANC < 0.5 or platelets < 25 (10^9/L): of the run that holds at D28,
    else of the longest, and whether one holds there (rule D05). A series is (day, count)."""
    low: set[int] = set()
    for series, limit in ((neutrophils, Decimal("0.5")), (platelets, Decimal(25))):
        counts = filled(lowest(series, 0, 2 * WINDOW), 2 * WINDOW)
        low |= {day for day, count in counts.items() if count < limit}
    runs: list[int] = []
    for day in sorted(low):
        if day - 1 in low:
            runs[-1] += 1
        else:
            runs.append(1)
        if day >= WINDOW and WINDOW in low and day + 1 not in low:
            return runs[-1], True
    return max(runs, default=0), False
