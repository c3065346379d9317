"""Triggers: audit, values, signatures and marks are written once, on both databases (R-006).

Records, subjects, users and queries may change but never go. On PostgreSQL the triggers fire
also under session_replication_role = replica (ENABLE ALWAYS), and TRUNCATE is refused too.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

WRITTEN_ONCE = (
    "audit_entry",
    "audit_value",
    "signature",
    "signature_end",
    "query_event",
    "review_mark",
    "pdf_copy",
)
NEVER_DELETED = ("audit_log", "record", "subject", "visit", "user", "grant", "query")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _sqlite() -> None:
    for table in WRITTEN_ONCE + NEVER_DELETED:
        _sqlite_trigger(table, "DELETE")
    for table in WRITTEN_ONCE:
        _sqlite_trigger(table, "UPDATE")
    for table in WRITTEN_ONCE:  # INSERT OR REPLACE would delete without firing the trigger
        key = "log = NEW.log AND seq = NEW.seq" if table.startswith("audit") else "id = NEW.id"
        if table == "signature_end":
            key = "signature_id = NEW.signature_id"
        op.execute(
            f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {key}) '  # noqa: S608 - fixed names
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _sqlite_trigger(table: str, verb: str) -> None:
    op.execute(
        f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in WRITTEN_ONCE + NEVER_DELETED:
        verbs = "UPDATE OR DELETE" if table in WRITTEN_ONCE else "DELETE"
        for name, when, each in (
            ("no_change", f"BEFORE {verbs}", "ROW"),
            ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f'CREATE TRIGGER "{table}_{name}" {when} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"')
