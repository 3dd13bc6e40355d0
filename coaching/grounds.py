"""What decisions are made by: a protocol and a library, each kept under its hash."""

from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from coaching.features import Chance
from coaching.messages.library import Library
from coaching.protocol import Protocol, canonical, digest
from coaching.tables import documents


class Grounds:
    """A protocol, the words in each language and the seed of a site's draws."""

    __slots__ = ("libraries", "library", "protocol", "protocol_digest", "site_seed")

    def __init__(
        self,
        protocol: Protocol,
        library: Library,
        site_seed: int,
        translations: Collection[Library] = (),
    ) -> None:
        self.protocol = protocol
        self.protocol_digest = digest(canonical(protocol))
        self.library = library
        self.libraries = {each.language: each for each in (library, *translations)}
        self.site_seed = site_seed

    @property
    def chance(self) -> Chance:
        """By what social features are drawn."""
        return Chance(self.protocol.features, self.protocol_digest, self.site_seed)

    def words(self, language: str) -> Library:
        """Return the library of a language; where there is none, the first one's."""
        return self.libraries.get(language, self.library)


def keep(db: Connection, grounds: Grounds) -> None:
    """Keep what records are about to name by its hash, unless it is there."""
    libraries = {each.digest: each for each in grounds.libraries.values()}
    digests = [grounds.protocol_digest, *libraries]
    known = set(db.scalars(select(documents.c.digest).where(documents.c.digest.in_(digests))))
    if grounds.protocol_digest not in known:
        _keep(db, grounds.protocol_digest, "protocol", canonical(grounds.protocol))
    for name in libraries.keys() - known:
        _keep(db, name, "library", libraries[name].canonical)


def keep_policy(db: Connection, name: str, body: bytes) -> None:
    """Keep a policy that beliefs are about to name by its hash, unless it is there."""
    if db.scalar(select(documents.c.digest).where(documents.c.digest == name)) is None:
        _keep(db, name, "policy", body)


def _keep(db: Connection, name: str, kind: str, body: bytes) -> None:
    db.execute(insert(documents).values({"digest": name, "kind": kind, "body": body}))
