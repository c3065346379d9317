"""Every sentence of the screens stands in Chinese too, and what is served is what is written."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from ecrf.config import ROOT

FOLDER = ROOT / "ecrf" / "translations"
CHINESE = FOLDER / "zh" / "LC_MESSAGES"


def ids(messages: object) -> tuple[str, ...]:
    return (messages,) if isinstance(messages, str) else tuple(messages)  # type: ignore[arg-type]


def extracted() -> Iterator[tuple[str, ...]]:
    """What the templates and the pages say, as babel.cfg finds it."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    for part in ("ecrf", "templates"):
        found = extract_from_dir(
            ROOT / part,
            [(pattern.removeprefix(f"{part}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{part}/"): value for pattern, value in options.items()},
            keywords,
        )
        yield from (ids(messages) for _, _, messages, _, _ in found)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (CHINESE / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_sentence_is_translated(catalog):
    written = {ids(message.id): ids(message.string) for message in catalog if message.id}

    assert sorted({one for one in extracted() if not all(written.get(one, [""]))}) == []


def test_no_translation_is_left_over(catalog):
    said = set(extracted())

    assert [message.id for message in catalog if message.id and ids(message.id) not in said] == []


def test_places_for_values_are_kept(catalog):
    errors = [error for message in catalog for error in message.check(catalog)]

    assert errors == []


def test_what_is_served_is_what_is_written(catalog):
    with (CHINESE / "messages.mo").open("rb") as file:
        served = gettext.GNUTranslations(file)

    for message in catalog:
        if message.id:
            assert served.gettext(ids(message.id)[0]) == ids(message.string)[0]
