"""Freezes, locks and their openings; rows change once, when they end, and never go (R-087)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql"
)
TABLES = ("lock", "lock_opening")


def place() -> list[sa.Column]:
    return [
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "lock",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("subject_id", BIG, nullable=True),
        *place(),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", DOCUMENT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_lock_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lock")),
    )
    op.create_index("ix_lock_subject", "lock", ["subject_id", "ended_at"], unique=False)
    op.create_table(
        "lock_opening",
        sa.Column("id", BIG, nullable=False),
        sa.Column("lock_id", BIG, nullable=False),
        *place(),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.String(length=24), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=True),
        sa.Column("until", sa.String(length=24), nullable=True),
        sa.Column("closed_at", sa.String(length=24), nullable=True),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["lock_id"], ["lock.id"], name=op.f("fk_lock_opening_lock_id_lock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lock_opening")),
    )
    op.create_index(op.f("ix_lock_opening_lock_id"), "lock_opening", ["lock_id"], unique=False)
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
            _postgresql(table)
        else:
            _sqlite(table)


def _postgresql(table: str) -> None:
    for name, when, each in (
        ("no_change", "BEFORE DELETE", "ROW"),
        ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f'CREATE TRIGGER "{table}_{name}" {when} ON "{table}" '
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"')


def _sqlite(table: str) -> None:
    op.execute(
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is never deleted'); END"
    )
