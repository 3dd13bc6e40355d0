"""A physical activity monitor: the steps of its session, and the heart."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.activity import heart, steps
from gateway.sensors.said import Said, Say, flag, sample
from gateway.sensors.strap import HEART_RATE
from gateway.wire import Quality

_SESSION_STEPS: Final = Stream("session_steps", 1.0, "count")


def _steps(value: bytes) -> Iterable[Said]:
    said = steps.decode(value)
    known = [each for each in (said.walking_steps, said.intense_steps) if each is not None]
    yield from sample(_SESSION_STEPS, sum(known) if known else None)


def _heart(value: bytes) -> Iterable[Said]:
    said = heart.decode(value)
    quality = flag(Quality.NOT_WORN, said.moment.is_worn is False)
    yield from sample(HEART_RATE, said.rate_bpm, quality=quality)


SAYINGS: Final[dict[str, Say]] = {steps.UUID: _steps, heart.UUID: _heart}
