"""Every setting, once: its name, type, default and meaning. A missing secret stops the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingError(RuntimeError):
    """A setting is missing or unreadable; the text says which and what to do."""


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("write 1 or 0")


def _factor(text: str) -> str:
    if text not in {"", "required", "optional"}:
        raise ValueError("write required or optional")
    return text


@dataclass(frozen=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str


SETTINGS = (
    Setting("INSTANCE_DIR", Path, str(ROOT / "instance"), "Folder of database, keys and files"),
    Setting("DATABASE_URL", str, "", "SQLAlchemy URL; empty = SQLite in INSTANCE_DIR"),
    Setting("FORMS_DIR", Path, str(ROOT / "forms" / "cd19-bcma"), "Folder of the study's text"),
    Setting("SECRET_KEY", str, "", "Signs CSRF tokens; empty = INSTANCE_DIR/secret.key"),
    Setting("HTTPS", _flag, "0", "Served over TLS: Secure, __Host- cookies"),
    Setting("TRUSTED_HOSTS", str, "", "Host names served, separated by commas; empty = any"),
    Setting("PROXIES", int, "0", "Number of reverse proxies in front"),
    Setting("IDLE_MINUTES", int, "15", "A session locks after so many idle minutes (R-158)"),
    Setting("SESSION_HOURS", int, "12", "A session ends after so many hours (R-158)"),
    Setting("SECOND_FACTOR", _factor, "", "required or optional; empty = required but for a demo"),
    Setting("UPLOAD_MB", int, "20", "Largest file that can be attached, in megabytes"),
    Setting("PDF_PROCESSES", int, "2", "Processes that lay out visits and casebooks at a time"),
    Setting("TSA_URL", str, "", "Address of a time-stamp authority (RFC 3161); empty = none"),
    Setting("TSA_ROOTS", str, "", "PEM file of the certificates that the authority is trusted by"),
    Setting("TSA_RENEW_DAYS", int, "180", "A time-stamp is renewed so many days before it ends"),
    Setting("IMPORT_MB", int, "5", "Largest CSV file or workbook that is read, in megabytes"),
    Setting("IMPORT_ROWS", int, "2000", "Most rows of a CSV file or workbook that is read"),
    Setting("DEMO", _flag, "0", "A demonstration: banner on every page, demo accounts allowed"),
)


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Settings from ECRF_<NAME> in the environment, then overrides; raises SettingError."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = os.environ.get(f"ECRF_{setting.name}", setting.default)
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            raise SettingError(f"ECRF_{setting.name}={text!r} cannot be read: {error}") from error
    values.update(overrides or {})
    values["INSTANCE_DIR"] = Path(values["INSTANCE_DIR"])
    if not values["DATABASE_URL"]:
        values["DATABASE_URL"] = f"sqlite:///{values['INSTANCE_DIR'] / 'ecrf.sqlite'}"
    if not values["SECOND_FACTOR"]:
        values["SECOND_FACTOR"] = "optional" if values["DEMO"] else "required"
    if not values["SECRET_KEY"]:
        values["SECRET_KEY"] = _secret(values["INSTANCE_DIR"])
    return values


def prepare_instance(folder: Path) -> None:
    """Make the instance folder and its secret, readable by this user only, if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    key = folder / "secret.key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))


def _secret(folder: Path) -> str:
    try:
        return (folder / "secret.key").read_text().strip()
    except OSError as error:
        raise SettingError(
            f"No secret key: set ECRF_SECRET_KEY, or run `ecrf db upgrade` to make {folder}"
        ) from error
