"""Who asks: thin blueprints that permit, call one service, and answer."""

from __future__ import annotations

from flask import Flask

from ecrf.web import (
    access,
    accounts,
    csp,
    errors,
    filters,
    health,
    language,
    pdf,
    records,
    security,
    signatures,
    subjects,
)
from ecrf.web.language import current_language

BLUEPRINTS = (accounts, csp, health, language, pdf, records, signatures, subjects)

__all__ = ["current_language", "init_app", "pdf"]


def init_app(app: Flask) -> None:
    """Bind every blueprint and hook, outermost first."""
    security.init_app(app)
    access.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.bp)
