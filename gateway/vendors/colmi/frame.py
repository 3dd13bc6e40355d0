"""What a Colmi ring says (6e400003), and is told (6e400002): command, payload, checksum.

Layout: u8 command with 0x80 for a refusal, 14 bytes, u8 sum of all bytes before it. Battery
(3): u8 percent, u8 charging. Time (1): year, month, day, hour, minute, second in binary-coded
decimals, u8 language. Steps of a day (0x43), asked for by how many days ago, 0x0f and which
quarters of its hours. Steps (0x43): year, month and day in binary-coded decimals, u8
quarter of the day's hours, u8 number, u8 of how many, then u16 calories, steps and metres.
Heart rates of a day (0x15), asked for by the unix time at which it began: see `heart_log`.
Measured now (0x69, ended with 0x6a): u8 what, u8 error, u8 value.
"""

import struct
from datetime import datetime
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.vendors.colmi import heart_log
from gateway.vendors.colmi.heart_log import HeartLog

UUID: Final = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
WRITTEN: Final = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"

SIZE: Final = 16
NOTHING: Final = 0xFF  # in place of a year: no steps that day
_REFUSED: Final = 0x80
_HIGHEST_QUARTER: Final = 95
_QUARTER_MIN: Final = 15
_ENGLISH: Final = 1
_STEPS: Final = struct.Struct("<BBBBBBHHH")


class Command(IntEnum):
    """Those whose answers are read here."""

    SET_TIME = 0x01
    BATTERY = 0x03
    HEART_RATES = 0x15
    STEPS = 0x43
    MEASURE = 0x69
    STOP_MEASURING = 0x6A


class Measured(IntEnum):
    """What a ring can measure at once."""

    HEART_RATE = 1
    SPO2 = 3


class Battery(msgspec.Struct, frozen=True):
    """How full the battery is."""

    percent: int
    is_charging: bool


class QuarterHour(msgspec.Struct, frozen=True):
    """What somebody did in a quarter of an hour, by the ring's own calendar."""

    year: int
    month: int
    day: int
    minute: int  # of the day, at its start
    index: int  # among all that are told of this day
    count: int
    steps: int
    distance_m: int
    calories: int  # in a unit that differs between rings


class Measurement(msgspec.Struct, frozen=True):
    """One value measured now; 0 while the ring is still at it."""

    kind: Measured | None  # None: one this table does not have
    error: int  # 0: none
    value: int


class Frame(msgspec.Struct, frozen=True):
    """Any other frame, its payload as it came."""

    command: int
    is_refused: bool
    payload: bytes


Said: TypeAlias = Battery | QuarterHour | HeartLog | Measurement | Frame

_MEASURED: Final = {member.value: member for member in Measured}


def encode(command: Command, payload: bytes = b"") -> bytes:
    """Return the frame to write to the ring."""
    body = bytes([command]) + payload.ljust(SIZE - 2, b"\0")
    return body + bytes([sum(body) & 0xFF])


def set_time(now: datetime) -> bytes:
    """Return the order to show a time."""
    fields = now.year % 100, now.month, now.day, now.hour, now.minute, now.second
    return encode(Command.SET_TIME, bytes([*map(_coded, fields), _ENGLISH]))


def ask_steps(days_ago: int) -> bytes:
    """Return the question for the steps of a whole day."""
    return encode(Command.STEPS, bytes([days_ago, 0x0F, 0, _HIGHEST_QUARTER, 1]))


def ask_heart_rates(since_s: int) -> bytes:
    """Return the question for the log of the day that began at a unix time."""
    return encode(Command.HEART_RATES, struct.pack("<I", since_s))


def measure(kind: Measured) -> bytes:
    """Return the order to measure now, until it is told to stop."""
    return encode(Command.MEASURE, bytes([kind, 1]))


def stop_measuring(kind: Measured) -> bytes:
    """Return the order to let it be."""
    return encode(Command.STOP_MEASURING, bytes([kind, 0, 0]))


def decode(value: bytes) -> Said:
    """Read one frame; raise MalformedValue for another length or a wrong sum."""
    if len(value) != SIZE or sum(value[:-1]) & 0xFF != value[-1]:
        raise MalformedValue(UUID, value)
    command, payload = value[0], value[1:-1]
    match command:
        case Command.BATTERY:
            return Battery(payload[0], bool(payload[1]))
        case Command.MEASURE:
            kind, error, measured = payload[:3]
            return Measurement(_MEASURED.get(kind), error, measured)
        case Command.HEART_RATES if payload[0] != NOTHING:
            return heart_log.read(payload)
        case Command.STEPS if payload[3] <= _HIGHEST_QUARTER and _is_decimal(payload[:3]):
            return _quarter(payload)
        case _:
            return Frame(command & ~_REFUSED, bool(command & _REFUSED), payload)


def _quarter(payload: bytes) -> QuarterHour:
    year, month, day, quarter, index, count, *amounts = _STEPS.unpack_from(payload)
    date = 2000 + _decimal(year), _decimal(month), _decimal(day)
    calories, steps, metres = amounts
    minute = quarter * _QUARTER_MIN
    return QuarterHour(*date, minute, index, count, steps, metres, calories)


def _is_decimal(digits: bytes) -> bool:
    """Return whether it is a date: a header, or no data, stands in the same place."""
    return digits.hex().isdecimal()


def _decimal(raw: int) -> int:
    return 10 * (raw >> 4) + (raw & 0xF)


def _coded(number: int) -> int:
    return number // 10 << 4 | number % 10
