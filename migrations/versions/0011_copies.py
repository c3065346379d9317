"""The register of copies also knows visits and casebooks, and what a copy was for (R-096, R-108).

The table is made anew: its rows, which are written once, move unchanged, and their state, until
now the number of an audit entry, keeps that number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOVED = """
INSERT INTO pdf_copy (id, scope, place, subject_id, event, event_no, record_id, revision, state,
    language, rendition, copy_no, predecessor, signed, sha256, size, file, purpose, recipient,
    country, requested_by, created_at)
SELECT c.id, 'form', 'form ' || c.record_id, r.subject_id, r.event, r.event_no, c.record_id,
    c.revision, CAST(c.state_seq AS VARCHAR(64)), c.language, 'archive', c.copy_no, c.predecessor,
    c.signed, c.sha256, c.size, c.file, 'filing', '', '', c.requested_by, c.created_at
FROM form_copy c JOIN record r ON r.id = c.record_id
"""


def upgrade() -> None:
    op.rename_table("pdf_copy", "form_copy")
    op.drop_index("ix_pdf_copy_sha256", table_name="form_copy")
    if op.get_bind().dialect.name == "postgresql":
        # Names of constraints belong to the schema, not to the table.
        for name in ("pk_pdf_copy", "uq_pdf_copy_record_id_copy_no"):
            op.execute(f'ALTER TABLE form_copy RENAME CONSTRAINT "{name}" TO "old_{name}"')
    op.create_table(
        "pdf_copy",
        sa.Column("id", BIG, nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("record_id", BIG, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("rendition", sa.String(length=10), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("predecessor", sa.Integer(), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_pdf_copy_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_pdf_copy_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdf_copy")),
        sa.UniqueConstraint("place", "copy_no", name=op.f("uq_pdf_copy_place_copy_no")),
        sa.UniqueConstraint(
            "place",
            "language",
            "rendition",
            "state",
            name=op.f("uq_pdf_copy_place_language_rendition_state"),
        ),
    )
    op.execute(MOVED)
    op.drop_table("form_copy")
    op.create_index(op.f("ix_pdf_copy_sha256"), "pdf_copy", ["sha256"], unique=False)
    op.create_index("ix_pdf_copy_subject", "pdf_copy", ["subject_id", "created_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    op.execute(
        "SELECT setval(pg_get_serial_sequence('pdf_copy', 'id'), "
        "COALESCE((SELECT max(id) FROM pdf_copy), 0) + 1, false)"
    )
    for name, when, each in (
        ("no_change", "BEFORE UPDATE OR DELETE", "ROW"),
        ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f'CREATE TRIGGER "pdf_copy_{name}" {when} ON "pdf_copy" '
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f'ALTER TABLE "pdf_copy" ENABLE ALWAYS TRIGGER "pdf_copy_{name}"')


def _sqlite() -> None:
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
