"""Episodes: what happened to a subject over some days and is drawn beside the visits."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ecrf.definition.parts import OID, Part, Text
from ecrf.definition.rule_types import Type, near
from ecrf.definition.source import Source

DATED = ("date", "datetime")


class Episode(Part):
    """Records of one form, each with a first day, mostly a last one, and a grade."""

    form: OID
    label: Text
    start: OID
    end: OID
    grade: OID | None = None
    least: int = Field(default=0, ge=0)
    """The lowest grade that is drawn."""


def check_episodes(
    episodes: tuple[Episode, ...], source: Source, names: Mapping[str, Type] | None
) -> None:
    """Items known, and dates where dates are needed."""
    for i, one in enumerate(episodes):
        for key in ("start", "end", "grade"):
            item = getattr(one, key)
            name = f"{one.form}.{item}"
            if names is None or item is None:
                continue
            if name not in names:
                hint = near(name, names)
                source.error(("episodes", i, key), f'there is no item "{name}"', hint)
            elif key != "grade" and (names[name].of or names[name]).kind not in DATED:
                source.error(("episodes", i, key), f"{name} is {names[name]}, not a date")
