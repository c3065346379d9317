"""JSON documents: everything that was written is read again."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf import documents

texts = st.text(st.characters(blacklist_categories=()))  # half characters too
plain = st.none() | st.booleans() | st.integers() | texts
contents = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)


@pytest.mark.req("R-060")
@given(contents)
def test_what_was_written_is_read_again(content) -> None:
    text = documents.write(content)
    assert documents.read(text) == content == json.loads(text)
    assert documents.read(json.dumps(content)) == content  # as earlier releases wrote it


@pytest.mark.parametrize("content", [dt.date(2026, 3, 1), {1, 2}, b"x"])
def test_what_json_does_not_have_is_refused(content) -> None:
    with pytest.raises(TypeError):
        documents.write({"a": content})
