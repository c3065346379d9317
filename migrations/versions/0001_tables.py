"""Tables of accounts, subjects, records, audit, review, signatures, copies and jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("record_id", BIG, nullable=True),
        sa.Column("path", sa.String(length=120), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("log", "seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        "ix_audit_entry_record", "audit_entry", ["log", "record_id", "path", "seq"], unique=False
    )
    op.create_index(
        "ix_audit_entry_subject", "audit_entry", ["log", "subject", "seq"], unique=False
    )
    op.create_table(
        "audit_log",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_audit_log")),
    )
    op.create_table(
        "audit_value",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "seq", name=op.f("pk_audit_value")),
    )
    op.create_table(
        "job",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("heartbeat", sa.String(length=24), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_state"), "job", ["state"], unique=False)
    op.create_table(
        "subject",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("cohort", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("code", name=op.f("uq_subject_code")),
        sa.UniqueConstraint("site", "cohort", "number", name=op.f("uq_subject_site_cohort_number")),
    )
    op.create_table(
        "user",
        sa.Column("id", BIG, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_old", DOCUMENT, nullable=False),
        sa.Column("password_single_use", sa.Boolean(), nullable=False),
        sa.Column("password_expires", sa.String(length=24), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String(length=24), nullable=True),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.Column("private_key", sa.String(), nullable=True),
        sa.Column("private_key_kdf", DOCUMENT, nullable=True),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("signed_in_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("entries", DOCUMENT, nullable=False),
        sa.Column("updated_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_draft_subject_id_subject")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draft_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "user_id",
            "subject_id",
            "event",
            "event_no",
            "form",
            "repeat",
            name=op.f("uq_draft_user_id_subject_id_event_event_no_form_repeat"),
        ),
    )
    op.create_index("ix_draft_subject_id", "draft", ["subject_id"], unique=False)
    op.create_table(
        "grant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.String(length=24), nullable=False),
        sa.Column("valid_to", sa.String(length=24), nullable=True),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("granted_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_grant_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
    )
    op.create_index(op.f("ix_grant_user_id"), "grant", ["user_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("seen_at", sa.String(length=24), nullable=False),
        sa.Column("locked_at", sa.String(length=24), nullable=True),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_login_session_user_id_user")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login_session")),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("versions", DOCUMENT, nullable=False),
        sa.Column("confirmed", DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("last_seq", BIG, nullable=False),
        sa.Column("inactive", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_record_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "subject_id",
            "event",
            "event_no",
            "form",
            "repeat",
            name=op.f("uq_record_subject_id_event_event_no_form_repeat"),
        ),
    )
    op.create_table(
        "visit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_visit_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "subject_id", "event", "event_no", name=op.f("uq_visit_subject_id_event_event_no")
        ),
    )
    op.create_table(
        "pdf_copy",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state_seq", BIG, nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("predecessor", sa.Integer(), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_pdf_copy_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdf_copy")),
        sa.UniqueConstraint("record_id", "copy_no", name=op.f("uq_pdf_copy_record_id_copy_no")),
        sa.UniqueConstraint(
            "record_id",
            "language",
            "state_seq",
            name=op.f("uq_pdf_copy_record_id_language_state_seq"),
        ),
    )
    op.create_index(op.f("ix_pdf_copy_sha256"), "pdf_copy", ["sha256"], unique=False)
    op.create_table(
        "query",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("value_seq", BIG, nullable=True),
        sa.Column("check", sa.String(length=60), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String(length=64), nullable=False),
        sa.Column("raised_role", sa.String(length=32), nullable=False),
        sa.Column("raised_at", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_query_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query")),
    )
    op.create_index("ix_query_record_state", "query", ["record_id", "state"], unique=False)
    op.create_table(
        "review_mark",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("value_seq", BIG, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_review_mark_record_id_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_mark")),
    )
    op.create_index(
        "ix_review_mark_item", "review_mark", ["record_id", "kind", "path", "id"], unique=False
    )
    op.create_table(
        "signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
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
            ["record_id"], ["record.id"], name=op.f("fk_signature_record_id_record")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_signature_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_record_id"), "signature", ["record_id"], unique=False)
    op.create_table(
        "query_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("query_id", BIG, nullable=False),
        sa.Column("move", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("value_seq", BIG, nullable=True),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["query_id"], ["query.id"], name=op.f("fk_query_event_query_id_query")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_event")),
    )
    op.create_index(op.f("ix_query_event_query_id"), "query_event", ["query_id"], unique=False)
    op.create_table(
        "signature_end",
        sa.Column("signature_id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signature_end_signature_id_signature")
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_signature_end")),
    )
