"""What this population answers where the answer matters; all else is the filler's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from ecrf.synthetic import planted, treatment, visits
from ecrf.synthetic.person import Answers, Person

FORMS: Mapping[str, Callable[[Person, str, int, dt.date], Answers | None]] = {
    "IC": visits.consent,
    "DM": visits.demographics,
    "SV": visits.visit,
    "VS": visits.vital,
    "LBH": visits.counts,
    "LBC": visits.sample,
    "LBG": visits.sample,
    "LBI": visits.inflammation,
    "LBB": visits.subsets,
    "LBU": visits.sample_urine,
    "RPC": visits.reproductive,
    "ELIG": visits.eligibility,
    "ENR": treatment.slot,
    "APE": treatment.assessed,
    "APH": treatment.collection,
    "COI": treatment.custody,
    "MFG": treatment.product,
    "PLD": treatment.before_depletion,
    "LD": treatment.depletion,
    "PIC": treatment.checklist,
    "INF": treatment.infusion,
    "INFV": treatment.point,
    "CARK": treatment.kinetics,
    "EG": visits.tracing,
    "RB": visits.biopsy,
    "RHC": visits.catheter,
    "AAB": visits.antibodies,
    "SS16": visits.sicca,
    "SSC13": visits.scleroderma,
    "SLE19": visits.lupus,
    "SMW": visits.walk,
    "WFC": visits.function,
    "SJT": visits.schirmer,
    "ICE": treatment.ice,
    "CRSD": treatment.crs,
    "PFT": visits.lungs,
    "COH": visits.cohort,
    "PE": visits.physical,
    "EOS": visits.ended,
    "DH": visits.disease,
    "PS": visits.performance,
    "DLT": treatment.toxicity_window,
}


def given(
    person: Person,
    event: str,
    form: str,
    repeat: int,
    day: dt.date,
    named: Mapping[str, str],
    extra: Mapping[str, str] | None = None,
) -> Answers | None:
    """Answers of one form, with those of a line of a log; None when it is not filled in here.

    named  who stands for a mark like ``{one}`` in the answers
    """
    make = FORMS.get(form)
    found = make(person, event, repeat, day) if make else {}
    if found is None:
        return None
    found = found | planted.changed(person, event, form, repeat)
    return {path: text.format(**named) for path, text in {**found, **(extra or {})}.items()}
