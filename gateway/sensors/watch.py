"""An InfiniTime watch: steps since midnight, raw motion, and the heart."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.heart_rate import measurement
from gateway.sensors.said import Said, Say, sample
from gateway.sensors.strap import HEART_RATE
from gateway.vendors.infinitime import motion
from gateway.vendors.infinitime import steps as watch

_STEPS_SO_FAR: Final = Stream("steps_so_far", 1.0, "count")
_RAW_MOTION: Final = Stream("raw_motion", 1 / motion.PER_G, "g", channels=3)


def _watch_steps(value: bytes) -> Iterable[Said]:
    yield from sample(_STEPS_SO_FAR, watch.decode(value).steps)


def _watch_motion(value: bytes) -> Iterable[Said]:
    said = motion.decode(value)
    in_g = [each / motion.PER_G for each in (said.x, said.y, said.z)]
    yield from sample(_RAW_MOTION, *in_g)


def _watch_heart(value: bytes) -> Iterable[Said]:
    """Read its heart rate; 0 is what it says while it has none."""
    yield from sample(HEART_RATE, measurement.decode(value).rate_bpm or None)


SAYINGS: Final[dict[str, Say]] = {
    watch.UUID: _watch_steps,
    motion.UUID: _watch_motion,
    measurement.UUID: _watch_heart,
}
