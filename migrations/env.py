"""Alembic environment: the caller hands over its connection, so that all is one transaction."""

from alembic import context

from ecrf.extensions import db

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
context.run_migrations()
