"""Heart Rate Measurement (GATT 0x2A37): bytes in, one reading out.

Layout: Bluetooth Heart Rate Service 1.0, section 3.1.1.
"""

import struct
from dataclasses import dataclass
from typing import Final

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a37-0000-1000-8000-00805f9b34fb"

RR_TICKS_PER_SECOND: Final = 1024

# Plain masks: testing an IntFlag five times costs more than all the rest of the decoder.
_RATE_IS_UINT16: Final = 0x01
_CONTACT_DETECTED: Final = 0x02
_CONTACT_SUPPORTED: Final = 0x04
_ENERGY_PRESENT: Final = 0x08
_RR_PRESENT: Final = 0x10


@dataclass(frozen=True, slots=True)
class HeartRate:
    """What the strap said in one notification."""

    rate_bpm: int
    in_contact: bool | None  # None: the strap cannot tell
    energy_kj: int | None
    rr_ms: tuple[float, ...]  # oldest beat first


def decode(value: bytes) -> HeartRate:
    """Read one notification; raise MalformedValue if it is cut short."""
    try:
        return _decode(value)
    except (IndexError, struct.error) as error:
        raise MalformedValue(UUID, value) from error


def _decode(value: bytes) -> HeartRate:
    flags = value[0]
    if flags & _RATE_IS_UINT16:
        (rate_bpm,), at = struct.unpack_from("<H", value, 1), 3
    else:
        rate_bpm, at = value[1], 2

    energy_kj = None
    if flags & _ENERGY_PRESENT:
        (energy_kj,) = struct.unpack_from("<H", value, at)
        at += 2

    return HeartRate(
        rate_bpm=rate_bpm,
        in_contact=bool(flags & _CONTACT_DETECTED) if flags & _CONTACT_SUPPORTED else None,
        energy_kj=energy_kj,
        rr_ms=_rr_ms(value[at:]) if flags & _RR_PRESENT else (),
    )


def _rr_ms(value: bytes) -> tuple[float, ...]:
    ticks = struct.unpack(f"<{len(value) // 2}H", value)  # refuses an odd trailing byte
    return tuple([1000 * tick / RR_TICKS_PER_SECOND for tick in ticks])
