"""Every blueprint and hook of the web layer, bound in one place."""

from __future__ import annotations

from flask import Flask

from ecrf.web import (
    access,
    accounts,
    attachments,
    blocks,
    builds,
    csp,
    display,
    eligibility,
    errors,
    factors,
    filters,
    health,
    home,
    language,
    locks,
    logs,
    pdf,
    presence,
    queries,
    query_list,
    read_only,
    records,
    reviews,
    search,
    security,
    sign_offs,
    signatures,
    site_copies,
    subjects,
    toxicity,
    trail_reviews,
    volumes,
)

BLUEPRINTS = (
    accounts,
    attachments,
    blocks,
    builds,
    csp,
    display,
    eligibility,
    factors,
    health,
    home,
    language,
    locks,
    logs,
    pdf,
    presence,
    queries,
    query_list,
    records,
    reviews,
    search,
    sign_offs,
    signatures,
    site_copies,
    subjects,
    toxicity,
    trail_reviews,
    volumes,
)


def init_app(app: Flask) -> None:
    """Bind every blueprint and hook, outermost first."""
    security.init_app(app)
    access.init_app(app)
    read_only.init_app(app)
    display.init_app(app)
    attachments.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.bp)
