"""The DLT sheet: the window, every event that may count with the rules it meets, the decisions, and
what keeps the decision from being signed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import lazy_gettext as _l

from ecrf.definition import items
from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import BLANK, Value, item_path
from ecrf.entry import content, layout
from ecrf.models import Record
from ecrf.services import contexts, keys, query_list, signatures, subjects, toxicity
from ecrf.services.casebooks import Casebook, EventState, FormState
from ecrf.services.errors import NotFound
from ecrf.services.toxicity import Assessment, Event
from ecrf.services.work import Work
from ecrf.web import query_list as query_list_page
from ecrf.web import trail
from ecrf.web.access import permitted, read
from ecrf.web.eligibility import place
from ecrf.web.filters import text
from ecrf.web.language import current_language

bp = Blueprint("toxicity", __name__)
RULES = {
    "D01": _l("CRS: grade 4, or grade 3 for more than 72 h"),
    "D02": _l("ICANS: grade 4, or grade 3 for more than 72 h"),
    "D03": _l("IEC-HS: grade 3 or more"),
    "D04": _l("Non-haematological: grade 3 or more for more than 7 days"),
    "D05": _l("Haematological: counts low at day 28 after 14 days or more"),
    "D06": _l("Infection: grade 4 or more"),
    "D07": _l("Infusion reaction: grade 4, or grade 3 for more than 24 h"),
    "D08": _l("Organ: grade 3 or more for more than 72 h; renal crisis at any duration"),
    "D09": _l("Death, unless not related"),
}
SAID = ("DLTYN", "DLTEVAL", "DLTMIND", "DLTFUP")  # what the form says over all


@bp.get("/subjects/<code>/dlt")
@permitted("record.read")
def sheet(code: str) -> str:
    """Evidence, rules and decisions, side by side; nothing is decided here."""
    with read() as work:
        book = subjects.casebook(work, code)
        at, state = _filed(book)
        subject = keys.subject(work, code)
        found = toxicity.assess(work, subject, contexts.today(work, subject.site))
        record = work.session.get(Record, state.record_id) if state.record_id else None
        return render_template(
            "subjects/toxicity.html",
            book=book,
            found=found,
            at=at,
            state=state,
            form=state.form,
            form_url=place(keys.Key(code, at.event.event, at.event_no, state.form.oid)),
            rules=RULES,
            rows=[_row(work, event) for event in found.events],
            record=record,
            queries=query_list.of_forms(work, code, (toxicity.FORM, *toxicity.READS)),
            query_url=query_list_page.place,
            **_standing(work, found, state.form, record),
        )


def _filed(book: Casebook) -> tuple[EventState, FormState]:
    """Where the form with the decisions stands; NotFound where the study has none."""
    for at in book.events:
        for state in at.forms:
            if state.form.oid == toxicity.FORM:
                return at, state
    raise NotFound(toxicity.FORM)


def _standing(
    work: Work, found: Assessment, form: FormDefinition, record: Record | None
) -> dict[str, Any]:
    """What the form says, whether it is signed, and what is to be settled first."""
    if record is None:
        return {"said": [], "states": [], "unmet": [], "decisions": {}}
    subject = keys.record(work, record.id)[1]
    data = content.restore(form, record.data)
    unmet = [
        {
            "id": layout.html_id(finding.path),
            "item": trail.label(form, finding.path),
            "severity": finding.severity,
            "text": text(finding.message),
        }
        for finding in signatures.unmet(work, record, subject)
    ]
    return {
        "said": [(text(form.item(i).label), _shown(form, i, data.get(i, BLANK))) for i in SAID],
        "states": signatures.states(work, current_app.extensions["keystore"], record),
        "unmet": unmet,
        "decisions": {e.name: _decision(form, data, e) for e in found.events if e.row},
    }


def _decision(form: FormDefinition, data: dict[str, Value], event: Event) -> dict[str, str]:
    row = event.row.row if event.row else ""
    paths = {name: item_path(name, toxicity.ROWS, row) for name in ("DLTINV", "DLTCAT", "DLTSRC")}
    return {name: _shown(form, name, data.get(path, BLANK)) for name, path in paths.items()}


def _shown(form: FormDefinition, name: str, value: Value) -> str:
    return items.display(form.item(name), value, current_language())


def _row(work: Work, event: Event) -> dict[str, Any]:
    form = work.catalogue.current("AE")
    coded = {"AETOXGR": event.grade, "AEREL": event.causality, "AESICAT": event.category}
    return {
        "event": event,
        "url": place(event.key),
        "linked": place(event.linked) if event.linked else "",
        "missing": [_gap(work, form, event, name) for name in event.missing],
        **{name: _shown(form, name, Value(code)) for name, code in coded.items()},
    }


def _gap(work: Work, form: FormDefinition, event: Event, name: str) -> dict[str, str]:
    """An item that would settle it, with its place: in the event, or in its episode."""
    if name in form.items:
        return {"label": text(form.item(name).label), "url": place(event.key, name)}
    episode = work.catalogue.current(event.category)
    label = f"{text(episode.model.title)}: {text(episode.item(name).label)}"
    return {"label": label, "url": place(event.linked or event.key, name if event.linked else "")}
