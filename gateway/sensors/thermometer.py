"""A clinical thermometer; what it says while it settles is doubted."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.thermometer import intermediate
from gateway.gatt.thermometer import measurement as thermometer
from gateway.sensors.said import Said, Say, sample
from gateway.wire import Quality

_TEMPERATURE: Final = {unit: Stream("temperature", 0.01, unit) for unit in ("°C", "°F")}


def _temperature(value: bytes) -> Iterable[Said]:
    said = thermometer.decode(value)
    yield from sample(_TEMPERATURE[said.unit], said.temperature, measured=said.measured)


def _settling_temperature(value: bytes) -> Iterable[Said]:
    said = intermediate.decode(value)
    stream, at = _TEMPERATURE[said.unit], said.measured
    yield from sample(stream, said.temperature, quality=Quality.DOUBTED, measured=at)


SAYINGS: Final[dict[str, Say]] = {
    thermometer.UUID: _temperature,
    intermediate.UUID: _settling_temperature,
}
