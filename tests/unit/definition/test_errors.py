"""How errors read and how they are ordered."""

from __future__ import annotations

from ecrf.definition.errors import DefinitionError, DefinitionErrors


def test_an_error_reads_as_a_line_an_editor_can_follow():
    error = DefinitionError("forms/vs/1.yaml", 37, 5, "TEMP", "is wrong", "write this")

    assert str(error) == "forms/vs/1.yaml:37:5: TEMP: is wrong; write this"
    assert str(DefinitionError("a", 1, 1, "", "empty")) == "a:1:1: empty"


def test_errors_are_told_once_in_the_order_of_the_files():
    first, second = (DefinitionError("a", line, 1, "", "x") for line in (2, 10))

    assert DefinitionErrors([second, first, second]).errors == [first, second]
