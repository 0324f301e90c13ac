"""Runs the steps on the connection, and in the transaction, of `medicomut.store.migrate`."""

from alembic import context

from medicomut.store.tables import metadata

# SQLite rolls back changes of tables too; Alembic does not expect it to.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
