"""Attached files: what was attached to whose forms, by whom; written once on both databases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_attachment_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(
        "ix_attachment_subject", "attachment", ["subject_id", "sha256", "id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _sqlite() -> None:
    for name, when in (
        ("no_delete", "DELETE ON attachment"),
        ("no_update", "UPDATE ON attachment"),
        # INSERT OR REPLACE would delete without firing the trigger
        (
            "no_replace",
            "INSERT ON attachment WHEN EXISTS (SELECT 1 FROM attachment WHERE id = NEW.id)",
        ),
    ):
        op.execute(
            f"CREATE TRIGGER attachment_{name} BEFORE {when} "
            "BEGIN SELECT RAISE(ABORT, 'attachment is append-only'); END"
        )


def _postgresql() -> None:
    """With the function that 0002 made."""
    for name, when, each in (
        ("no_change", "BEFORE UPDATE OR DELETE", "ROW"),
        ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER attachment_{name} {when} ON attachment "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE attachment ENABLE ALWAYS TRIGGER attachment_{name}")
