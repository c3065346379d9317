"""Imports point down, are at the top of the file, and the contract really is able to fail."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, findings, functions, python_files

CONTRACT = ROOT / "setup.cfg"

BROKEN = {
    "definition calls the web": ("definition", "import ecrf.web"),
    "a model knows a service": ("models", "import ecrf.services"),
    "a service knows an output": ("services", "import ecrf.outputs"),
    "entry knows Flask": ("entry", "import flask"),
    "clinical knows the database": ("clinical", "import sqlalchemy"),
    "definition makes PDF": ("definition", "import weasyprint"),
    "a new folder has no place": ("helpers", ""),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--config", CONTRACT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def layers() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACT)
    return parser["importlinter:contract:layers"]["layers"].replace("|", " ").split()


def in_function(source: str) -> Iterator[str]:
    for function in functions(ast.parse(source)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: import inside {function.name}"


def test_imports_point_down() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("package", "line"), BROKEN.values(), ids=BROKEN.keys())
def test_the_contract_refuses(tmp_path: Path, package: str, line: str) -> None:
    for name in {*layers(), package}:
        (tmp_path / "ecrf" / name).mkdir(parents=True)
        (tmp_path / "ecrf" / name / "__init__.py").write_text("")
    (tmp_path / "ecrf" / "__init__.py").write_text("")
    assert package not in layers() or lint_imports(tmp_path).returncode == 0

    (tmp_path / "ecrf" / package / "__init__.py").write_text(line)

    assert lint_imports(tmp_path).returncode == 1


def test_every_folder_is_a_package() -> None:
    """The contract does not see a folder without __init__.py."""
    folders = {path.parent for path in python_files("ecrf")}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_imports_are_at_the_top() -> None:
    assert findings(in_function, python_files("ecrf", "migrations", "tests")) == []


def test_an_import_inside_a_function_is_found() -> None:
    assert list(in_function("def f():\n    import os\n")) == ["2: import inside f"]
