"""Clinical values have one writer: nothing else makes a record or changes what it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import findings, python_files

WRITER = "ecrf/services/records.py"
HELD = {"data", "versions", "revision"}


def writes(source: str) -> Iterator[str]:
    """Places that make a Record or assign to what it holds."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Record":
            yield f":{node.lineno} makes a Record"
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in HELD:
                if ast.unparse(target.value).endswith("record"):
                    yield f":{node.lineno} writes {ast.unparse(target)}"


@pytest.mark.req("R-043", "R-008")
def test_only_the_write_service_writes_records() -> None:
    others = [path for path in python_files("ecrf") if not str(path).endswith(WRITER)]

    assert findings(writes, others) == []


def test_a_second_writer_is_found() -> None:
    assert list(writes("record.data = {}")) and list(writes("x = Record(form='VS')"))
