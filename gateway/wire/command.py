"""What a gateway is asked to do, and what became of it."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

Passkey = Annotated[int, msgspec.Meta(ge=0, le=999_999)]
CommandKind: TypeAlias = Literal[
    "alert", "set_time", "forget_bond", "restart", "pause", "resume", "pair", "passkey"
]
PairingMethod: TypeAlias = Literal["just_works", "entry", "display"]

#: Why a device was not alerted, where its wearer can be told more than that it was not.
NOT_CONNECTED: Final = "not connected"
CANNOT_RING: Final = "it cannot ring"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Something a gateway is asked to do with a device."""

    id: str
    device: str
    kind: CommandKind
    level: int = 0  # alert: 0 none, 1 mild, 2 high (Immediate Alert 2A06)
    method: PairingMethod = "just_works"  # pair: who shows a passkey, and who types it
    passkey: Passkey | None = None  # entry: the one it shows; display: the one to type there
    expires_us: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command."""

    id: str
    done: bool
    reason: str = ""
    at_us: int
