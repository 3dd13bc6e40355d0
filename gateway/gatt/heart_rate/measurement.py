"""Heart Rate Measurement (GATT 0x2A37): bytes in, one reading out.

Layout: Bluetooth Heart Rate Service 1.0, section 3.1.1.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a37-0000-1000-8000-00805f9b34fb"

RR_TICKS_PER_SECOND: Final = 1024

# Plain masks: testing an IntFlag five times costs more than all the rest of the decoder.
_RATE_IS_UINT16: Final = 0x01
_CONTACT_DETECTED: Final = 0x02
_CONTACT_SUPPORTED: Final = 0x04
_ENERGY_PRESENT: Final = 0x08
_RR_PRESENT: Final = 0x10
_RESERVED: Final = 0xE0

#: What stands before the intervals, by the flags that decide it.
_HEADS: Final = {
    0: struct.Struct("<xB"),
    _RATE_IS_UINT16: struct.Struct("<xH"),
    _ENERGY_PRESENT: struct.Struct("<xBH"),
    _RATE_IS_UINT16 | _ENERGY_PRESENT: struct.Struct("<xHH"),
}
_INTERVALS: Final = tuple(struct.Struct(f"<{count}H") for count in range(256))
_CONTACT: Final = {
    _CONTACT_SUPPORTED: False,
    _CONTACT_SUPPORTED | _CONTACT_DETECTED: True,
}


class HeartRate(msgspec.Struct, frozen=True):
    """What the strap said in one notification."""

    rate_bpm: int
    in_contact: bool | None  # None: the strap cannot tell
    energy_kj: int | None
    rr_ms: tuple[float, ...]  # oldest beat first


def decode(value: bytes) -> HeartRate:
    """Read one notification; raise MalformedValue if it does not end where its flags say."""
    try:
        flags = value[0]
        head = _HEADS[flags & 0x09]
        rate_bpm, *energy_kj = head.unpack_from(value)
        rr_ms = _rr_ms(value, head.size) if flags & _RR_PRESENT else ()
    except (IndexError, struct.error) as error:
        raise MalformedValue(UUID, value) from error
    if not flags & (_RR_PRESENT | _RESERVED) and len(value) != head.size:
        raise MalformedValue(UUID, value)
    return HeartRate(
        rate_bpm, _CONTACT.get(flags & 0x06), energy_kj[0] if energy_kj else None, rr_ms
    )


def _rr_ms(value: bytes, at: int) -> tuple[float, ...]:
    size = len(value) - at
    if size % 2:
        raise IndexError(f"an interval of {size} bytes")
    ticks = _INTERVALS[size // 2].unpack_from(value, at)
    return tuple([1000 * tick / RR_TICKS_PER_SECOND for tick in ticks])
