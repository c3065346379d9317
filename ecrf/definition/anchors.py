"""What the calendar of a subject rests on: dates that planned days count from, and answers after
which nothing more is planned."""

from __future__ import annotations

from pydantic import Field

from ecrf.definition.parts import OID, Part, Text


class Anchor(Part):
    """A date that planned days count from."""

    anchor: OID
    """consent and infusion are always there."""
    label: Text
    dates: tuple[str, ...] = Field(min_length=1)
    """Items, the real date first, then those that stand for it until it is real."""


class Baseline(Part):
    """What a laboratory result must come before to be the baseline."""

    date: str
    """An item, as FORM.ITEM; of several records the earliest counts."""
    time: str | None = None
    """The item with the time of day, of the same record."""


class Leaving(Part):
    """A subject who gave one of these answers left: the visits still planned are not expected."""

    item: str
    """FORM.ITEM; of several records the latest counts."""
    values: tuple[str, ...] = Field(min_length=1)
    follow_up: str | None = None
    """An item that says Y when the visits by calendar year go on nevertheless."""
