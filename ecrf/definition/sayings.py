"""Words that are ready to be sent in queries and their answers, in both languages."""

from __future__ import annotations

from ecrf.definition.parts import OID, Part, Text


class Saying(Part):
    """Words that are ready to be sent."""

    saying: OID
    text: Text


class Sayings(Part):
    """What is often asked and answered in queries, in neutral words that suggest no value."""

    questions: tuple[Saying, ...] = ()
    answers: tuple[Saying, ...] = ()
