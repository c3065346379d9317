"""Which build of the study is in use; rows change once, when they are decided, and never go."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql"
)
TABLE = "build_activation"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column("sites", DOCUMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.String(length=24), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=True),
        sa.Column("granted_at", sa.String(length=24), nullable=True),
        sa.Column("closed_at", sa.String(length=24), nullable=True),
        sa.Column("seq", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_build_activation")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql(TABLE)
    else:
        _sqlite(TABLE)


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
