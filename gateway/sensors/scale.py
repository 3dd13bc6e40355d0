"""A scale: weight in the unit that it shows, and what it makes of the body."""

from collections.abc import Iterable
from typing import Final

from gateway.batches import Stream
from gateway.gatt.body_composition import measurement as body
from gateway.gatt.weight_scale import measurement as scale
from gateway.sensors.said import Said, Say, sample

_BODY_FAT: Final = Stream("body_fat", 0.1, "percent")
_IMPEDANCE: Final = Stream("impedance", 0.1, "ohm")
_WEIGHT: Final = {"kg": Stream("weight", 0.005, "kg"), "lb": Stream("weight", 0.01, "lb")}


def _scale(value: bytes) -> Iterable[Said]:
    said = scale.decode(value)
    yield from sample(_WEIGHT[said.weight_unit], said.weight, measured=said.measured)


def _body(value: bytes) -> Iterable[Said]:
    said = body.decode(value)
    at = said.measured
    yield from sample(_BODY_FAT, said.fat_percent, measured=at)
    yield from sample(_IMPEDANCE, said.impedance_ohm, measured=at)
    yield from sample(_WEIGHT[said.mass_unit], said.weight, measured=at)


SAYINGS: Final[dict[str, Say]] = {scale.UUID: _scale, body.UUID: _body}
