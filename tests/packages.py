"""A package as tests read it."""

import json

import msgspec
import pyarrow.parquet as pq

from research.export import manifest as manifest_of


def table(package, name):
    return pq.read_table(package / "tables" / f"{name}.parquet").to_pylist()


def manifest(package):
    return json.loads((package / "manifest.json").read_text())


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def said_in(package):
    """Give every text of a package: names of files, decoded cells, metadata and statistics."""
    for path in sorted(package.rglob("*")):
        yield path.name
        if path.suffix in {".csv", ".json", ".md", ".cff"}:
            yield path.read_text("utf-8")
        elif path.suffix == ".parquet":
            file = pq.ParquetFile(path)
            yield str(file.metadata.metadata)
            yield str(file.schema_arrow)
            for group in range(file.metadata.num_row_groups):
                for column in range(file.metadata.num_columns):
                    statistics = file.metadata.row_group(group).column(column).statistics
                    yield f"{statistics and (statistics.min, statistics.max)}"
            for column in file.read().columns:
                yield "\n".join(map(str, column.unique().to_pylist()))


def list_anew(package):
    """Write a manifest of what lies there now."""
    listed = tuple(manifest_of.files_in(package))
    said = msgspec.structs.replace(manifest_of.read(package), files=listed)
    manifest_of.write(package, said)
