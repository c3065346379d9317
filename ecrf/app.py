"""create_app: the one place where everything is bound together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ecrf import config, documents, sqlite
from ecrf.extensions import READER, babel, csrf, db, login_manager
from ecrf.keystore import KeyStore
from ecrf.outputs import stamps
from ecrf.services import study
from ecrf.web import blueprints
from ecrf.web.language import current_language


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application. Raises SettingError, DefinitionErrors or ReleaseError rather than start
    with a missing secret, a faulty definition or a changed released file."""
    app = Flask("ecrf", template_folder=str(config.ROOT / "templates"))
    settings = config.load(overrides)
    app.config.update(settings)
    app.config.update(_flask_settings(settings))
    if settings["PROXIES"]:
        hops = settings["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions["catalogue"] = study.load(settings["FORMS_DIR"])
    app.extensions["keystore"] = KeyStore(settings["INSTANCE_DIR"] / "keys").ensure()
    app.extensions["clock"] = _clock(settings)
    for extension in (db, csrf, login_manager, babel):
        _bind(extension, app)
    with app.app_context():
        sqlite.tune(db.engine, reader=False)
        sqlite.tune(db.engines[READER], reader=True)
    blueprints.init_app(app)
    return app


def _clock(settings: Mapping[str, Any]) -> stamps.Clock | None:
    """The time-stamp authority, None where none is configured."""
    url, roots = settings["TSA_URL"], settings["TSA_ROOTS"]
    if not url:
        return None
    try:
        return stamps.clock(url, Path(roots))
    except (OSError, ValueError) as error:
        raise config.SettingError(
            f"ECRF_TSA_ROOTS={roots!r} must name a PEM file of certificates: {error}"
        ) from error


def _bind(extension: Any, app: Flask) -> None:
    if extension is babel:
        babel.init_app(app, locale_selector=current_language)
    else:
        extension.init_app(app)


def _flask_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    engine: dict[str, Any] = {
        "json_serializer": documents.write,
        "json_deserializer": documents.read,
    }
    url = settings["DATABASE_URL"]
    if url.startswith("postgresql"):
        engine |= {"pool_size": 8, "pool_pre_ping": False, "pool_recycle": 1800}
    reader = {"url": url, **engine}
    if url.startswith("postgresql"):
        reader["execution_options"] = {"postgresql_readonly": True}
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "SQLALCHEMY_BINDS": {READER: reader},
        "BABEL_TRANSLATION_DIRECTORIES": str(config.ROOT / "ecrf" / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": [h for h in settings["TRUSTED_HOSTS"].split(",") if h] or None,
    }
