"""The eligibility sheet: every criterion beside its verdict, with what it rests on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ecrf.definition import items
from ecrf.definition.values import Value, split_path
from ecrf.eligibility.evaluate import Criterion as Judged
from ecrf.eligibility.facts import Evidence
from ecrf.entry import layout
from ecrf.services import eligibility, keys, subjects
from ecrf.services.casebooks import Casebook
from ecrf.services.eligibility import Screening
from ecrf.services.errors import NotFound
from ecrf.web.access import permitted, read
from ecrf.web.filters import text
from ecrf.web.language import current_language

bp = Blueprint("eligibility", __name__)
QUOTIENT = re.compile(r"-?[0-9]+\.[0-9]{5,}")

WARNINGS = {
    "W-TIED": _l("Two results of the same moment differ"),
    "W-PROVISIONAL": _l("Provisional: the reference date is not known yet"),
    "W-GCONLY": _l("Only a glucocorticoid supports the refractory course"),
    "W-ORAL": _l("The refractory course rests on what was told, not on documents"),
    "W-DSELISA": _l("Anti-dsDNA was not measured by ELISA: repeat by ELISA"),
    "W-ALLERGY": _l("The allergy history has a severe reaction"),
    "W-BILDIR": _l("The direct fraction is not explained by Gilbert syndrome"),
    "W-CODERIVED": _l("Cardiac output derived from cardiac index and body surface"),
    "W-RHCOLD": _l("The right heart catheterisation is old"),
    "W-MPAP20": _l("mPAP is exactly 20 mmHg, which ESC/ERS 2022 does not call PAH: confirm"),
    "W-DISCORD": _l("BNP and NT-proBNP disagree"),
    "W-NOBG": _l("No background treatment recorded"),
    "W-NOPAH": _l("No PAH-targeted drug recorded"),
    "W-IPRA": _l("Selexipag counts as a prostacyclin"),
    "W-PDE5SGC": _l("PDE-5 inhibitor and guanylate cyclase stimulator together: contraindicated"),
    "W-PREGTEST": _l("No negative blood pregnancy test within 7 days before lymphodepletion"),
    "W-ONOXYGEN": _l("Measured on oxygen: repeat on room air"),
    "W-OVERLAP": _l("Overlap syndrome"),
    "W-IGRA": _l("Interferon-gamma release assay positive: consider prophylaxis"),
    "W-PREG": _l("Childbearing potential without a negative blood test in time"),
    "W-EGFR": _l("eGFR below 30"),
    "W-LVEF": _l("LVEF below 50 %"),
    "W-INF": _l("An infection marker is positive"),
    "W-PLT": _l("Platelets below 30"),
    "W-HGB": _l("Haemoglobin below 60 g/L"),
    "W-NEUT": _l("Neutrophils below 1.0"),
    "W-QTC": _l("QTcF above 500 ms"),
    "W-LIVEVAC": _l("Live vaccine less than 28 days before lymphodepletion"),
    "W-OLD": _l("An assessment of screening is older than the window"),
}


@bp.get("/subjects/<code>/eligibility")
@permitted("record.read")
def sheet(code: str) -> str:
    """Criteria with result, evidence, what is missing and warnings."""
    with read() as work:
        found = eligibility.screen(work, keys.subject(work, code))
        if found is None:
            raise NotFound("eligibility")
        book = subjects.casebook(work, code)
        return render_template(
            "subjects/eligibility.html",
            book=book,
            screening=found,
            result=found.evaluation.result,
            warnings=[WARNINGS.get(code, code) for code in found.evaluation.warnings],
            rows=[_row(found, book, judged) for judged in found.evaluation.criteria],
            form=_form(book),
        )


def _row(found: Screening, book: Casebook, judged: Judged) -> dict[str, Any]:
    criterion = found.criteria.get(judged.id)
    return {
        "id": judged.id,
        "label": text(criterion.label) if criterion else judged.id,
        "text": text(criterion.text) if criterion else "",
        "result": judged.result,
        "evidence": [_evidence(found, evidence) for evidence in judged.evidence],
        "missing": [_missing(found, book, field) for field in lacking(judged)],
        "warnings": [WARNINGS.get(code, code) for code in judged.warnings],
    }


def lacking(judged: Judged) -> tuple[str, ...]:
    """The fields a criterion lacks; what another branch would have needed is no gap."""
    return () if judged.result in ("PASS", "NA") else judged.missing


def _evidence(found: Screening, evidence: Evidence) -> dict[str, Any]:
    source = found.places.get((evidence.form, evidence.record, evidence.field))
    label, value = told(found, evidence, current_language())
    url = place(source.key, source.path) if source else ""
    return {"label": label, "value": value, "date": evidence.date, "url": url}


def told(found: Screening, evidence: Evidence, language: str) -> tuple[str, str]:
    """What a piece of evidence is called, and its value as a person reads it."""
    source = found.places.get((evidence.form, evidence.record, evidence.field))
    if source is None:
        return evidence.field, evidence.value
    label, value = evidence.field, evidence.value
    if source.item is not None:
        label, value = source.item.label[language], _shown(source.item, value, language)
    analyte = split_path(source.path)[2]
    if analyte and evidence.field.startswith("lb_"):
        upper = evidence.field.endswith("_uln")
        label = f"{analyte}, {_('upper limit of normal')}" if upper else analyte
    return label, value


def _shown(item: Any, value: str, language: str) -> str:
    """A code decoded, a quotient to four digits; everything else as the engine read it."""
    if not items.choices(item):
        return f"{Decimal(value):.4g}" if QUOTIENT.fullmatch(value) else value
    return items.display(item, Value(value), language)


def _missing(found: Screening, book: Casebook, field: str) -> dict[str, str]:
    """What is missing, in words, with the form that asks for it where one is due."""
    label = gap(found, field, current_language())
    home = found.homes.get(field.removesuffix(".uln"))
    if home is None:
        return {"label": label, "url": ""}
    form, path = home
    at = next((at for at in book.events if any(s.form.oid == form.oid for s in at.forms)), None)
    url = ""
    if at is not None:
        url = place(keys.Key(book.subject.code, at.event.event, at.event_no, form.oid), path)
    return {"label": label, "url": url}


def gap(found: Screening, field: str, language: str) -> str:
    """What is missing: the form and the item or test that would hold it."""
    home = found.homes.get(field.removesuffix(".uln"))
    if home is None:
        return field
    form, path = home
    name, _group, test = split_path(path)
    label = test or (form.item(name).label[language] if name in form.items else field)
    return f"{form.model.title[language]}: {label}"


def place(key: keys.Key, path: str = "") -> str:
    """The address of an item in its form."""
    return url_for(
        "records.page",
        subject=key.subject,
        event=key.event,
        event_no=key.event_no,
        form=key.form,
        repeat=key.repeat,
        _anchor=layout.html_id(path) if path else None,
    )


def _form(book: Casebook) -> dict[str, Any] | None:
    """The form with judgements and decision: where it stands and how far it is."""
    for at in book.events:
        for state in at.forms:
            if state.form.oid == eligibility.FORM:
                key = keys.Key(book.subject.code, at.event.event, at.event_no, state.form.oid)
                return {"url": place(key), "state": state.state}
    return None
