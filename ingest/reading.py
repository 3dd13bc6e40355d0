"""What a message says, or why nobody can use it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from gateway import wire
from ingest.inbox import Message
from ingest.lanes import LaneKey
from ingest.pieces import span_us

_LAST_US: Final = 1 << 53  # the year 2255; what is later would not survive a float
_MOST_CHANNELS: Final = 64
_MOST_SAMPLES: Final = 1 << 53
_TOPICS_KEPT: Final = 1 << 15  # a topic is said again and again


@dataclass(frozen=True, slots=True)
class Unusable:
    """A message that breaks the contract; a batch may still say which one it is."""

    reason: str
    gateway: str = ""
    lane: LaneKey | None = None
    sequence: int = -1


class _Name(msgspec.Struct):
    device: str
    boot: wire.Count
    stream: str
    sequence: wire.Count


Content: TypeAlias = wire.Batch | wire.GatewayStatus | wire.Answer | wire.HubStatus | Unusable
_name = msgspec.msgpack.Decoder(_Name)


def read(message: Message) -> tuple[str, Content]:
    """Return who says what; the topic decides who may say it."""
    if message.topic == wire.HUB_STATUS:
        return "hub", wire.HubStatus(online=True, start_id=0, version="", at_us=0)
    try:
        gateway, device, kind = _levels(message.topic)
    except wire.BrokenContract as broken:
        return "", Unusable(f"topic: {broken}")
    try:
        return gateway, _content(message, gateway, device, kind)
    except wire.BrokenContract as broken:
        return gateway, _unusable(message, gateway, kind, str(broken))


def _content(message: Message, gateway: str, device: str, kind: str) -> Content:
    if kind == "batch":
        return checked(wire.decode_batch(message.payload), device)
    if kind == "status":
        status = wire.decode(message.payload, wire.GatewayStatus)
        if status.gateway != gateway:
            raise wire.BrokenContract(f"status of {status.gateway!r}")
        return status
    return wire.decode(message.payload, wire.Answer)


@lru_cache(_TOPICS_KEPT)
def _levels(topic: str) -> tuple[str, str, str]:
    """Return a topic's gateway, its device if it has one, and its kind."""
    gateway = wire.sender(topic)
    prefix = wire.status_topic(gateway).removesuffix("status")
    device, _, kind = topic.removeprefix(prefix).rpartition("/")
    return gateway, device, kind


def checked(batch: wire.Batch, device: str) -> wire.Batch:
    """Return a batch that can be stored; raise BrokenContract for one that cannot."""
    if batch.device != device:
        raise wire.BrokenContract(f"batch of {batch.device!r}")
    if batch.channels > _MOST_CHANNELS:
        raise wire.BrokenContract(f"{batch.channels} channels")
    if batch.counted and batch.counted.sample > _MOST_SAMPLES:
        raise wire.BrokenContract(f"sample {batch.counted.sample}")
    long = batch.period_us is not None and batch.period_us * batch.size > _LAST_US
    if long or span_us(batch)[1] > _LAST_US:
        raise wire.BrokenContract(f"a time of {batch.start_us} us")
    return batch


def _unusable(message: Message, gateway: str, kind: str, reason: str) -> Unusable:
    if kind != "batch":
        return Unusable(f"{kind}: {reason}")
    try:
        name = _name.decode(message.payload)
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError):
        return Unusable(f"batch: {reason}")
    lane = (name.device, name.boot, name.stream)
    return Unusable(f"batch: {reason}", gateway, lane, name.sequence)
