"""Every file of the corpus: valid ones become what is written beside them, invalid ones complain
in exactly these words, at this line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecrf.definition.loader import load_study, run_examples
from tests.unit.definition import corpus


@pytest.mark.parametrize("case", corpus.cases("valid"), ids=lambda case: case.stem)
def test_a_valid_file_loads_as_expected(case: Path, tmp_path: Path) -> None:
    root = corpus.base(tmp_path)
    path = corpus.place(root, case)

    catalogue = load_study(root)
    form = next(form for form in catalogue.forms.values() if form.path == path)

    assert corpus.summary(catalogue, form) == case.with_suffix(".txt").read_text(encoding="utf-8")
    assert run_examples(catalogue) == []


@pytest.mark.req("R-060")
@pytest.mark.parametrize("case", corpus.cases("invalid"), ids=lambda case: case.stem)
def test_an_invalid_file_is_refused_with_its_place(case: Path, tmp_path: Path) -> None:
    root = corpus.base(tmp_path)
    corpus.place(root, case)

    assert corpus.complaints(root) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_the_base_study_is_right(tmp_path: Path) -> None:
    assert corpus.complaints(corpus.base(tmp_path)) == ""


def test_the_corpus_is_not_empty() -> None:
    assert len(corpus.cases("invalid")) >= 30
    assert len(corpus.cases("valid")) >= 5
