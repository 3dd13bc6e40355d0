"""The files by which others understand a package: descriptor, dictionary, citation, README."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

from research.deidentify.profile import Profile
from research.export.layout import Layout
from research.export.manifest import File, Study

_FIRST_WORD: Final = """\
# {title}

A package of kindstep, profile {profile}, of {participants} participants. {determination}

- `datapackage.json` describes every table (Frictionless); `dictionary.csv` is the same to read.
- `tables/` holds them as Parquet and CSV, `documents/` the protocols and messages, by hash.
- `manifest.json` holds the hash of every file. `kindstep export verify FOLDER` checks them,
  and makes every decision and goal again.

What is not known has no row, or a null; it is never a zero. Time is the day of each person's
own study: day 1 is the local day of enrolment. Keep dates of enrolment away from this package:
with them it would tell every date.
"""
_DETERMINATION: Final = {
    Profile.SAFE_HARBOR: "No date is finer than the year (45 CFR 164.514(b)(2)).",
    Profile.EXPERT: (
        "Dates are moved by whole weeks, for each person by others. **It must not be handed "
        "out before somebody qualified has determined that the risk is very small "
        "(45 CFR 164.514(b)(1)).**"
    ),
}


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a package as a whole."""

    profile: Profile
    participants: int
    software: str
    studies: tuple[Study, ...]

    @property
    def title(self) -> str:
        return self.studies[0].title if self.studies else "A study with kindstep"


def describe(
    folder: Path, layouts: Sequence[Layout], written: Sequence[File], about: About
) -> None:
    """Write what is beside the files that are written already."""
    descriptor = _descriptor(layouts, written, about)
    _write_json(folder / "datapackage.json", descriptor)
    _write_dictionary(folder / "dictionary.csv", layouts)
    (folder / "CITATION.cff").write_text(_citation(about), "utf-8")
    words = _FIRST_WORD.format(
        title=about.title,
        profile=about.profile.value,
        participants=about.participants,
        determination=_DETERMINATION[about.profile],
    )
    (folder / "README.md").write_text(words, "utf-8")


def _descriptor(
    layouts: Sequence[Layout], written: Sequence[File], about: About
) -> dict[str, Any]:
    return {
        "name": "kindstep-export",
        "title": about.title,
        "profile": "data-package",
        "kindstep": {"deidentification": about.profile.value},
        "resources": [
            _resource(layout, file)
            for layout in layouts
            for file in written
            if PurePath(file.path).stem == layout.name
        ],
    }


def _resource(layout: Layout, file: File) -> dict[str, Any]:
    form = PurePath(file.path).suffix[1:]
    said: dict[str, Any] = {
        "name": layout.name if form == "csv" else f"{layout.name}-{form}",
        "path": file.path,
        "title": layout.title,
        "format": form,
        "hash": f"sha256:{file.sha256}",
        "bytes": file.size,
    }
    if form == "csv":
        said |= {"type": "table", "profile": "tabular-data-resource", "encoding": "utf-8"}
        said["mediatype"] = "text/csv"
    else:
        said |= {"type": "file", "mediatype": "application/vnd.apache.parquet"}
    return {**said, "schema": layout.described()} if form == "csv" else said


def _write_dictionary(path: Path, layouts: Sequence[Layout]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("table", "column", "type", "unit", "meaning", "values", "source"))
        for layout in layouts:
            for column in layout.columns:
                said = column.described()
                table.writerow(
                    (
                        layout.name,
                        column.name,
                        said["type"],
                        column.unit,
                        column.meaning,
                        " ".join(column.values),
                        column.source,
                    )
                )


def _citation(about: About) -> str:
    version = "; ".join(f"{study.name} {study.version}" for study in about.studies) or "none"
    lines: Mapping[str, str] = {
        "cff-version": "1.2.0",
        "message": "Please cite these data by this title and the hash of manifest.json.",
        "type": "dataset",
        "title": about.title,
        "version": version,
        "abstract": f"Exported by {about.software}.",
    }
    said = [f"{name}: {json.dumps(value)}" for name, value in lines.items()]
    return "\n".join(
        [*said, "authors:", f"  - name: {json.dumps(f'Investigators of {about.title}')}", ""]
    )


def _write_json(path: Path, tree: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", "utf-8")
