"""Pasting a block of results into a laboratory panel (S12): what would become of each line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from ecrf.definition import units
from ecrf.services import blocks
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
    group, block = request.form.get("group", ""), request.form.get("block", "")
    try:
        with read() as work:
            shown = blocks.preview(work, Key(**place), group, block)
    except Invalid as refusal:
        return render_template("records/block.html", lines=[], error=say(refusal), counts={}), 422
    states = [line.state for line in shown]
    counts = {state: states.count(state) for state in ("new", "changes", "same", "refused")}
    return render_template(
        "records/block.html", lines=shown, counts=counts, error="", symbol=units.symbol
    )
