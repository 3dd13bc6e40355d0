"""What programs may ask of the hub, and what comes back."""

from typing import Literal, TypeAlias

import msgspec


class _Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One thing that a program wants done in somebody's name."""


class Bring(_Request, frozen=True, kw_only=True):
    """Store batches that came over HTTP, as if a gateway of this name had sent them."""

    source: str
    batches: tuple[bytes, ...]  # as they would be on the wire


class Subscribe(_Request, frozen=True, kw_only=True):
    """Tell an address of news from now on, for as long as a token is good."""

    token: str  # its handle
    url: str
    kinds: tuple[str, ...]


class Unsubscribe(_Request, frozen=True, kw_only=True):
    """Tell an address no longer."""

    webhook: str


Request: TypeAlias = Bring | Subscribe | Unsubscribe


class _Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What became of it."""


class Settled(msgspec.Struct, frozen=True):
    """What became of one batch: it is durable, or was before."""

    device: str
    boot: int
    stream: str
    sequence: int
    stored: int  # samples that were new
    duplicates: int  # samples that stood already
    upto: int  # everything up to this sequence is stored; -1: nothing is


class Brought(_Answer, frozen=True, kw_only=True):
    """All batches are durable."""

    batches: tuple[Settled, ...]


class Subscribed(_Answer, frozen=True, kw_only=True):
    """The address is told from now on, signed with a secret that is shown this once."""

    webhook: str
    secret: str


class Ended(_Answer, frozen=True, kw_only=True):
    """The address is told no longer."""


class NotDone(_Answer, frozen=True, kw_only=True):
    """Nothing was changed, or nobody knows yet whether something was."""

    why: Literal["unseen", "unusable", "busy"]
    where: str = ""
    says: str = ""


Answer: TypeAlias = Brought | Subscribed | Ended | NotDone
