"""A package that was taken away, opened again to be analysed: its folder is all it needs."""

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from coaching.records import Protocol
from research.export import documents, manifest, reading
from research.export.manifest import BadPackage, File, Manifest


class Opened:
    """A package; its files are read when they are asked for, and only as they were written."""

    def __init__(self, folder: Path) -> None:
        """Open a folder; raise BadPackage for one that is none."""
        self.folder = folder
        self.manifest: Manifest = manifest.read(folder)
        self._checked = set[File]()

    @cached_property
    def title(self) -> str:
        """Return what the study is called."""
        self._check("datapackage.json")
        said = json.loads((self.folder / "datapackage.json").read_text("utf-8"))
        return str(said["title"])

    @cached_property
    def protocol(self) -> Protocol:
        """Return the protocol by which most decisions were made."""
        self._check("documents/")
        protocols = documents.shelf(self.folder / "documents").protocols
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
        self._check(f"tables/{table}.parquet")
        return reading.each(self.folder, table, columns)

    def _check(self, begins: str) -> None:
        """Raise BadPackage where a file is not what was written; each is looked at once."""
        listed = [file for file in self.manifest.files if file.path.startswith(begins)]
        for file in listed:
            if file not in self._checked and not manifest.is_there(self.folder, file):
                raise BadPackage(f"{self.folder / file.path}: is not what was written")
            self._checked.add(file)
        if not listed:
            raise BadPackage(f"{self.folder} has no {begins}")
