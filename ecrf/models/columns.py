"""Column types shared by the tables."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers only INTEGER keys itself

Key = Annotated[int, mapped_column(_Id, primary_key=True)]
Ref = Annotated[int, mapped_column(_Id)]
Instant = Annotated[str, mapped_column(String(24))]
Json = Annotated[dict[str, Any], mapped_column(Document)]


def instant(moment: dt.datetime) -> str:
    """An aware datetime as UTC text with milliseconds (R-113)."""
    utc = moment.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def moment(text: str) -> dt.datetime:
    """The aware UTC datetime of an instant."""
    return dt.datetime.fromisoformat(text)
