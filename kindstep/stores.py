"""The store that an operator chose: a file in the data folder, or a database elsewhere."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from ingest.store import Store
from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from kindstep import schema
from kindstep.folder import Folder
from kindstep.schema import StoreUnusable
from kindstep.settings import Settings, StoreSettings


def open_store(settings: Settings) -> Store:
    """Open it with today's tables; raise StoreUnusable when that cannot be."""
    with reached():
        store = open_as_it_is(settings)
    return _settled(store)


def in_file(path: Path) -> Store:
    """Open the store in a file with today's tables."""
    return _settled(SqliteStore(path))


def open_as_it_is(settings: Settings, *, read_only: bool = False) -> Store:
    """Open it whatever its tables; raise StoreUnusable when it cannot be reached."""
    if settings.store is None:
        return SqliteStore(Folder(settings.data).store, read_only=read_only)
    with reached():
        return PostgresqlStore(_url(settings.store), read_only=read_only)


def open_to_read(settings: Settings) -> Store:
    """Open that of a hub that ran; raise StoreUnusable when there is none."""
    must_be_there(settings)
    return open_as_it_is(settings, read_only=True)


def must_be_there(settings: Settings) -> None:
    """Raise StoreUnusable when a hub that keeps its store in a file never ran."""
    if settings.store is None and not Folder(settings.data).store.exists():
        raise StoreUnusable(f"no hub has run in {settings.data}")


def _settled(store: Store) -> Store:
    try:
        with reached():
            schema.settle(store)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def reached() -> Generator[None]:
    """Raise StoreUnusable for what a database says while the block runs."""
    try:
        yield
    except DBAPIError as error:
        raise StoreUnusable(f"the store cannot be used: {error.orig}") from error
    except OSError as error:
        raise StoreUnusable(f"the store cannot be used: {error}") from error


def _url(chosen: StoreSettings) -> URL:
    password = chosen.password_file and chosen.password_file.read_text().strip()
    return make_url(chosen.url).set(password=password)
