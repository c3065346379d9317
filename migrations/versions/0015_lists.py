"""The register of copies also knows lists of queries, of a subject or of a whole site (R-108)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # SQLite makes the table anew for that, and loses its triggers; the rows move unchanged.
    with op.batch_alter_table("pdf_copy") as table:
        table.alter_column("subject_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("site", sa.String(length=40), nullable=True))
        table.add_column(
            sa.Column("narrowed", sa.String(length=12), nullable=False, server_default="")
        )
        table.create_index("ix_pdf_copy_site", ["site"])
    if op.get_bind().dialect.name == "sqlite":
        _triggers()


def _triggers() -> None:
    for verb in ("DELETE", "UPDATE"):
        op.execute(
            f'CREATE TRIGGER "pdf_copy_no_{verb.lower()}" BEFORE {verb} ON "pdf_copy" '
            "BEGIN SELECT RAISE(ABORT, 'pdf_copy is append-only'); END"
        )
    op.execute(
        'CREATE TRIGGER "pdf_copy_no_replace" BEFORE INSERT ON "pdf_copy" '
        'WHEN EXISTS (SELECT 1 FROM "pdf_copy" WHERE id = NEW.id) '
        "BEGIN SELECT RAISE(ABORT, 'pdf_copy is append-only'); END"
    )
