"""Which criteria a cohort has in a version, and what decides each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ecrf.eligibility import exclusions, lupus, sclerosis, shared, sjogren
from ecrf.eligibility.facts import Facts
from ecrf.eligibility.shared import Answer

Decide = Callable[[Facts], Answer]

INCLUSION: Mapping[str, Mapping[str, Decide]] = {
    "LN": {
        "LN-01": lupus.refractory,
        "LN-02": lupus.histology,
        "LN-03": lupus.biopsy_time,
        "LN-04": partial(shared.aged, least=10, most=65),
        "LN-05": lupus.classified,
        "LN-06": lupus.antibodies,
        "LN-07": lambda facts: facts.yes("elig_cd19"),
        "LN-08": lupus.stopped,
        "LN-09": shared.lymphocytes,
        "LN-10": shared.collectable,
        "LN-11": lupus.no_allergy,
        "LN-12": lupus.performance,
        "LN-13": lupus.survival,
        "LN-14": shared.consent,
    },
    "SSC": {
        "SSC-01": shared.consent,
        "SSC-02": partial(shared.aged, least=6, most=65),
        "SSC-03": sclerosis.nine_points,
        "SSC-04": sclerosis.sufficient,
        "SSC-05": shared.lymphocytes,
        "SSC-06": shared.collectable,
    },
    "PSSPAH": {
        "PSS-01": shared.consent,
        "PSS-02": partial(shared.aged, least=18, most=65),
        "PSS-03": sjogren.refractory,
        "PSS-04": sjogren.classified,
        "PSS-05": sjogren.pressure,
        "PSS-06": sjogren.wedge,
        "PSS-07": sjogren.resistance,
        "PSS-08": sjogren.not_low_risk,
        "PSS-09": sjogren.glucocorticoids,
        "PSS-10": sjogren.background,
        "PSS-11": sjogren.commitment,
        "PSS-12": sjogren.pah_drugs,
        "PSS-13": sjogren.commitment,
        "PSS-14": sjogren.reducible,
        "PSS-15": shared.pregnancy_test,
        "PSS-16": shared.contraception,
        "PSS-17": partial(sjogren.aminotransferase, test="AST"),
        "PSS-18": partial(sjogren.aminotransferase, test="ALT"),
        "PSS-19": sjogren.bilirubin,
        "PSS-20": sjogren.saturation,
        "PSS-21": shared.lymphocytes,
        "PSS-22": shared.collectable,
    },
}
VERSIONS = (1, 2)
# Criteria of which one is enough; the group decides, not its members (part A 2.3).
EITHER = (("SSC-03", "SSC-04"),)


def criteria(cohort: str, version: int) -> dict[str, Decide]:
    """The criteria of a cohort in a version, by id, in their order; KeyError for another."""
    if version not in VERSIONS:
        raise KeyError(version)
    found = dict(INCLUSION[cohort])
    if version >= 2:
        if cohort != "PSSPAH":
            found["PREG-ALL"] = shared.pregnancy_test
        for name in exclusions.EXCLUSIONS:
            found[name] = partial(exclusions.absent, criterion=name)
    return found
