"""How a Polar device's signals are called and scaled, live or recorded."""

from typing import Final

from gateway.batches import Stream
from gateway.vendors.polar.kind import Kind

NAMES: Final = {Kind.ACCELERATION: "accel", Kind.ECG: "ecg", Kind.PPG: "ppg"}
KINDS: Final = {name: kind for kind, name in NAMES.items()}
TICKS_PER_SECOND: Final = 1_000_000  # of its clock, as it is used here

_CHANNELS: Final = {Kind.ACCELERATION: 3, Kind.ECG: 1, Kind.PPG: 4}
_UNITS: Final = {Kind.ACCELERATION: "g", Kind.ECG: "uV", Kind.PPG: "count"}
_IN_G: Final = 0x80  # of acceleration; its other frame types are in mg


def stream_of(kind: Kind, frame_type: int, factor: float, period_us: float) -> Stream:
    """Return what the numbers of a frame mean."""
    in_mg = kind is Kind.ACCELERATION and frame_type != _IN_G
    scale = factor / 1000 if in_mg else factor
    return Stream(NAMES[kind], scale, _UNITS[kind], _CHANNELS[kind], period_us)
