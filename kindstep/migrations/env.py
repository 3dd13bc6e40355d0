"""What Alembic runs: the steps, on the connection of the store's own transaction."""

from alembic import context

from kindstep.schema import unlike
from kindstep.tables import METADATAS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATAS,
    include_object=unlike,
    render_as_batch=True,  # SQLite cannot alter a column: the table is written anew
)
context.run_migrations()
