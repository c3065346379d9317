"""Signatures over several forms at once: a visit or a milestone of the casebook (R-032)."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("sign_off", "sign_off_form")


def upgrade() -> None:
    op.create_table(
        "sign_off",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("signer", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("meaning", sa.String(length=20), nullable=False),
        sa.Column("attestation", sa.Text(), nullable=False),
        sa.Column("attestation_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("cms", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_sign_off_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_off_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(op.f("ix_sign_off_subject_id"), "sign_off", ["subject_id"], unique=False)
    op.create_table(
        "sign_off_form",
        sa.Column("sign_off_id", BIG, nullable=False),
        sa.Column("signature_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_sign_off_form_sign_off_id_sign_off")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_sign_off_form_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("sign_off_id", "signature_id", name=op.f("pk_sign_off_form")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    for table in TABLES:
        for name, when in (("row", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
            each = "ROW" if name == "row" else "STATEMENT"
            op.execute(
                f'CREATE TRIGGER "{table}_{name}" BEFORE {when} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"')


def _sqlite() -> None:
    for table in TABLES:
        key = (
            "id = NEW.id"
            if table == "sign_off"
            else ("sign_off_id = NEW.sign_off_id AND signature_id = NEW.signature_id")
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        op.execute(
            f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {key}) '  # noqa: S608 - fixed names
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
