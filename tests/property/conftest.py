"""Two writers of one store, as two processes would be."""

import pytest

from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from kindstep.tables import METADATAS


@pytest.fixture(params=["sqlite", "postgresql"])
def hubs(request, tmp_path):
    """Give two that write to one store at the same time."""
    if request.param == "sqlite":
        stores = [SqliteStore(tmp_path / "study.db", METADATAS) for _ in range(2)]
    else:
        url = request.getfixturevalue("postgresql").database()
        stores = [PostgresqlStore(url, METADATAS) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()
