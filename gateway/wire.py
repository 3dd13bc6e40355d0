"""The MQTT contract: what gateway and hub say to each other, and where.

The one gateway module that other stages may import. Within a version a field may be added
with a default; none may be renamed, retyped or removed.
"""

import math
import re
from enum import IntFlag
from functools import lru_cache
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec

VERSION: Final = 1
LARGEST_BATCH_BYTES: Final = 64 * 1024
#: Batches a gateway may publish beyond the last watermark it was told.
WINDOW_BATCHES: Final = 64

_PREFIX: Final = f"kindstep/v{VERSION}"
_GATEWAY_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEVICE_NAME: Final = re.compile(r"[A-Za-z0-9_:-]{1,64}")

_KNOWN_TOPICS: Final = 1024
_STREAM_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")

#: What a signed 64-bit column holds: a larger number would stop the database that stores it.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Passkey = Annotated[int, msgspec.Meta(ge=0, le=999_999)]
_Sequence = Annotated[int, msgspec.Meta(ge=-1, le=2**63 - 1)]

BATCHES: Final = f"{_PREFIX}/+/+/batch"
STATUSES: Final = f"{_PREFIX}/+/status"
ANSWERS: Final = f"{_PREFIX}/+/answer"
HUB_STATUS: Final = f"{_PREFIX}/hub/status"


class BrokenContract(ValueError):
    """A name, batch or payload that does not keep this version of the contract."""


class Quality(IntFlag):
    """What is known against the samples of a batch; it holds for all of them."""

    NOT_WORN = 0x01  # the device itself says so
    FAULT = 0x02  # the device reports a broken sensor
    SATURATED = 0x04  # at least one sample at the end of the range
    SPECIAL = 0x08  # a reserved value (NaN, NRes, +-INF) stood where a number belongs
    DOUBTED = 0x10  # the device itself doubts it: it moved, the signal is poor, it settles


class DeviceCount(msgspec.Struct, frozen=True, kw_only=True):
    """Where the first sample stands in the device's own memory."""

    boot: Count
    sample: Count
    ticks: Count


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing right before a batch, for good as far as its gateway knows."""

    samples: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    reason: Annotated[str, msgspec.Meta(max_length=200)]  # the kind first, then a colon


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive samples of one stream from one device."""

    device: str  # a stable pseudonym, never the radio address
    boot: Count  # 63 random bits drawn for each connection, never used again
    stream: str  # "accel", "rr", ...
    sequence: Count  # contiguous within boot and stream, from 0
    start_us: Count  # first sample, unix time
    start_error_us: Count  # how far start_us may be off
    period_us: float | None  # nominal; None: events, placed by offsets_us
    offsets_us: bytes = b""  # events: little-endian uint32 after start_us, one a sample
    scale: float  # sample times scale is in unit
    unit: str  # "g", "ms", "bpm", "count", ...
    channels: int
    width: int = 2  # bytes of one signed integer: 2 or 4
    samples: bytes  # little-endian signed integers, sample by sample
    quality: Count = 0  # Quality
    counted: DeviceCount | None = None  # None: the device keeps no memory
    lost: Lost | None = None  # None: nothing, or nobody knows why

    @property
    def size(self) -> int:
        """Return how many samples the batch holds."""
        return len(self.samples) // (self.width * self.channels)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One device as its gateway sees it now."""

    device: str
    kind: str  # "heart_rate_strap", "glasses", ...
    state: str  # "seen", "waiting", "connecting", "streaming", "handing_over", "lost", ...
    has_memory: bool
    why: str = ""  # no link to it is held
    last_heard_us: int | None = None
    battery_percent: int | None = None
    rssi_dbm: int | None = None
    time_error_us: int | None = None  # how far the times of what it said last may be off


class RadioState(msgspec.Struct, frozen=True, kw_only=True):
    """One radio of a gateway, and the connections it holds."""

    radio: str  # as the settings name it
    present: bool
    slots: int | None = None  # None: nobody said how many
    slots_used: int = 0
    slots_wanted: int = 0  # by devices that wait for one


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that a broker would not carry: its sequence is a gap that the hub steps over."""

    device: str
    boot: Count
    stream: str
    sequence: Count
    reason: str


class SpooledFrom(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest sequence of a stream that a gateway still has: none below it will come."""

    device: str
    boot: Count
    stream: str
    sequence: Count


class GatewayStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway says of itself; retained, and its last will with `online` false."""

    gateway: str
    online: bool
    start_id: int  # drawn anew at each start
    version: str
    at_us: int
    devices: tuple[Seen, ...] = ()
    radios: tuple[RadioState, ...] = ()
    spooled_batches: int = 0
    oldest_spooled_us: int | None = None
    spooled_bytes: int = 0  # what the spool takes of the disk
    counts: dict[str, int] = {}  # malformed, dropped, refused, set_aside, ...
    traffic: dict[str, int] = {}  # notifications, links, published, acknowledged, ...
    set_aside: tuple[SetAside, ...] = ()  # those that no watermark has passed yet
    spool_full: str = ""  # why the newest is refused, if it is
    spooled_from: tuple[SpooledFrom, ...] = ()  # of the streams whose turn it is to be sent


class HubStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says of itself; retained, and its last will with `online` false."""

    online: bool
    start_id: int
    version: str
    at_us: int


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to and with `sequence` is stored, and `beyond`; -1 says nothing is."""

    device: str
    boot: Count
    stream: str
    sequence: _Sequence
    beyond: tuple[tuple[Count, Count], ...] = ()  # stored behind a hole: first and last


class Watermarks(msgspec.Struct, frozen=True, kw_only=True):
    """How far the hub has stored what this gateway sent."""

    hub_start_id: int
    marks: tuple[Mark, ...]


CommandKind: TypeAlias = Literal[
    "alert", "set_time", "forget_bond", "restart", "pause", "resume", "pair", "passkey"
]
PairingMethod: TypeAlias = Literal["just_works", "entry", "display"]


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


def check_gateway(gateway: str) -> str:
    """Return the name; raise BrokenContract for one that no broker carries."""
    if not _GATEWAY_NAME.fullmatch(gateway) or gateway == "hub":
        raise BrokenContract(f"gateway name {gateway!r}")
    return gateway


def check_device(device: str) -> str:
    """Return the name; raise BrokenContract for one that no broker carries."""
    if not _DEVICE_NAME.fullmatch(device):
        raise BrokenContract(f"device name {device!r}")
    return device


@lru_cache(_KNOWN_TOPICS)
def batch_topic(gateway: str, device: str) -> str:
    """Return where a device's batches go."""
    return f"{_PREFIX}/{check_gateway(gateway)}/{check_device(device)}/batch"


def status_topic(gateway: str) -> str:
    """Return where a gateway says how it is."""
    return f"{_PREFIX}/{check_gateway(gateway)}/status"


def watermark_topic(gateway: str) -> str:
    """Return where the hub tells a gateway what is stored."""
    return f"{_PREFIX}/{check_gateway(gateway)}/watermark"


def command_topic(gateway: str) -> str:
    """Return where the hub asks a gateway for something."""
    return f"{_PREFIX}/{check_gateway(gateway)}/command"


def answer_topic(gateway: str) -> str:
    """Return where a gateway says what became of a command."""
    return f"{_PREFIX}/{check_gateway(gateway)}/answer"


def last_value_topic(gateway: str, device: str, stream: str) -> str:
    """Return where a gateway says, as JSON, what a stream's newest value is."""
    return f"{_PREFIX}/{check_gateway(gateway)}/{check_device(device)}/last/{stream}"


def sender(topic: str) -> str:
    """Return which gateway a topic belongs to."""
    parts = topic.split("/")
    if len(parts) < 4 or "/".join(parts[:2]) != _PREFIX:
        raise BrokenContract(f"topic {topic!r}")
    return check_gateway(parts[2])


Message = Batch | GatewayStatus | HubStatus | Watermarks | Command | Answer
_Kind = TypeVar("_Kind", Batch, GatewayStatus, HubStatus, Watermarks, Command, Answer)

_encoder = msgspec.msgpack.Encoder()
_batches = msgspec.msgpack.Decoder(Batch)
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
        return msgspec.msgpack.decode(payload, type=kind)
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
    _check(batch)
    return batch


def _check(batch: Batch) -> None:
    check_device(batch.device)
    if not _STREAM_NAME.fullmatch(batch.stream):
        raise BrokenContract(f"stream name {batch.stream!r}")
    if not batch.scale or not math.isfinite(batch.scale):
        raise BrokenContract(f"a scale of {batch.scale}")
    _check_samples(batch)
    _check_times(batch)


def _check_samples(batch: Batch) -> None:
    if batch.width not in {2, 4} or batch.channels < 1:
        raise BrokenContract(f"{batch.channels} channels of {batch.width} bytes")
    if not batch.samples or len(batch.samples) % (batch.width * batch.channels):
        raise BrokenContract(f"{len(batch.samples)} bytes for {batch.channels} channels")


def _check_times(batch: Batch) -> None:
    if batch.period_us is None and len(batch.offsets_us) != 4 * batch.size:
        raise BrokenContract(f"{len(batch.offsets_us)} bytes of offsets, {batch.size} events")
    if batch.period_us is not None and batch.offsets_us:
        raise BrokenContract("offsets beside a period")
    if batch.period_us is not None and not 0 < batch.period_us < float("inf"):
        raise BrokenContract(f"a period of {batch.period_us} us")
