"""SQL over sealed files, wherever they lie."""

from collections.abc import Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from ingest.archive.heads import LAYOUT
from ingest.archive.manifest import SealedFile
from ingest.archive.shelf import Shelf

_DROPPED: Final = "dropped"
_dataset: Any = ds  # its types leave open what columns hold


def query(shelf: Shelf, files: Sequence[SealedFile], statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that can see these files and nothing else."""
    names: dict[str, list[str]] = {}
    for file in files:
        if file.stream is not None:
            names.setdefault(_DROPPED if file.dropped else file.stream, []).append(file.path)
    with duckdb.connect(":memory:") as db:
        for view, paths in names.items():
            db.register(view, _together(shelf, paths))
        if _DROPPED not in names:
            db.register(_DROPPED, LAYOUT.empty_table())
        db.execute("SET enable_external_access = false")
        return db.execute(statement).fetchall()


def _together(shelf: Shelf, paths: Sequence[str]) -> ds.Dataset:
    """Return files as one table, with every column that any has, as wide as the widest."""
    parts = [_dataset.dataset(path, filesystem=shelf.files) for path in paths]
    schema = pa.unify_schemas([part.schema for part in parts], promote_options="permissive")
    return _dataset.dataset([part.replace_schema(schema) for part in parts])
