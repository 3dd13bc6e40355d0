"""Protocols, message libraries and policies of an export; by them records are made again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from coaching import records
from coaching.records import Decision, Document, Goal, Protocol, Shelf
from research.export.manifest import BadPackage, Study


class Unproven(RuntimeError):
    """What is on record does not come out the same; the message says which."""


class Documents:
    """Fetched from the store by hash as they are named.

    A protocol that ends on a date is told without it, and so under another hash.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._found: dict[str, Document] = {}  # by the hash that records name
        self._shelf = Shelf(())

    @property
    def protocols(self) -> Mapping[str, Protocol]:
        """Return the protocols by the hash under which they are told."""
        return self._shelf.protocols

    def name(self, digest: str) -> str:
        """Return under which hash a document is told."""
        self.fetch({digest})
        if digest not in self._found:
            raise Unproven(f"document {digest} is lost")
        return self._found[digest].digest

    def fetch(self, digests: Collection[str]) -> None:
        """Have documents come along."""
        missing = set(digests) - self._found.keys()
        if missing:
            found = records.documents(self._db, missing)
            self._found |= {each.digest: _dateless(each) for each in found}
            self._shelf = Shelf(self._found.values())

    def proven(self, made: Decision) -> Decision:
        """Return a decision as it is told, made again just now with the same outcome."""
        told = replace(made, protocol=self.name(made.protocol), library=self.name(made.library))
        if self._shelf.decision(told) != told:
            raise Unproven(f"decision {told.id} does not come out the same")
        return told

    def proven_goal(self, made: Goal) -> Goal:
        """Return a goal as it is told, set again just now with the same outcome."""
        goal = replace(made, protocol=self.name(made.protocol))
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


def _dateless(found: Document) -> Document:
    protocol = Shelf([found]).protocols.get(found.digest)
    if protocol is None or protocol.ends is None:
        return found
    return records.document(msgspec.structs.replace(protocol, ends=None))


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


def shelf(folder: Path) -> Shelf:
    """Return what records were made by; raise BadPackage for what is no such document."""
    try:
        return Shelf(load(folder))
    except (KeyError, ValueError, msgspec.MsgspecError) as error:
        raise BadPackage(f"{folder}: {error}") from error
