"""The protocols and message libraries of an export; by them decisions are made again."""

from pathlib import Path

from sqlalchemy import Connection

from coaching import records
from coaching.records import Decision, Document, Goal, Shelf
from research.export.manifest import Study


class Unproven(RuntimeError):
    """What is on record does not come out the same; the message says which."""


class Documents:
    """Fetched from the store by hash as they are named."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._found: dict[str, Document] = {}
        self._shelf = Shelf(())

    def proven(self, told: Decision) -> Decision:
        """Return a decision that was made again just now with the same outcome."""
        self._fetch({told.protocol, told.library})
        if self._shelf.decision(told) != told:
            raise Unproven(f"decision {told.id} does not come out the same")
        return told

    def proven_goal(self, goal: Goal) -> Goal:
        """Return a goal that was set again just now with the same outcome."""
        self._fetch({goal.protocol})
        if self._shelf.goal(goal.inputs, goal.protocol) != (goal.steps, goal.reason):
            raise Unproven(f"the goal of {goal.day} does not come out the same")
        return goal

    def write(self, folder: Path) -> list[Study]:
        """Write all that was named, under its hash; return the protocols."""
        folder.mkdir()
        for each in self._found.values():
            (folder / file_name(each.kind, each.digest)).write_bytes(each.body)
        return [
            Study(each.name, each.version, each.title, digest)
            for digest, each in sorted(self._shelf.protocols.items())
        ]

    def _fetch(self, digests: set[str]) -> None:
        missing = digests - self._found.keys()
        if missing:
            found = records.documents(self._db, missing)
            self._found |= {each.digest: each for each in found}
            self._shelf = Shelf(self._found.values())


def file_name(kind: str, digest: str) -> str:
    """Return where a document lies."""
    return f"{kind}-{digest}.json"


def load(folder: Path) -> list[Document]:
    """Read all that was written."""
    found: list[Document] = []
    for path in sorted(folder.glob("*-*.json")):
        kind, _, digest = path.stem.partition("-")
        found.append(Document(digest, kind, path.read_bytes()))
    return found
