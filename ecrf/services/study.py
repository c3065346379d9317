"""The study as text, loaded once: definition and clinical functions put together and checked."""

from __future__ import annotations

from pathlib import Path

from ecrf.definition import release
from ecrf.definition.catalogue import Catalogue
from ecrf.definition.loader import load_study
from ecrf.entry.functions import FUNCTIONS


class ReleaseError(RuntimeError):
    """A released file of the study changed or is missing."""


def load(folder: Path) -> Catalogue:
    """The catalogue of a study folder; raises DefinitionErrors or ReleaseError."""
    problems = release.verify(folder)
    if problems:
        raise ReleaseError("\n".join(problems))
    return load_study(folder, FUNCTIONS)
