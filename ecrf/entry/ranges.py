"""The reference range printed beside each test of a panel, also before there is a result."""

from __future__ import annotations

from collections.abc import Mapping

from ecrf.definition.catalogue import Catalogue, FormDefinition
from ecrf.definition.values import Value
from ecrf.entry import labs
from ecrf.entry.context import Context
from ecrf.entry.lab_rows import sample_of
from ecrf.entry.layout import span_text
from ecrf.entry.plan import plan_of


def printed(
    catalogue: Catalogue, form: FormDefinition, data: Mapping[str, Value], context: Context
) -> dict[str, str]:
    """Path of a result -> its range in the canonical unit; nothing where none applies."""
    if not form.panels:
        return {}
    plan = plan_of(catalogue, form)
    sample = sample_of(plan, data, context)
    if sample.laboratory is None or sample.on is None or sample.birth is None:
        return {}
    ranges = {}
    for group in plan.groups:
        for code, analyte in group.analytes.items() if group.result else ():
            rows = plan.rows_of(sample.laboratory, code)
            row = labs.choose(rows, sample.laboratory, sample.sex, sample.birth, sample.on)
            given = row and plan.limits_of(sample.laboratory, row, analyte)
            if given:
                ranges[f"{group.oid}[{code}].{group.result}"] = span_text(given.low, given.high)
    return ranges
