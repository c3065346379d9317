"""Reading YAML: what text becomes, what is refused, and where everything is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.definition import source
from ecrf.definition.source import read

YAML_PIECES = st.sampled_from(
    ["a", "b", ": ", ":", "\n", "\n  ", "- ", "[", "]", "{", "}", ", ", "'", '"', "|", ">", "&x ",
     "*x", "!t ", "#", "? ", "1.50", "no", "体温", "\t", "%", "---", "...", "~", "@", "\\"]
)  # fmt: skip


@pytest.fixture(params=["scanner of C", "scanner of Python"])
def text(request, tmp_path, monkeypatch):
    """Reads a text as a file, with both scanners."""
    if request.param == "scanner of Python":
        monkeypatch.setattr(source, "C_LOADER", None)
    elif source.C_LOADER is None:
        pytest.skip("ruamel.yaml.clib is not installed")

    def read_text(content):
        path = tmp_path / "x.yaml"
        path.write_text(content, encoding="utf-8")
        return read(path, "x.yaml")

    return read_text


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("1.50", Decimal("1.50")),
        ("-3", Decimal(-3)),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("no", "no"),
        ("on", "on"),
        ("Y", "Y"),
        ("01", "01"),
        ("1e5", "1e5"),
        ("10:30", "10:30"),
        ("2025-05-01", "2025-05-01"),
        ("'1.50'", "1.50"),
        ('"true"', "true"),
    ],
)
def test_scalars(text, scalar, value):
    found = text(f"a: {scalar}").data["a"]

    assert (found, type(found), str(found)) == (value, type(value), str(value))


def test_the_text_of_a_number_survives(text):
    assert str(text("a: 0.10").data["a"]) == "0.10"


def test_everything_knows_its_place(text):
    found = text("form: X\ngroups:\n  - group: G\n    items: [{item: A, min: 1}]\n")
    found.error(("groups", 0, "items", 0, "min"), "here")
    found.error(("groups", 0, "items", 0, "min"), "key", key=True)
    found.error(("groups", 0, "items", 7), "near")

    assert [str(error) for error in found.errors] == [
        "x.yaml:4:28: A: here",
        "x.yaml:4:23: A: key",
        "x.yaml:4:12: G: near",
    ]


@pytest.mark.parametrize(
    ("line", "column"),
    [("when: A > 1", 11), ("when: 'A > 1'", 12), ('when: "A > 1"', 12), ("when:   A > 1", 13)],
)
def test_a_place_inside_a_rule(text, line, column):
    found = text(line)
    found.error(("when",), "here", rule="A > 1", offset=4)

    assert (found.errors[0].line, found.errors[0].column) == (1, column)


def test_a_place_inside_a_folded_rule_is_its_start(text):
    found = text("when: >-\n  A >\n  1\n")
    found.error(("when",), "here", rule="A > 1", offset=4)

    assert (found.errors[0].line, found.errors[0].column) == (1, 7)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "x.yaml:1:1: the file is empty"),
        ("a: 1\na: 2", 'x.yaml:2:1: "a" is given twice'),
        ("a: !x 1", "an alias (*) or a tag (!) cannot be used here"),
        ("a: &x 1\nb: *x", "an alias (*) or a tag (!) cannot be used here"),
        ("&a [*a]", "an alias (*) or a tag (!) cannot be used here"),
        ("? [x]\n: 1", "a key must be a word"),
        ("[" * 5000, "nested too deeply"),
        ("- " * 5000, "nested too deeply"),
        ("{a: " * 40 + "1" + "}" * 40, "nested too deeply"),
        ("a: [1", "not YAML"),
        ("a: 1\n---\nb: 2", "not YAML"),
        ("a: *x", "not YAML"),
        ("a: \x01", "not YAML"),
    ],
)
def test_what_is_refused(text, content, message):
    found = text(content)

    assert found.data is None
    assert message in str(found.errors[0])


@given(st.one_of(st.text(max_size=60), st.lists(YAML_PIECES, max_size=20).map("".join)))
def test_no_file_makes_reading_fail_otherwise(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "x.yaml"
    path.write_bytes(content.encode("utf-8", errors="surrogatepass"))
    found = read(path, "x.yaml")

    assert found.data is None or not found.errors
    assert found.node is not None or found.errors


def test_a_digest_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\r\n")

    assert read(path, "x.yaml").digest == (
        "db9bda4272ee21cda5ff1d213fa8366a2cca3143c5a795bdcd5f75a85106033d"
    )
