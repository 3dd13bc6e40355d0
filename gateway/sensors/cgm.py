"""A continuous glucose monitor, every few minutes."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.cgm import measurement as cgm
from gateway.gatt.cgm.status import Status
from gateway.sensors.said import Said, Say, flag, sample
from gateway.wire import Quality

_GLUCOSE: Final = Stream("glucose", 0.1, "mg/dL")
_BROKEN: Final = Status.SENSOR_MALFUNCTION | Status.DEVICE_FAULT
_DOUBTED: Final = Status.CALIBRATION_REQUIRED | Status.TOO_WARM | Status.TOO_COLD
_OUT_OF_RANGE: Final = Status.BELOW_RANGE | Status.ABOVE_RANGE


def _cgm(value: bytes) -> Iterable[Said]:
    records = cgm.decode(value).records
    newest_min = max(record.offset_min for record in records)
    for record in records:
        status = record.status
        quality = (
            flag(Quality.FAULT, status & _BROKEN)
            | flag(Quality.DOUBTED, status & _DOUBTED)
            | flag(Quality.SATURATED, status & _OUT_OF_RANGE)
        )
        ago_s = 60 * (newest_min - record.offset_min)
        yield from sample(_GLUCOSE, record.glucose_mg_dl, quality=quality, ago_s=ago_s)


SAYINGS: Final[dict[str, Say]] = {cgm.UUID: _cgm}
