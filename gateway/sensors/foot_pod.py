"""A foot pod: how fast, with how many steps a minute, how far."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.running import measurement as running
from gateway.sensors.said import Said, Say, sample

_SPEED: Final = Stream("speed", 1 / 256, "m/s")
_CADENCE: Final = Stream("cadence", 1.0, "1/min")
_DISTANCE: Final = Stream("distance", 0.1, "m")


def _running(value: bytes) -> Iterable[Said]:
    said = running.decode(value)
    yield from sample(_SPEED, said.speed_m_s)
    yield from sample(_CADENCE, said.cadence_per_min)
    yield from sample(_DISTANCE, said.distance_m)


SAYINGS: Final[dict[str, Say]] = {running.UUID: _running}
