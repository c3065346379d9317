"""Is the program alive."""

from __future__ import annotations

from flask import Blueprint, Response

bp = Blueprint("health", __name__)


@bp.get("/health")
def live() -> Response:
    """For the monitor of the host; says nothing about the data."""
    return Response("ok", mimetype="text/plain")
