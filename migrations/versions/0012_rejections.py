"""Queries by which an investigator sends a form back (R-036)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    rejects = sa.Column("rejects", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("query", rejects)
