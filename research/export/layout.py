"""What a table of an export looks like: its columns, each with meaning, unit and source."""

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from research.deidentify.profile import Profile

_ARROW: Final[dict[str, pa.DataType]] = {
    "string": pa.string(),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "integer": pa.int32(),
    "long": pa.int64(),
    "instant": pa.timestamp("us"),
    "number": pa.float64(),
    "measure": pa.float32(),
    "boolean": pa.bool_(),
    "json": pa.string(),
}
#: How the Frictionless table schema calls them.
_FRICTIONLESS: Final = {
    "category": "string",
    "long": "integer",
    "instant": "datetime",
    "measure": "number",
    "json": "any",
}


#: What someone typed themselves is never told: it could say anything.
OWN_WORDS: Final = "(in own words)"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: str  # a key of _ARROW
    meaning: str
    source: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()  # all there are, where that is settled
    only: Profile | None = None

    def described(self) -> dict[str, Any]:
        """Return the field of a Frictionless schema."""
        limits: dict[str, Any] = {"required": True} if self.required else {}
        if self.values:
            limits["enum"] = list(self.values)
        said: dict[str, Any] = {
            "name": self.name,
            "type": _FRICTIONLESS.get(self.kind, self.kind),
            "description": self.meaning,
            "unit": self.unit,
            "source": self.source,
        }
        if self.kind == "instant":
            said["format"] = "any"
        return {**said, "constraints": limits} if limits else said


@dataclass(frozen=True, slots=True)
class Layout:
    """One table."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def told(self, profile: Profile) -> "Layout":
        """Return the table as a profile has it."""
        mine = tuple(each for each in self.columns if each.only in (None, profile))
        return Layout(self.name, self.title, self.key, mine)

    def schema(self, *, plain: bool = False) -> pa.Schema:
        """Return the columns for Parquet; plain: for CSV, which knows no dictionaries."""
        kinds = _ARROW | {"category": pa.string()} if plain else _ARROW
        return pa.schema({each.name: kinds[each.kind] for each in self.columns})

    def described(self) -> dict[str, Any]:
        """Return the Frictionless schema."""
        fields = [each.described() for each in self.columns]
        return {"fields": fields, "primaryKey": list(self.key), "missingValues": [""]}


def always(
    name: str,
    kind: str,
    meaning: str,
    source: str,
    unit: str = "",
    values: tuple[str, ...] = (),
) -> Column:
    """Return a column without nulls."""
    return Column(name, kind, meaning, source, unit, required=True, values=values)


def participant() -> Column:
    """Return the column that says whose row it is."""
    return always("participant", "category", "pseudonym for this export's recipient", "people")


def consent_version(name: str = "consent_version", topic: str = "its topic") -> Column:
    """Return the column that says on which consent a row stands."""
    meaning = f"version of the consent to {topic} for research, in the table consents"
    return Column(name, "integer", meaning, "people.consents")


def moment(name: str, meaning: str, source: str) -> tuple[Column, ...]:
    """Return the columns of an instant."""
    return (
        Column(f"{name}_day", "integer", f"{meaning}: study day", source, "d"),
        Column(
            f"{name}_minute",
            "integer",
            f"{meaning}: minute of the local day, rounded down to 15 in safe-harbor",
            source,
            "min",
        ),
        _at(name, meaning, source),
    )


def week(name: str, meaning: str, source: str) -> tuple[Column, ...]:
    """Return the columns of an instant of which no more than the week is told."""
    return (
        Column(f"{name}_week", "integer", f"{meaning}: study week, from 1", source, "wk"),
        _at(name, meaning, source),
    )


def _at(name: str, meaning: str, source: str) -> Column:
    told = f"{meaning}: the clock on the wall, moved by this person's own shift of whole weeks"
    return Column(f"{name}_at", "instant", told, source, only=Profile.EXPERT)
