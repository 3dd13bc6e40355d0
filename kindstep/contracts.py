"""`python -m kindstep.contracts` renews docs/contracts: what each domain hands to others.

A field may be added within a version. To remove one, or give it another type, is another
version, said here: then whoever reads the product is told by its number.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Table

from analytics import tables as analytics
from analytics.minutes import MINUTE, Flag, State
from coaching import tables as coaching
from coaching.giving import tables as giving
from coaching.records import State as Seen
from gateway import wire_schema
from research.export.manifest import FORMAT
from research.export.package import LAYOUTS

FOLDER: Final = Path(__file__).parents[1] / "docs" / "contracts"
VERSIONS: Final = {
    "wire": 1,
    "epochs": 1,
    "scores": 1,
    "decisions": 1,
    "ledger": 1,
    "export": FORMAT,
}

Fields = dict[str, str]


class Contract(msgspec.Struct, frozen=True):
    """What one domain's product holds: each field by its full name, with its type."""

    product: str
    version: int
    fields: Fields


def contracts() -> list[Contract]:
    """Return the contracts of this code."""
    fields: dict[str, Iterable[tuple[str, str]]] = {
        "wire": _of_messages(*wire_schema.MESSAGES),
        "epochs": _of_minutes(),
        "scores": _of_tables(analytics.day_facts, analytics.scores, analytics.nights),
        "decisions": [
            *_of_tables(coaching.decisions, coaching.outcomes, coaching.goals),
            *_of_messages(Seen),
        ],
        "ledger": _of_tables(
            giving.points,
            giving.pledges,
            giving.vouchers,
            giving.ledger_transactions,
            giving.ledger_entries,
        ),
        "export": _of_export(),
    }
    return [
        Contract(product, VERSIONS[product], dict(sorted(said)))
        for product, said in fields.items()
    ]


def broken(published: Contract, today: Contract) -> list[str]:
    """Return what a reader of the published contract would miss; nothing for a new version."""
    if today.version > published.version:
        return []
    return [
        f"{today.product}: {name} was {kind}, is {today.fields.get(name, 'gone')}"
        for name, kind in published.fields.items()
        if today.fields.get(name) != kind
    ]


def text(contract: Contract) -> str:
    """Return a contract as it is published."""
    return msgspec.json.format(msgspec.json.encode(contract), indent=1).decode() + "\n"


def published(product: str) -> Contract | None:
    """Return what was published of a product."""
    path = FOLDER / f"{product}.json"
    return msgspec.json.decode(path.read_bytes(), type=Contract) if path.exists() else None


def _of_messages(*kinds: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    _, schemas = msgspec.json.schema_components(kinds, ref_template="{name}")
    for name, schema in schemas.items():
        if "enum" in schema:
            yield name, _told(schema)
        for field, said in schema.get("properties", {}).items():
            yield f"{name}.{field}", _told(said)


def _told(schema: dict[str, Any]) -> str:
    """Return a JSON schema without what does not bind a reader."""
    bare = {key: each for key, each in schema.items() if key not in {"title", "default"}}
    return msgspec.json.encode(bare, order="sorted").decode()


def _of_minutes() -> Iterator[tuple[str, str]]:
    for name, (kind, offset, *_) in (MINUTE.fields or {}).items():
        shape = "".join(f"[{size}]" for size in kind.shape)
        yield f"minute.{name}", f"{kind.base.str}{shape} at byte {offset}"
    for meaning in (State, Flag):
        for each in meaning:
            yield f"{meaning.__name__.lower()}.{each.name}", str(int(each))


def _of_tables(*tables: Table) -> Iterator[tuple[str, str]]:
    for table in tables:
        for column in table.columns:
            may_lack = " or none" if column.nullable else ""
            yield f"{table.name}.{column.name}", f"{column.type}{may_lack}".lower()


def _of_export() -> Iterator[tuple[str, str]]:
    for layout in LAYOUTS:
        for column in layout.columns:
            only = f", {column.only.value} alone" if column.only else ""
            may_lack = "" if column.required else " or none"
            yield f"{layout.name}.{column.name}", f"{column.kind}{may_lack}{only}"


def main() -> int:
    """Renew what is published, unless a reader would miss something."""
    found = 0
    for today in contracts():
        before = published(today.product)
        missed = broken(before, today) if before else []
        for line in missed:
            sys.stderr.write(f"{line}\n")
        if missed:
            sys.stderr.write(f"raise the version of {today.product} in kindstep/contracts.py\n")
        else:
            (FOLDER / f"{today.product}.json").write_text(text(today), "utf-8")
        found += len(missed)
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main())
