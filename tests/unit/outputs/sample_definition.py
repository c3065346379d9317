"""The definition behind the sample, its words and its times."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from ecrf.definition import model
from ecrf.outputs.casebook import Moment, Words

AT = Moment("2026-11-23 11:05:12 +08:00", "2026-11-23T03:05:12.123Z")
LATER = Moment("2026-11-24 09:00:00 +08:00", "2026-11-24T01:00:00.000Z")
SHA = "3f2a" * 16
_FILE = Path(__file__).with_name("data") / "vs.yaml"
DEFINITION = model.Form.model_validate(YAML(typ="safe", pure=True).load(_FILE))
ITEMS = {item.item: item for _, item in DEFINITION.items()}


def same(text: str) -> Words:
    """A text that reads the same in both languages."""
    return Words(text, text)


def label(oid: str) -> Words:
    return Words.of(ITEMS[oid].label)
