"""A package as one file; the same package gives the same bytes."""

import shutil
import zipfile
from pathlib import Path
from typing import Final

#: The first instant a zip can name.
_NEVER: Final = (1980, 1, 1, 0, 0, 0)


def zipped(folder: Path, into: Path) -> Path:
    """Put a package into a file; return the file."""
    with zipfile.ZipFile(into, "w") as file:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, _NEVER)
            is_packed = path.suffix == ".parquet"
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, file.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return into
