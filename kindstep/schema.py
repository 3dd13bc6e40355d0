"""Which tables a store has, and the way from those of an older release to these.

A new store gets today's tables at once and is stamped as up to date; an older one is left as it
is until its operator says `kindstep db upgrade`.
"""

from typing import Any, Final

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from ingest.store import Store
from kindstep.tables import METADATAS

_STAMP: Final = "alembic_version"


class StoreUnusable(click.ClickException):
    """A store cannot be reached, or has other tables than this release; it ends a command."""


def head() -> str:
    """Return the revision of today's tables."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    if found is None:
        raise LookupError("no migrations are installed")
    return found


def revision(db: Connection) -> str | None:
    """Return the revision of a store's tables; None: nobody stamped any."""
    return MigrationContext.configure(db).get_current_revision()


def knows(revision: str) -> bool:
    """Tell whether this release can read, or upgrade, tables of a revision."""
    steps = ScriptDirectory.from_config(config()).walk_revisions()
    return revision in {step.revision for step in steps}


def check(db: Connection) -> str:
    """Return the revision of a store's tables; raise StoreUnusable for those of others."""
    stands = revision(db)
    if stands is None:
        raise StoreUnusable("the store has tables that no release of kindstep made")
    if not knows(stands):
        raise StoreUnusable(f"the store is of a newer kindstep ({stands}): install that one")
    return stands


def settle(store: Store) -> None:
    """Make the tables of a store that has none; raise StoreUnusable if it has others."""
    store.write(_settle)


def upgrade(store: Store) -> tuple[str | None, str]:
    """Take every step to today's tables, all or none; return where it stood and stands."""
    return store.write(_upgrade)


def differences(db: Connection) -> list[Any]:
    """Return how a store's tables differ from what the stages declare."""
    context = MigrationContext.configure(db, opts={"include_object": unlike})
    every: Any = METADATAS  # several are allowed, its types know one
    return compare_metadata(context, every)


def unlike(_item: object, name: str | None, kind: str, *_: object) -> bool:
    """Tell which objects are compared: all but Alembic's own."""
    return not (kind == "table" and name == _STAMP)


def _settle(db: Connection) -> None:
    stands = revision(db)
    if stands is None and not inspect(db).get_table_names():
        for metadata in METADATAS:
            metadata.create_all(db)
        command.stamp(config(db), "head")
        return
    if check(db) != head():
        raise StoreUnusable("the store is of an older kindstep: run `kindstep db upgrade`")


def _upgrade(db: Connection) -> tuple[str | None, str]:
    stands = revision(db)
    if stands is not None or inspect(db).get_table_names():
        check(db)
    command.upgrade(config(db), "head")
    return stands, head()


def config(db: Connection | None = None) -> Config:
    """Return where Alembic finds the steps, and on which connection it takes them."""
    found = Config()
    found.set_main_option("script_location", "kindstep:migrations")
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = db
    return found
