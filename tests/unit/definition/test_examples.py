"""Running the examples of checks (R-067)."""

from __future__ import annotations

import pytest

from ecrf.definition.examples import run_examples
from ecrf.definition.loader import load_study
from tests.unit.definition import corpus

CHECK = """form: X
version: 1
title: {en: Form, zh: 表}
groups:
  - group: MAIN
    label: {en: Main, zh: 主要}
    items:
      - {item: A, label: {en: A, zh: 甲}, type: integer}
      - {item: D, label: {en: D, zh: 乙}, type: date}
checks:
  - check: X-01
    severity: soft
    when: %s
    message: {en: Discrepancy, zh: 不一致}
    fires: [%s]
    passes: [%s]
"""


def problems(tmp_path, rule, fires, passes):
    root = corpus.base(tmp_path)
    path = root / "forms/x/1.yaml"
    path.parent.mkdir()
    path.write_text(CHECK % (rule, fires, passes), encoding="utf-8")
    return [error.message for error in run_examples(load_study(root))]


@pytest.mark.req("R-067")
@pytest.mark.parametrize(
    ("rule", "fires", "passes"),
    [
        ("A > 1", "{A: 2}", "{A: 1}, {A: UNK}"),
        ("missing(A)", "{A: ND}", "{A: 1}, {}"),
        ("D > today", "{D: 2025-05-02, today: 2025-05-01}", "{D: 2025-05-01, today: 2025-05-01}"),
        ("event.day > 3", "{event.day: 4}", "{event.day: 3}"),
        ("event.oid == 'D0'", "{event.oid: D0}", "{event.oid: SCR}"),
        ("subject.cohort == 'LN'", "{subject.cohort: LN}", "{subject.cohort: OTHER}"),
        ("VS.MAP < 60", "{VS.MAP: 59.9}", "{VS.MAP: 60}"),
        ("LBH.NEUT < 1", '{LBH.NEUT: "<1"}', "{LBH.NEUT: 1}"),
        ("any_of(AE.AESEV == '3')", "{AE.AESEV: [1, 3]}", "{AE.AESEV: 1}, {}"),
        ("any_of(blank(AE.AETERM))", "{AE.AETERM: [X, null]}", "{AE.AETERM: [X]}"),
        ("sum(INF.BAGVOLI) > 9", "{INF.BAGVOLI: [5, 5]}", "{INF.BAGVOLI: [5]}"),
    ],
)
def test_every_kind_of_name_can_be_given(tmp_path, rule, fires, passes):
    assert problems(tmp_path, rule, fires, passes) == []


@pytest.mark.req("R-067")
@pytest.mark.parametrize(
    ("rule", "fires", "passes", "message"),
    [
        ("A > 1", "{A: 1}", "{A: 1}", "the check does not fire with this example"),
        ("A > 1", "{D: 2025-01-01}", "{A: 1}",
         "the check does not fire with this example: a value it needs is missing"),
        ("A > 1", "{A: 2}", "{A: 1}, {A: 2}", "the check fires with this example"),
        ("A > 1", "{A: x}", "{A: 1}", "A does not accept 'x' (integer.format)"),
        ("A > 1", "{AA: 2}", "{A: 1}", '"AA" is not an item of X'),
        ("A > 1", "{VSS.A: 2}", "{A: 1}", 'there is no form "VSS"'),
        ("D > today", "{D: 2025-01-02, today: x}", "{D: 2025-01-01, today: 2025-01-01}",
         "today cannot be 'x'"),
        ("event.day > 1", "{event.day: x}", "{event.day: 1}", "event.day cannot be 'x'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_example(tmp_path, rule, fires, passes, message):
    assert problems(tmp_path, rule, fires, passes) == [message]


def test_a_check_must_have_been_seen_false(tmp_path):
    (message,) = problems(tmp_path, "A > 1", "{A: 2}", "{A: ND}")

    assert message.startswith("no example under passes has all the values")
