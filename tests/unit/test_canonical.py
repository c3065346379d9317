"""Canonical JSON: one byte sequence for one content."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecrf.canonical import canonical_json, sha256_hex

CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@pytest.mark.req("R-025")
def test_keys_are_sorted_and_nothing_is_escaped_without_need():
    assert canonical_json({"b": [1, None, True], "a": "体温/\u00e9"}) == (
        '{"a":"体温/é","b":[1,null,true]}'.encode()
    )


@pytest.mark.req("R-025")
@given(CONTENT)
def test_the_order_of_keys_never_matters(content):
    def turned(part):
        if isinstance(part, dict):
            return {key: turned(part[key]) for key in reversed(list(part))}
        return [turned(one) for one in part] if isinstance(part, list) else part

    try:
        expected = canonical_json(content)
    except UnicodeEncodeError:
        return

    assert canonical_json(turned(content)) == expected


@pytest.mark.req("R-025")
@given(CONTENT)
@example("".join(map(chr, range(0x300))) + "\u2028\ufeff\U00020000")
@example({"\uffff": 1, "\U00010000": 2, "B": 3, "a": 4})
@example([2**53, 2**63 - 1, -(2**63), 2**64, -(2**70)])
@example([[[[[]]]]] * 3)
def test_the_standard_library_writes_the_same_bytes(content):
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        expected = plain.encode()
    except UnicodeEncodeError:
        return

    assert canonical_json(content) == expected


def test_a_deep_nest_is_written_too():
    nest: list = []
    for _ in range(400):
        nest = [nest]

    assert canonical_json(nest) == b"[" * 401 + b"]" * 401


@pytest.mark.parametrize("bad", [1.5, [0.1], {"a": {"b": 2.0}}, {1: "a"}, {"a": b"x"}, {"a": {1}}])
def test_what_has_no_single_text_is_refused(bad):
    with pytest.raises(TypeError):
        canonical_json(bad)


def test_half_a_character_is_refused():
    with pytest.raises(UnicodeEncodeError):
        canonical_json("\ud800")


def test_the_digest_is_sha256():
    assert sha256_hex(b"abc").startswith("ba7816bf8f01cfea414140de5dae2223b00361a3")
