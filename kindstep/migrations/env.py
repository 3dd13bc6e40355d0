"""What Alembic runs: the steps, on the connection of the store's own transaction."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

from kindstep.schema import unlike
from kindstep.tables import METADATAS


def _plain(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write a column of ours down as what the database has: a step knows no later code."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATAS,
    include_object=unlike,
    render_item=_plain,
    render_as_batch=True,  # SQLite cannot alter a column: the table is written anew
)
context.run_migrations()
