"""A blood-pressure cuff: the pressure in the unit that it shows, and the pulse."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.blood_pressure import enhanced_measurement as enhanced_cuff
from gateway.gatt.blood_pressure import measurement as cuff
from gateway.gatt.blood_pressure.status import Status
from gateway.sensors.pulse import PULSE
from gateway.sensors.said import Said, Say, flag, sample
from gateway.wire import Quality

_SCALES: Final = {"mmHg": 0.1, "kPa": 0.01}
_PRESSURE: Final = {
    unit: Stream("blood_pressure", _SCALES[unit], unit, channels=2) for unit in _SCALES
}
_MEAN_PRESSURE: Final = {
    unit: Stream("mean_arterial_pressure", _SCALES[unit], unit) for unit in _SCALES
}
# A pulse that is irregular, fast or slow is a finding, and nothing against the pressure.
_DOUBTED: Final = Status.BODY_MOVED | Status.CUFF_TOO_LOOSE | Status.WRONG_POSITION


def _cuff(value: bytes) -> Iterable[Said]:
    return _pressure(cuff.decode(value))


def _enhanced_cuff(value: bytes) -> Iterable[Said]:
    return _pressure(enhanced_cuff.decode(value))


def _pressure(said: cuff.BloodPressure | enhanced_cuff.EnhancedBloodPressure) -> Iterable[Said]:
    doubted = said.status is not None and said.status & _DOUBTED
    quality, at, unit = flag(Quality.DOUBTED, doubted), said.measured, said.unit
    both = said.systolic, said.diastolic
    yield from sample(_PRESSURE[unit], *both, quality=quality, measured=at)
    mean = said.mean_arterial
    yield from sample(_MEAN_PRESSURE[unit], mean, quality=quality, measured=at)
    yield from sample(PULSE, said.pulse_bpm, quality=quality, measured=at)


SAYINGS: Final[dict[str, Say]] = {cuff.UUID: _cuff, enhanced_cuff.UUID: _enhanced_cuff}
