"""PMD Data (fb005c82): one frame of raw samples, plain or packed as differences.

Layout: Polar Measurement Data Specification: u8 kind, u64 ns since 2000-01-01 of the last
sample, u8 frame type with 0x80 for a packed one, samples. Peak intervals (kind 3): u8 bpm, u16
interval in ms, u16 its error in ms, u8 flags (1 moved, 2 skin contact, 4 contact supported).
"""

import struct
from collections.abc import Iterator
from typing import Final, TypeAlias

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar import deltas
from gateway.vendors.polar.deltas import Sample
from gateway.vendors.polar.kind import Kind

UUID: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

_HEADER: Final = struct.Struct("<BQB")
_PACKED: Final = 0x80
_INTERVAL: Final = struct.Struct("<BHHB")
_MOVED: Final = 0x01
_CONTACT: Final = 0x02
_CONTACT_SUPPORTED: Final = 0x04

_KINDS: Final = {member.value: member for member in Kind}
#: Channels, and bytes of one number, by kind and frame type.
_FORMS: Final = {
    (Kind.ECG, 0x00): (1, 3),
    (Kind.PPG, 0x00): (4, 3),
    (Kind.PPG, 0x80): (4, 3),
    (Kind.ACCELERATION, 0x00): (3, 1),
    (Kind.ACCELERATION, 0x01): (3, 2),
    (Kind.ACCELERATION, 0x02): (3, 3),
    (Kind.ACCELERATION, 0x80): (3, 2),
    (Kind.ACCELERATION, 0x81): (3, 2),
    (Kind.GYROSCOPE, 0x80): (3, 2),
    (Kind.MAGNETOMETER, 0x80): (3, 2),
}


class Frame(msgspec.Struct, frozen=True):
    """Samples of one kind, oldest first; ECG in uV, acceleration of frame types 1 in mg."""

    kind: Kind
    at_ns: int  # of the last sample, since 2000-01-01 by the device's clock
    frame_type: int
    samples: tuple[Sample, ...]


class Interval(msgspec.Struct, frozen=True):
    """One beat seen by light."""

    rate_bpm: int
    interval_ms: int
    error_ms: int
    moved: bool
    in_contact: bool | None  # None: the device cannot tell


class Intervals(msgspec.Struct, frozen=True):
    """Beats, oldest first."""

    at_ns: int
    beats: tuple[Interval, ...]


Data: TypeAlias = Frame | Intervals


def decode(value: bytes) -> Data:
    """Read one notification; raise MalformedValue for a frame this table does not have."""
    try:
        return _decode(value)
    except (IndexError, KeyError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error


def _decode(value: bytes) -> Data:
    number, at_ns, frame_type = _HEADER.unpack_from(value)
    kind, body = _KINDS[number], value[_HEADER.size :]
    if kind is Kind.PEAK_INTERVALS:
        beats = tuple([_interval(*each) for each in _INTERVAL.iter_unpack(body)])
        return Intervals(at_ns, beats)
    channels, width = _FORMS[kind, frame_type]
    read = deltas.unpack if frame_type & _PACKED else _plain
    return Frame(kind, at_ns, frame_type, tuple(read(body, channels, width)))


def _plain(value: bytes, channels: int, width: int) -> Iterator[Sample]:
    if not value or len(value) % (channels * width):
        raise ValueError(f"{len(value)} bytes for {channels} channels of {width}")
    numbers = iter(deltas.numbers(value, width))
    return zip(*[numbers] * channels, strict=True)


def _interval(rate_bpm: int, interval_ms: int, error_ms: int, flags: int) -> Interval:
    contact = bool(flags & _CONTACT) if flags & _CONTACT_SUPPORTED else None
    return Interval(rate_bpm, interval_ms, error_ms, bool(flags & _MOVED), contact)
