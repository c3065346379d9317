"""Requirements in tests: ``@pytest.mark.req("R-012")`` says which one a test shows to be met.

``pytest --requirements-report FILE`` writes a table of requirement, test and outcome: the
evidence a validation needs, made by the run itself.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

REQUIREMENT = re.compile(r"R-\d{3}")
PROPERTY = "requirement"
WORST_FIRST = ("failed", "error", "skipped", "passed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements-report",
        metavar="FILE",
        help="write requirement, test, outcome as CSV",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("req"):
            for requirement in _checked(mark, item.nodeid):
                item.user_properties.append((PROPERTY, requirement))


def _checked(mark: pytest.Mark, nodeid: str) -> tuple[str, ...]:
    if not mark.args:
        raise pytest.UsageError(f"{nodeid}: req names no requirement")
    for requirement in mark.args:
        if not isinstance(requirement, str) or not REQUIREMENT.fullmatch(requirement):
            raise pytest.UsageError(f"{nodeid}: {requirement!r} is not like R-012")
    return mark.args


class RequirementsReport:
    """Collects outcomes; under xdist it lives in the process that hears from all workers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outcomes: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = report.outcome
        if report.when != "call" and outcome == "failed":
            outcome = "error"  # type: ignore[assignment]
        for name, requirement in report.user_properties:
            if name == PROPERTY:
                key = (str(requirement), report.nodeid)
                known = self.outcomes.get(key, "passed")
                self.outcomes[key] = min(known, outcome, key=WORST_FIRST.index)

    def pytest_sessionfinish(self) -> None:
        with self.path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(("requirement", "test", "outcome"))
            table.writerows((*key, outcome) for key, outcome in sorted(self.outcomes.items()))


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--requirements-report")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RequirementsReport(Path(path)), "requirements-report")
