"""Ways out of the hub by which a person learns that something waits in their inbox.

Each sibling file is one. A channel carries the text of a locked screen and nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """How somebody is reached."""

    WEB_PUSH = "web_push"  # a browser's notification
    EMAIL = "email"
    WEBHOOK = "webhook"
    WEARABLE = "wearable"  # it buzzes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way by one channel to one address."""

    key: str  # the same for every try: who gets it twice can tell
    message: int
    participant: str
    address: str
    lock_text: str
    expires_us: int


class Undelivered(Exception):
    """It could not be sent; when `gone`, the address is of no use any more."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class Channel(Protocol):
    """Sends parcels; raises Undelivered when it cannot."""

    def send(self, parcel: Parcel, now_us: int) -> str | None:
        """Hand a parcel over; return by which name its receipt can be asked for, if any."""
        ...

    def receipt_us(self, ref: str) -> int | None:
        """Return when it is known to have arrived; None while nobody knows."""
        ...
