"""A page that is filled in says so every few seconds, and is told who else fills it in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from ecrf.services import presence
from ecrf.services.keys import Key
from ecrf.web.access import permitted, write
from ecrf.web.records import PLACE

bp = Blueprint("presence", __name__)


@bp.post(f"{PLACE}/here")
@permitted("record.enter")
def here(**place: Any) -> Response:
    """Still here, or leaving; nothing clinical goes either way."""
    key = Key(**place)
    with write() as work:
        if request.form.get("leave"):
            presence.leave(work, key)
            return jsonify(others=[])
        found = presence.arrive(work, key, request.form.get("typing") == "1")
        return jsonify(others=[asdict(other) for other in found])
