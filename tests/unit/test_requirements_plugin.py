"""The requirements plugin: marks are checked and the report tells the outcomes."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

OUTCOMES = """
import pytest

@pytest.mark.req("R-001", "R-002")
def test_good():
    pass

@pytest.mark.req("R-002")
def test_bad():
    assert False
"""


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    pytester.makeini("[pytest]\nmarkers = req: requirement")
    plugin = ("-p", "tests.requirements_plugin", "-p", "no:cacheprovider")
    return pytester.runpytest_inprocess(*plugin, "--requirements-report", "report.csv")


def test_report_names_requirement_test_and_outcome(pytester: pytest.Pytester) -> None:
    run(pytester, OUTCOMES)

    lines = (pytester.path / "report.csv").read_text().splitlines()

    assert lines[0] == "requirement,test,outcome"
    assert [line.split(",")[0] + line.split(",")[2] for line in lines[1:]] == [
        "R-001passed",
        "R-002failed",
        "R-002passed",
    ]


@pytest.mark.parametrize("argument", ['"R-1"', '"12"', "3", ""])
def test_a_mark_that_is_no_requirement_stops_the_run(
    pytester: pytest.Pytester, argument: str
) -> None:
    result = run(pytester, f"import pytest\n@pytest.mark.req({argument})\ndef test_x(): pass\n")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
