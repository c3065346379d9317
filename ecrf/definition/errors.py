"""What is wrong with a definition, each with file, line and column; always all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DefinitionError:
    """``path:line:column: where: message; hint``; line and column count from 1."""

    file: str
    line: int
    column: int
    where: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.message}{hint}"


class DefinitionErrors(Exception):
    """Everything found wrong in a study, in the order of the files."""

    def __init__(self, errors: Iterable[DefinitionError]) -> None:
        unique = {str(error): error for error in errors}.values()
        self.errors = sorted(unique, key=lambda e: (e.file, e.line, e.column, str(e)))
        super().__init__(str(self))

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))
