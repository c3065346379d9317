"""The second factor of an account (R-156)."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.add_column("user", sa.Column("factor_secret", sa.String(length=300), nullable=True))
    op.add_column("user", sa.Column("factor_step", BIG, nullable=False, server_default="0"))
    op.add_column("user", sa.Column("factor_codes", DOCUMENT, nullable=False, server_default="[]"))
    op.add_column("user", sa.Column("factor_at", sa.String(length=24), nullable=True))
