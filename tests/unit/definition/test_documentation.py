"""What docs/study-builder.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecrf.definition import items
from ecrf.definition.item_models import ItemBase
from ecrf.definition.loader import load_study, run_examples
from ecrf.definition.names import PANEL
from ecrf.definition.rule_aggregates import NAMES
from ecrf.definition.rule_forms import FORMS
from ecrf.definition.rule_functions import BUILTINS
from ecrf.definition.rules import MAX_DEPTH, MAX_LENGTH, MAX_NODES, MAX_STEPS
from tests.unit.definition import corpus

PAGE = Path(__file__).parents[3] / "docs" / "study-builder.md"


@pytest.fixture
def page():
    return PAGE.read_text(encoding="utf-8")


def test_the_form_of_the_page_loads(page, tmp_path):
    root = corpus.base(tmp_path)
    (example,) = re.findall(r"```yaml\n(form: .*?)```", page, re.DOTALL)
    (root / "forms/vs/1.yaml").write_text(example, encoding="utf-8")

    assert run_examples(load_study(root)) == []


@pytest.mark.parametrize("name", sorted({*BUILTINS, *FORMS, *NAMES}))
def test_every_function_is_on_the_page(page, name):
    assert re.search(rf"[` ]{name}\(", page)


@pytest.mark.parametrize("kind", [*items.PLAIN, "integer", "decimal", "lab"])
def test_every_item_type_is_on_the_page(page, kind):
    assert f"`{kind}`" in page


@pytest.mark.parametrize("key", sorted(set(ItemBase.model_fields) - {"item"} | set(PANEL)))
def test_every_common_key_and_name_is_on_the_page(page, key):
    assert f"`{key}`" in page


def test_the_bounds_of_the_page_are_those_of_the_program(page):
    bounds = re.findall(r"[0-9][0-9,]*", page[page.index("A rule has at most") :])[:4]

    numbers = [int(bound.replace(",", "")) for bound in bounds]
    assert numbers == [MAX_LENGTH, MAX_NODES, MAX_DEPTH, MAX_STEPS]
