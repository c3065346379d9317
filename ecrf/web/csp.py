"""What browsers refused to run."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from ecrf.extensions import csrf

log = logging.getLogger(__name__)
bp = Blueprint("csp", __name__)


@bp.post("/csp")
@csrf.exempt
def report() -> Response:
    """A browser reports a violation: only which rule and file, never values or whole URLs."""
    body = request.get_json(force=True, silent=True)
    told = body.get("csp-report", {}) if isinstance(body, dict) else {}
    rule = str(told.get("violated-directive", ""))[:80]
    file = str(told.get("source-file", "")).rpartition("/")[2][:80]
    log.warning("csp violation: %r in %r line %r", rule, file, str(told.get("line-number"))[:8])
    return Response("", 204)
