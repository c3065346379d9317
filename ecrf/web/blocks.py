"""A block of results for a laboratory panel, pasted or from a file (S12): what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request

from ecrf.definition import units
from ecrf.services import blocks, tables
from ecrf.services.errors import Invalid
from ecrf.services.keys import Key
from ecrf.web.access import permitted, read
from ecrf.web.messages import say
from ecrf.web.records import PLACE

bp = Blueprint("blocks", __name__)


@bp.post(f"{PLACE}/block")
@permitted("record.enter")
def preview(**place: Any) -> str | tuple[str, int]:
    """A fragment: the lines as accepted, changed or refused. Nothing is kept."""
    group = request.form.get("group", "")
    try:
        block = _block()
        with read() as work:
            shown = blocks.preview(work, Key(**place), group, block)
    except Invalid as refusal:
        return render_template("records/block.html", lines=[], error=say(refusal), counts={}), 422
    states = [line.state for line in shown]
    counts = {state: states.count(state) for state in ("new", "changes", "same", "refused")}
    return render_template(
        "records/block.html", lines=shown, counts=counts, error="", symbol=units.symbol
    )


def _block() -> str:
    """What was pasted, or the lines of the file that was chosen; the file is not kept."""
    file = request.files.get("file")
    if file is None:
        return request.form.get("block", "")
    config = current_app.config
    limits = tables.Limits(config["IMPORT_MB"], config["IMPORT_ROWS"])
    return tables.text_of(file.stream.read(), limits)
