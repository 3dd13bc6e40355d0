"""REDCap: a data dictionary that a project is made of, and the records that it imports."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from research.export.chapter_days import DAYS
from research.export.chapter_people import PARTICIPANTS
from research.export.layout import Column, Layout

Row = dict[str, Any]

#: The columns of a dictionary as REDCap reads them, in its order.
HEADER: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
RECORD: Final = "record_id"
_VALIDATED: Final = {"integer": "integer", "long": "integer"} | dict.fromkeys(
    ("number", "measure"), "number"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A table of a package as an instrument; repeating: with many rows a participant."""

    layout: Layout
    repeats: bool

    def fields(self) -> Iterator[tuple[str, Column]]:
        """Yield the name of each field: a project has each but once."""
        for column in self.layout.columns:
            if column.name != "participant":
                yield f"{self.layout.name}_{column.name}", column


FORMS: Final = (Form(PARTICIPANTS, repeats=False), Form(DAYS, repeats=True))


def write_dictionary(path: Path, forms: Iterable[Form]) -> int:
    """Write the dictionary; return how many fields it has."""
    forms = list(forms)
    rows = [_field(RECORD, forms[0].layout.name, "text", "Participant")]
    for form in forms:
        for name, column in form.fields():
            kind = "yesno" if column.kind == "boolean" else "text"
            label = column.meaning[:1].upper() + column.meaning[1:]
            note, check = column.unit, _VALIDATED.get(column.kind, "")
            rows.append(_field(name, form.layout.name, kind, label, note, check))
    _write(path, [HEADER, *rows])
    return len(rows)


def write_records(path: Path, tables: Iterable[tuple[Form, Iterable[Row]]]) -> int:
    """Write the records to import; return how many rows they have."""
    tables = list(tables)
    names = [name for form, _ in tables for name, _ in form.fields()]
    head = [RECORD, "redcap_repeat_instrument", "redcap_repeat_instance", *names]
    count = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        yield head
        for form, told in tables:
            instances: dict[str, int] = {}
            for row in told:
                who, count = row["participant"], count + 1
                instances[who] = instances.get(who, 0) + 1
                place = [form.layout.name, instances[who]] if form.repeats else ["", ""]
                said = {name: _value(row[column.name]) for name, column in form.fields()}
                yield [who, *place, *(said.get(name, "") for name in names)]

    _write(path, rows())
    return count


def _field(
    name: str, form: str, kind: str, label: str, note: str = "", check: str = ""
) -> list[str]:
    return [name, form, "", kind, label, "", note, check, *[""] * 10]


def _value(value: object) -> object:
    if value is None:
        return ""
    return int(value) if isinstance(value, bool) else value


def _write(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
