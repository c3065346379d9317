"""Reviews of the audit trail that were done; append-only (R-020)."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql"
)
TABLE = "trail_review"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("view", sa.String(length=20), nullable=False),
        sa.Column("scope", DOCUMENT, nullable=False),
        sa.Column("upto", BIG, nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_review")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql(TABLE)
    else:
        _sqlite(TABLE)


def _postgresql(table: str) -> None:
    for name, when, each in (
        ("no_change", "BEFORE UPDATE OR DELETE", "ROW"),
        ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f'CREATE TRIGGER "{table}_{name}" {when} ON "{table}" '
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"')


def _sqlite(table: str) -> None:
    for verb in ("DELETE", "UPDATE"):
        op.execute(
            f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    op.execute(
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" '
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id) '  # noqa: S608 - fixed names
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
