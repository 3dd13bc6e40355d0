"""What is news in a Xiaomi scale's adverts: a weight, once it has settled."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from gateway.adverts.mi_scale import ScaleAdvert
from gateway.batches import Stream
from gateway.sensors.said import Said, sample

if TYPE_CHECKING:
    from gateway.gatt.date_time import DateTime

_SETTLING_US: Final = 60_000_000
_WEIGHTS: Final = {
    "kg": Stream("weight", 0.005, "kg"),
    "lb": Stream("weight", 0.01, "lb"),
    "jin": Stream("weight", 0.01, "jin"),
}
_IMPEDANCE: Final = Stream("impedance", 1.0, "ohm")


class MiTeller:
    """A Xiaomi scale: what it shows once it has settled."""

    def __init__(self, decode: Callable[[bytes], ScaleAdvert]) -> None:
        self._decode = decode
        self._measured: DateTime | None = None
        self._told: set[str] = set()
        self._swung_us: int | None = None

    def tell(self, value: bytes, at_us: int) -> Iterator[Said]:
        said = self._decode(value)
        if not said.is_settled or said.is_removed:
            self._swung_us = at_us if not said.is_removed else self._swung_us
            return
        if said.measured != self._measured:
            self._measured, self._told = said.measured, set()
        # Who swung a moment ago is weighed now; else it may be anybody's last weight.
        fresh = self._swung_us is not None and at_us - self._swung_us < _SETTLING_US
        at = None if fresh else said.measured
        shown = (_WEIGHTS[said.unit], said.weight), (_IMPEDANCE, said.impedance_ohm)
        for stream, number in shown:
            if stream.name not in self._told:
                told = sample(stream, number, measured=at)
                self._told.update(it.stream.name for it in told)
                yield from told
