"""The documents that records name by their hash, each read once and checked against it."""

from functools import lru_cache

import msgspec
from sqlalchemy import Connection, select

from coaching import protocol
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import ThompsonSampling
from coaching.protocol import Protocol
from coaching.tables import documents


class Lost(LookupError):
    """Something that a record names is not there, or is not what it was."""


class Documents:
    """The documents of one database."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.protocol = lru_cache(self._protocol)
        self.policy = lru_cache(self._policy)
        self.grounds = lru_cache(self._grounds)

    def _protocol(self, digest: str) -> Protocol:
        return protocol.restore(self._body(digest))

    def _policy(self, digest: str) -> ThompsonSampling:
        return msgspec.json.decode(self._body(digest), type=ThompsonSampling)

    def _grounds(self, protocol_digest: str, library_digest: str, site_seed: int) -> Grounds:
        messages = library.restore(self._body(library_digest))
        return Grounds(self.protocol(protocol_digest), messages, site_seed)

    def _body(self, digest: str) -> bytes:
        query = select(documents.c.body).where(documents.c.digest == digest)
        body = self._db.scalar(query)
        if body is None or protocol.digest(body) != digest:
            raise Lost(f"document {digest} is lost or touched")
        return body
