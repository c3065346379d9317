"""Everything says which program made it."""

import pytest

from ecrf import version
from ecrf.models import AuditEntry
from ecrf.services import schema


@pytest.mark.req("R-118")
def test_the_schema_named_is_the_newest_migration():
    assert schema.head() == version.SCHEMA


def test_the_commit_is_read_from_a_branch_a_detached_head_and_packed_refs(tmp_path):
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert version.commit(tmp_path) == "unknown"
    (git / "packed-refs").write_text(f"# pack-refs\n{'b' * 40} refs/heads/main\n")
    assert version.commit(tmp_path) == "bbbbbbb"
    (git / "refs" / "heads" / "main").write_text("a" * 40)
    assert version.commit(tmp_path) == "aaaaaaa"
    (git / "HEAD").write_text("c" * 40)
    assert version.commit(tmp_path) == "ccccccc"


@pytest.mark.req("R-118")
@pytest.mark.sqlite
def test_an_audit_entry_names_version_commit_schema_and_build(desk):
    desk.consented()
    with desk.work() as work:
        body = work.session.query(AuditEntry).filter_by(action="item.enter").first().body

    assert f'"app":"{version.APPLICATION}"' in body and '"build":1' in body
