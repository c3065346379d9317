"""JSON documents as the database keeps them: records, drafts, arguments of jobs.

orjson reads and writes them several times as fast as the standard library, and every rule that
looks at another form reads its document. What it refuses (half a character, a number beyond 64
bits) is left to the standard library.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def write(content: Any) -> str:
    """The document as text. Raises TypeError for what JSON does not have."""
    try:
        return orjson.dumps(content, option=_STRICT).decode()
    except orjson.JSONEncodeError:
        return json.dumps(content)


def read(text: str | bytes) -> Any:
    """The content of a document."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
