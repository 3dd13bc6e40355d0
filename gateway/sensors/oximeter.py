"""A pulse oximeter: saturation and pulse, on the spot or about once a second."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.oximeter import continuous, spot_check
from gateway.gatt.oximeter.status import MeasurementStatus, SensorStatus
from gateway.sensors.pulse import PULSE
from gateway.sensors.said import Said, Say, flag, sample
from gateway.wire import Quality

_SPO2: Final = Stream("spo2", 0.1, "percent")
_OFF_THE_FINGER: Final = (
    SensorStatus.SENSOR_UNCONNECTED
    | SensorStatus.SENSOR_DISCONNECTED
    | SensorStatus.SENSOR_DISPLACED
)
_BROKEN: Final = SensorStatus.EQUIPMENT_MALFUNCTION | SensorStatus.SENSOR_MALFUNCTION
_DOUBTED_SIGNAL: Final = (
    SensorStatus.SIGNAL_IRREGULAR
    | SensorStatus.INADEQUATE_SIGNAL
    | SensorStatus.SIGNAL_IS_POOR
    | SensorStatus.LOW_PERFUSION
    | SensorStatus.ERRATIC_SIGNAL
    | SensorStatus.NONPULSATILE_SIGNAL
    | SensorStatus.QUESTIONABLE_PULSE
    | SensorStatus.SENSOR_INTERFERENCE
)
_DOUBTED_READING: Final = (
    MeasurementStatus.EARLY_ESTIMATE
    | MeasurementStatus.DEMONSTRATION
    | MeasurementStatus.TESTING
    | MeasurementStatus.CALIBRATING
    | MeasurementStatus.UNAVAILABLE
    | MeasurementStatus.QUESTIONABLE
    | MeasurementStatus.INVALID
)


def _spot_check(value: bytes) -> Iterable[Said]:
    said = spot_check.decode(value)
    quality, at = _quality(said.measurement_status, said.sensor_status), said.measured
    yield from sample(_SPO2, said.spo2_percent, quality=quality, measured=at)
    yield from sample(PULSE, said.pulse_bpm, quality=quality, measured=at)


def _continuous(value: bytes) -> Iterable[Said]:
    said = continuous.decode(value)
    quality = _quality(said.measurement_status, said.sensor_status)
    yield from sample(_SPO2, said.spo2_percent, quality=quality)
    yield from sample(PULSE, said.pulse_bpm, quality=quality)


def _quality(status: MeasurementStatus | None, sensor: SensorStatus | None) -> Quality:
    told, probe = status or MeasurementStatus(0), sensor or SensorStatus(0)
    return (
        flag(Quality.NOT_WORN, probe & _OFF_THE_FINGER)
        | flag(Quality.FAULT, probe & _BROKEN)
        | flag(Quality.DOUBTED, probe & _DOUBTED_SIGNAL or told & _DOUBTED_READING)
    )


SAYINGS: Final[dict[str, Say]] = {spot_check.UUID: _spot_check, continuous.UUID: _continuous}
