"""JSON Schema of the definition files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from ecrf.definition.model import (
    AnalyteCatalogue,
    Build,
    CodeList,
    Form,
    Laboratory,
    Study,
)

KINDS: dict[str, type[BaseModel]] = {
    "study": Study,
    "build": Build,
    "form": Form,
    "codelist": CodeList,
    "analytes": AnalyteCatalogue,
    "laboratory": Laboratory,
}


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file: study, build, form, codelist, analytes or laboratory."""
    built = KINDS[kind].model_json_schema(mode="validation")
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:ecrf:schema:{kind}",
        **built,
    }
