"""Released files: listed once, never changed, never lost."""

from __future__ import annotations

import hashlib

import pytest

from ecrf.definition import release
from tests.unit.definition import corpus


@pytest.fixture
def root(tmp_path):
    """The base study with its build released."""
    folder = corpus.base(tmp_path)
    build = folder / "builds" / "1.yaml"
    text = build.read_text(encoding="utf-8").replace("status: draft", "status: released")
    text = text.replace("{form: INF, version: 1}", "{form: LBH, version: 1}")
    build.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.req("R-118")
def test_what_is_released_is_the_build_with_all_it_names(root):
    assert release.released(root) == [
        "analytes/haem/1.yaml",
        "builds/1.yaml",
        "codelists/o2dev/1.yaml",
        "codelists/qual/1.yaml",
        "forms/ic/1.yaml",
        "forms/lbh/1.yaml",
        "forms/vs/1.yaml",
    ]


def test_nothing_is_released_before_a_build_is(tmp_path):
    folder = corpus.base(tmp_path)

    assert release.digests(folder) == {}
    assert release.verify(folder) == []


def test_a_release_that_is_not_listed_is_told(root):
    problems = release.verify(root)

    assert f"{root}/builds/1.yaml: released, but not listed in released.sha256" in problems
    assert len(problems) == 7


def test_writing_lists_each_file_once(root):
    new = release.write(root)
    listing = (root / "released.sha256").read_text(encoding="utf-8")

    digest = hashlib.sha256((root / "forms/vs/1.yaml").read_bytes()).hexdigest()
    assert f"{digest}  forms/vs/1.yaml\n" in listing
    assert len(new) == len(listing.splitlines()) == 7
    assert release.write(root) == []
    assert release.verify(root) == []


@pytest.mark.req("R-118")
def test_a_released_file_that_changed_is_named_and_never_listed_again(root):
    release.write(root)
    form = root / "forms/vs/1.yaml"
    form.write_text(form.read_text(encoding="utf-8") + "# a word\n", encoding="utf-8")
    problem = f"{form}: changed after its release; write a new version instead"

    assert release.verify(root) == [problem]
    with pytest.raises(ValueError, match="changed after its release"):
        release.write(root)


def test_a_released_file_that_is_gone_is_named(root):
    release.write(root)
    (root / "codelists/o2dev/1.yaml").unlink()

    assert release.verify(root) == [
        f"{root}/codelists/o2dev/1.yaml: released, but the file is gone"
    ]


def test_a_build_taken_back_to_draft_is_a_changed_file(root):
    release.write(root)
    build = root / "builds/1.yaml"
    text = build.read_text(encoding="utf-8")
    build.write_text(text.replace("released", "draft"), encoding="utf-8")

    assert release.verify(root) == [
        f"{build}: changed after its release; write a new version instead"
    ]


@pytest.mark.parametrize("line", ["x", "0" * 64 + "  ../secret", "0" * 64 + "  /etc/passwd"])
def test_a_damaged_list_is_told(root, line):
    release.write(root)
    with (root / "released.sha256").open("a", encoding="utf-8") as listing:
        listing.write(f"{line}\n")

    assert release.verify(root) == [f"{root}/released.sha256:8: not a digest and a path"]
