"""Queries stand at a place (visit, form, item), so that an empty form can be asked about; both
languages of a text, who a query is assigned to, and how often it moved.

SQLite cannot make a column nullable in place: its two tables are made anew, with the rows, indexes
and triggers they had.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENTS = ("id", "query_id", "move", "text", "by", "role", "at", "value_seq", "seq")
QUERIES = ("id", "record_id", "path", "value_seq", '"check"', "text", "raised_by", "raised_role")
QUERIES = (*QUERIES, "raised_at", "state")


def upgrade() -> None:
    for name in ("query", "query_event"):
        op.execute(f"CREATE TEMPORARY TABLE old_{name} AS SELECT * FROM {name}")  # noqa: S608
    op.drop_table("query_event")
    op.drop_table("query")
    _make_query()
    _make_event()
    _fill()
    for name in ("query", "query_event"):
        op.execute(f"DROP TABLE old_{name}")
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _make_query() -> None:
    op.create_table(
        "query",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("record_id", BIG, nullable=True),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("value_seq", BIG, nullable=True),
        sa.Column("check", sa.String(length=60), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=True),
        sa.Column("raised_by", sa.String(length=64), nullable=False),
        sa.Column("raised_role", sa.String(length=32), nullable=False),
        sa.Column("raised_at", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.String(length=24), nullable=False),
        sa.Column("assigned_to", sa.String(length=64), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_query_record_id_record")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_query_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query")),
        sa.UniqueConstraint("token", name=op.f("uq_query_token")),
    )
    op.create_index("ix_query_record_state", "query", ["record_id", "state"])
    op.create_index(
        "ix_query_place", "query", ["subject_id", "event", "event_no", "form", "repeat"]
    )
    op.create_index("ix_query_state_raised", "query", ["state", "raised_at"])
    op.create_index(op.f("ix_query_assigned_to"), "query", ["assigned_to"])


def _make_event() -> None:
    op.create_table(
        "query_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("query_id", BIG, nullable=False),
        sa.Column("move", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
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
    op.create_index(op.f("ix_query_event_query_id"), "query_event", ["query_id"])


def _fill() -> None:
    kept = ", ".join(QUERIES)
    last = "(SELECT max(at) FROM old_query_event e WHERE e.query_id = q.id)"
    count = "(SELECT count(*) FROM old_query_event e WHERE e.query_id = q.id)"
    op.execute(
        f"INSERT INTO query ({kept}, subject_id, event, event_no, form, repeat, moves, moved_at) "  # noqa: S608
        f"SELECT {', '.join('q.' + name for name in QUERIES)}, "
        f"r.subject_id, r.event, r.event_no, r.form, r.repeat, {count}, "
        f"coalesce({last}, q.raised_at) "
        "FROM old_query q JOIN record r ON r.id = q.record_id"
    )
    columns = ", ".join('"by"' if name == "by" else name for name in EVENTS)
    op.execute(
        f"INSERT INTO query_event ({columns}, salt) "  # noqa: S608 - fixed names
        f"SELECT {columns}, '' FROM old_query_event"
    )
    if op.get_bind().dialect.name == "postgresql":
        for name in ("query", "query_event"):
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608
                f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
            )


def _guard_sqlite() -> None:
    for table, verb in (("query", "DELETE"), ("query_event", "DELETE"), ("query_event", "UPDATE")):
        op.execute(
            f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    op.execute(
        'CREATE TRIGGER "query_event_no_replace" BEFORE INSERT ON "query_event" '
        "WHEN EXISTS (SELECT 1 FROM query_event WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'query_event is append-only'); END"
    )


def _guard_postgresql() -> None:
    for table, verbs in (("query", "DELETE"), ("query_event", "UPDATE OR DELETE")):
        for name, when, each in (
            ("no_change", f"BEFORE {verbs}", "ROW"),
            ("no_truncate", "BEFORE TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f'CREATE TRIGGER "{table}_{name}" {when} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{name}"')
