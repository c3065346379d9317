"""Every problem and finding has a message in both languages with the same placeholders."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrf.definition import items
from ecrf.definition.model import Text
from ecrf.entry.messages import MESSAGES, message, render

ITEMS = Path(items.__file__).parent
ROOT = ITEMS.parent.parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def problems() -> Iterator[tuple[str, frozenset[str]]]:
    """Code and parameters of every Problem(...) in the item types and in entry."""
    for path in (*ITEMS.glob("*.py"), *(ROOT / "entry").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                given = node.args[1] if len(node.args) > 1 else None
                names = [key.value for key in given.keys] if isinstance(given, ast.Dict) else []
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value, frozenset(names)


PROBLEMS = {(code, names) for code, names in problems() if "." in code}


@pytest.mark.req("R-060")
def test_every_problem_has_a_message_that_uses_what_it_is_given() -> None:
    assert len(PROBLEMS) > 15
    for code, names in PROBLEMS:
        assert code in MESSAGES, code
        assert placeholders(MESSAGES[code].en) <= names, code


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_have_the_same_placeholders(code: str) -> None:
    text = MESSAGES[code]

    assert placeholders(text.en) == placeholders(text.zh)
    assert text.en.endswith(".")
    assert text.zh.endswith("。")


@pytest.mark.req("R-068")
def test_no_message_suggests_an_answer() -> None:
    leading = ("should be", "did you mean", "must be changed to", "应为", "应改为")

    for text in MESSAGES.values():
        assert not any(word in text.en or word in text.zh for word in leading)


def test_a_message_is_filled_in_the_language_of_the_reader() -> None:
    label = Text(en="Weight", zh="体重")

    assert message("hidden", {"label": label}).zh.startswith("体重已有值")
    assert render("number.places", {"places": "1"}, "zh").startswith("小数位数过多，最多 1 位")


def test_braces_in_what_was_typed_are_harmless() -> None:
    assert "{x}" in render("item.unknown", {"path": "{x}"}, "en")


def test_an_empty_list_is_shown_as_a_dash() -> None:
    assert render("missing.not_allowed", {"codes": ""}, "en").endswith("Allowed: –.")
