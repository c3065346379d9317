"""Time-stamps of sealed copies; append-only (R-108)."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "pdf_stamp"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("copy_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("until", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["pdf_copy.id"], name=op.f("fk_pdf_stamp_copy_id_pdf_copy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdf_stamp")),
        sa.UniqueConstraint("copy_id", "number", name=op.f("uq_pdf_stamp_copy_id")),
    )
    op.create_index(op.f("ix_pdf_stamp_sha256"), TABLE, ["sha256"])
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
