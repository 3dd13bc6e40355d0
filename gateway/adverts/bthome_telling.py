"""What is news in a BTHome device's adverts: each is sent again and again."""

from collections.abc import Iterator
from typing import Final

from gateway.adverts import bthome
from gateway.adverts.bthome_objects import OBJECTS
from gateway.batches import Stream
from gateway.gatt.errors import MalformedValue
from gateway.sensors.said import Said, sample

_UNCHANGED_US: Final = 60_000_000  # then the same value is news again
_RESTARTED_US: Final = 600_000_000  # silent for so long, it may count from 0 again
_OWN_NAMES: Final = {"mass": "weight", "battery": "battery"}
#: What counts the adverts themselves, or is no measurement.
_SILENT: Final = {"packet", "channel", "device_type", "firmware"}
_NO_MEASURE: Final = {"event", "hex", "text"}


class BTHomeTeller:
    """A BTHome sensor, with its key if it seals what it says."""

    def __init__(self, key: bytes | None, address: str) -> None:
        self._address = address
        self._decrypt = None if key is None else bthome.decrypter(key)
        self._last, self._kept_us = b"", 0
        self._counter, self._counted_us = -1, 0

    def tell(self, value: bytes, at_us: int) -> Iterator[Said]:
        if value == self._last and at_us - self._kept_us < _UNCHANGED_US:
            return
        if self._decrypt is None:
            said = bthome.decode(value)
            if said.is_encrypted:
                raise MalformedValue(bthome.UUID, value)
            if value == self._last and _is_numbered(said):
                return
        else:
            said = self._decrypt(value, self._address)
            if not self._is_next(bthome.counter(value), at_us):
                return
        self._last, self._kept_us = value, at_us
        yield from _measured(said)

    def _is_next(self, counter: int, at_us: int) -> bool:
        """Whether it was not said before, by the device or by somebody who recorded it."""
        restarted = at_us - self._counted_us > _RESTARTED_US
        if counter <= self._counter and not restarted:
            return False
        self._counter, self._counted_us = counter, at_us
        return True


def _streams() -> dict[tuple[str, str], Stream]:
    """Return a stream for each object, as finely as its finest number."""
    per_unit: dict[tuple[str, str], float] = {}
    for each in OBJECTS.values():
        key = each.name, each.unit
        per_unit[key] = max(per_unit.get(key, 0.0), each.per_unit)
    return {
        (name, unit): Stream(_OWN_NAMES.get(name, f"ambient_{name}"), 1 / finest, unit)
        for (name, unit), finest in per_unit.items()
        if name not in _SILENT and unit not in _NO_MEASURE
    }


_STREAMS: Final = _streams()


def _is_numbered(said: bthome.BTHome) -> bool:
    return any(it.name == "packet" for it in said.measurements)


def _measured(said: bthome.BTHome) -> Iterator[Said]:
    """Yield every object that is a number; of several alike the second is named _2."""
    times: dict[str, int] = {}
    for each in said.measurements:
        stream = _STREAMS.get((each.name, each.unit))
        if stream is None or isinstance(each.value, str):
            continue
        times[stream.name] = again = times.get(stream.name, 0) + 1
        if again > 1:
            stream = Stream(f"{stream.name}_{again}", stream.scale, stream.unit)
        yield from sample(stream, each.value)
