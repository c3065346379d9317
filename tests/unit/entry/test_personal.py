"""Text that looks as if it named a person raises a warning; ordinary text does not."""

from __future__ import annotations

import pytest

from ecrf.entry.personal import CARD, HOSPITAL, MOBILE, NAME, resembles

pytestmark = pytest.mark.req("R-147")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("card 11010519491231002X seen", CARD),
        ("身份证：110105 19491231 002x", CARD),
        ("１１０１０５１９４９１２３１００２Ｘ", CARD),
        ("call 13800138000", MOBILE),
        ("电话+86 138-0013-8000。", MOBILE),
        ("１３８ ００１３ ８０００", MOBILE),
        ("姓名：王丽", NAME),
        ("患者姓名 王丽", NAME),
        ("患者：王丽，发热", NAME),
        ("Patient name: Wang Li", NAME),
        ("Name: Wang", NAME),
        ("住院号：00123456", HOSPITAL),
        ("MRN 884422", HOSPITAL),
    ],
)
def test_what_names_a_person_is_found(text, what):
    assert resembles(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",  # check digit
        "110105194913310021",  # no such month
        "lot A13800138000",
        "1.13800138000 mg",
        "cells 138001380001",
        "20260303 0640",
        "NCT04561557",
        "12800138000",
        "患者发热，给予对乙酰氨基酚 500 mg",
        "患者：发热三天后缓解，无其他不适",
        "drug name: prednisone",
        "trade name: Actemra",
        "hospital number of beds 4000",
        "named patient programme",
        "姓名不详",
        "姓名：未知",
        "姓名核对无误",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert resembles(text) is None


def test_the_number_of_a_thing_may_have_eleven_digits():
    assert resembles("13800138000", plain_number=True) is None
    assert resembles("11010519491231002X", plain_number=True) == CARD
    assert resembles("姓名：王丽", plain_number=True) == NAME
