"""A package that was taken away, opened again to be analysed: its folder is all it needs."""

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet

from coaching.records import Protocol, Shelf
from research.export import documents, manifest
from research.export.manifest import BadPackage, Manifest

pq: Any = pyarrow.parquet  # its types leave much open
_ROWS_AT_ONCE: Final = 10_000


class Opened:
    """A package; its tables are read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        """Open a folder; raise BadPackage for one that is none."""
        self.folder = folder
        self.manifest: Manifest = manifest.read(folder)

    @cached_property
    def title(self) -> str:
        """Return what the study is called."""
        said = json.loads((self.folder / "datapackage.json").read_text("utf-8"))
        return str(said["title"])

    @cached_property
    def protocol(self) -> Protocol:
        """Return the protocol by which most decisions were made."""
        protocols = Shelf(documents.load(self.folder / "documents")).protocols
        made = [row["protocol"] for row in self.rows("decisions", ["protocol"])]
        if not made:
            raise BadPackage(f"{self.folder} has no decisions, and so no protocol")
        return protocols[max(sorted(set(made)), key=made.count)]

    @cached_property
    def people(self) -> list[str]:
        """Return everyone's pseudonym, in order."""
        return [row["participant"] for row in self.rows("participants", ["participant"])]

    def lacks(self, table: str) -> set[str]:
        """Return whose rows of a table were withheld: of them nothing is known, not even 0."""
        rows = self.rows("participants", ["participant", "withheld"])
        return {r["participant"] for r in rows if table in (r["withheld"] or "").split()}

    def rows(self, table: str, columns: Collection[str] | None = None) -> list[dict[str, Any]]:
        """Return a table's rows."""
        return list(self.each(table, columns))

    def each(
        self, table: str, columns: Collection[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield a table's rows, however many there are."""
        path = self.folder / "tables" / f"{table}.parquet"
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_ROWS_AT_ONCE, columns=columns and [*columns]):
                    yield from batch.to_pylist()
        except OSError as error:
            raise BadPackage(f"{path}: {error}") from error
