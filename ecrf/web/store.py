"""Where sealed files are kept, by content digest."""

from __future__ import annotations

from pathlib import Path

from flask import Flask


def store(app: Flask) -> Path:
    """The folder; it is made with the first file."""
    return Path(app.config["INSTANCE_DIR"]) / "store"
