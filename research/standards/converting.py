"""Writing a package anew in the form of a standard, row by row."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from research.export import manifest
from research.export.manifest import Manifest
from research.opened import Opened
from research.standards import fhir, ieee1752, redcap
from research.standards.timeline import SAYS

Row = dict[str, Any]
Progress = Callable[[int, int], None]  # rows read, of so many

_ROWS_AT_ONCE: Final = 1_000  # between two words on progress
_TABLES: Final = ("participants", "days")


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written: by file how many resources, points or rows."""

    files: dict[str, int]
    notes: tuple[str, ...]


class _Source:
    """The tables of a package, read as they pass."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._opened = Opened(folder)
        self.package = manifest.sha256(folder / manifest.NAME)[:16]
        self._progress = progress
        self._done, self._of = 0, sum(self._said.rows.get(table, 0) for table in _TABLES)

    @property
    def _said(self) -> Manifest:
        return self._opened.manifest

    def rows(self, table: str) -> Iterator[Row]:
        """Yield a table's rows; raise BadPackage without it."""
        for row in self._opened.each(table):
            yield row
            self._done += 1
            if self._done % _ROWS_AT_ONCE == 0 or self._done == self._of:
                self._progress(self._done, self._of)

    def forms(self) -> list[redcap.Form]:
        """Return the instruments of this package's profile."""
        return [
            redcap.Form(form.layout.told(self._said.profile), form.repeats)
            for form in redcap.FORMS
        ]


def convert(folder: Path, form: str, into: Path, progress: Progress) -> Converted:
    """Write a package in one of FORMS into a new folder, whole or not at all.

    Raises BadPackage, and OSError for a folder that is there or cannot be.
    """
    source = _Source(folder, progress)
    into.mkdir(parents=True)
    try:
        return FORMS[form](source, into)
    except BaseException:
        shutil.rmtree(into)
        raise


def _fhir(source: _Source, into: Path) -> Converted:
    people = (
        fhir.patient(source.package, row["participant"]) for row in source.rows("participants")
    )
    days = (
        said for row in source.rows("days") for said in fhir.observations(source.package, row)
    )
    files = {
        "Patient.ndjson": _lines(into / "Patient.ndjson", people),
        "Observation.ndjson": _lines(into / "Observation.ndjson", days),
    }
    return Converted(files, (SAYS,))


def _ieee1752(source: _Source, into: Path) -> Converted:
    name = "physical-activity.ndjson"
    points = (ieee1752.data_point(source.package, row) for row in source.rows("days"))
    told = (point for point in points if point is not None)
    return Converted({name: _lines(into / name, told)}, (SAYS,))


def _redcap(source: _Source, into: Path) -> Converted:
    forms = source.forms()
    tables = [(form, source.rows(form.layout.name)) for form in forms]
    files = {
        "dictionary.csv": redcap.write_dictionary(into / "dictionary.csv", forms),
        "records.csv": redcap.write_records(into / "records.csv", tables),
    }
    repeating = ", ".join(form.layout.name for form in forms if form.repeats)
    return Converted(files, (f"before importing make this instrument repeat: {repeating}",))


def _lines(path: Path, said: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for each in said:
            file.write(json.dumps(each, separators=(",", ":"), ensure_ascii=False) + "\n")
            count += 1
    return count


FORMS: Final[dict[str, Callable[[_Source, Path], Converted]]] = {
    "fhir": _fhir,
    "ieee1752": _ieee1752,
    "redcap": _redcap,
}
