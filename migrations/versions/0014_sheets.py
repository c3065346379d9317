"""The register of copies has room for the name of every scope."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite does not count characters
        op.alter_column("pdf_copy", "scope", type_=sa.String(length=12))
