"""What decisions are made by: a protocol and a library, each kept under its hash."""

from sqlalchemy import Connection, insert, select

from coaching.messages.library import Library
from coaching.protocol import Protocol, canonical, digest
from coaching.tables import documents


class Grounds:
    """A protocol, a library and the seed of a site's draws."""

    __slots__ = ("library", "library_digest", "protocol", "protocol_digest", "site_seed")

    def __init__(self, protocol: Protocol, library: Library, site_seed: int) -> None:
        self.protocol = protocol
        self.protocol_digest = digest(canonical(protocol))
        self.library = library
        self.library_digest = library.digest
        self.site_seed = site_seed


def keep(db: Connection, grounds: Grounds) -> None:
    """Keep what records are about to name by its hash, unless it is there."""
    digests = {grounds.protocol_digest, grounds.library_digest}
    known = set(db.scalars(select(documents.c.digest).where(documents.c.digest.in_(digests))))
    if grounds.protocol_digest not in known:
        _keep(db, grounds.protocol_digest, "protocol", canonical(grounds.protocol))
    if grounds.library_digest not in known:
        _keep(db, grounds.library_digest, "library", grounds.library.canonical)


def _keep(db: Connection, name: str, kind: str, body: bytes) -> None:
    db.execute(insert(documents).values({"digest": name, "kind": kind, "body": body}))
