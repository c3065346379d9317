"""Headers of every answer, the report of what a browser refused, hashed static files, gzip."""

from __future__ import annotations

import gzip
import hashlib
import logging
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from werkzeug.wrappers import Response

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'; report-uri /csp"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "X-Frame-Options": "DENY",
}
COMPRESSED = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
SMALLEST = 1024  # bytes worth compressing
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.after_request(_headers)
    app.after_request(_compress)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The URL of a static file with its content hash, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@lru_cache(maxsize=200)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif request.endpoint != "static" and "private" not in response.headers.get(
        "Cache-Control", ""
    ):
        response.headers["Cache-Control"] = "no-store"
    return response


def _compress(response: Response) -> Response:
    """Gzip what is text. Pages carry no secret that a request could be made to reflect: the
    CSRF token is masked anew in every page."""
    if not _worth_compressing(response):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    packed = _packed(body) if request.endpoint == "static" else gzip.compress(body, 5, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _worth_compressing(response: Response) -> bool:
    return (
        response.status_code == 200
        and request.accept_encodings.find("gzip") >= 0
        and "Content-Encoding" not in response.headers
        and response.mimetype in COMPRESSED
    )


@lru_cache(maxsize=100)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
