"""Messages to bytes and back."""

from typing import Any, Final, TypeVar

import msgspec

from gateway.wire.batch import Batch, check
from gateway.wire.command import Answer, Command
from gateway.wire.contract import LARGEST_BATCH_BYTES, BrokenContract
from gateway.wire.status import GatewayStatus, HubStatus
from gateway.wire.watermark import Watermarks

Message = Batch | GatewayStatus | HubStatus | Watermarks | Command | Answer
_Kind = TypeVar("_Kind", Batch, GatewayStatus, HubStatus, Watermarks, Command, Answer)

_encoder = msgspec.msgpack.Encoder()
_batches = msgspec.msgpack.Decoder(Batch)
_decoders: Final[dict[type, msgspec.msgpack.Decoder[Any]]] = {
    kind: msgspec.msgpack.Decoder(kind)
    for kind in (Batch, GatewayStatus, HubStatus, Watermarks, Command, Answer)
}
#: msgspec lets the last three through: a broken string, a number too long, nesting without end.
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError)


def encode(message: Message) -> bytes:
    """Return the bytes that go on the wire; raise BrokenContract if they are too many."""
    try:
        payload = _encoder.encode(message)
    except _UNREADABLE as error:
        raise BrokenContract(str(error)) from error
    if len(payload) > LARGEST_BATCH_BYTES:
        raise BrokenContract(f"{type(message).__name__} of {len(payload)} bytes")
    return payload


def decode(payload: bytes, kind: type[_Kind]) -> _Kind:
    """Read a message other than a batch; raise BrokenContract if it is not one."""
    try:
        return _decoders[kind].decode(payload)
    except _UNREADABLE as error:
        raise BrokenContract(str(error)) from error


def decode_batch(payload: bytes) -> Batch:
    """Read a batch; raise BrokenContract if it does not keep the contract."""
    if len(payload) > LARGEST_BATCH_BYTES:
        raise BrokenContract(f"a batch of {len(payload)} bytes")
    try:
        batch = _batches.decode(payload)
    except _UNREADABLE as error:
        raise BrokenContract(str(error)) from error
    check(batch)
    return batch
