"""What templates may say: texts in the person's language, times with offset, permissions."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g

from ecrf.definition.model import Text
from ecrf.models.columns import moment
from ecrf.services import eligibility, toxicity
from ecrf.web.language import current_language

# Forms that are decided over other records, and the page with the evidence.
SHEETS = {eligibility.FORM: "eligibility.sheet", toxicity.FORM: "toxicity.sheet"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(text=text, local=local)
    app.jinja_env.globals["sheets"] = SHEETS
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_globals)


def text(value: Text) -> str:
    """A bilingual text in the language of the request."""
    return value[current_language()]


def local(instant: str) -> str:
    """A stored instant as site time with its offset: 2026-11-23 11:05:12 +08:00 (R-114)."""
    zone = ZoneInfo(current_app.extensions["catalogue"].study.sites[0].timezone)
    shown = moment(instant).astimezone(zone)
    offset = shown.strftime("%z")
    return f"{shown:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}"


def _globals() -> dict[str, Any]:
    catalogue = current_app.extensions["catalogue"]
    actor = g.get("actor")

    def may(action: str) -> bool:
        return actor is not None and actor.may(action)

    language = current_language()
    return {
        "actor": actor,
        "catalogue": catalogue,
        "study": catalogue.study,
        "language": language,
        "html_lang": "zh-Hans" if language == "zh" else "en",
        "demo": current_app.config["DEMO"],
        "may": may,
    }
