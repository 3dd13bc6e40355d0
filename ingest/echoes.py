"""Events without counter that two gateways heard: told apart from events that look alike."""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, TypeAlias

from gateway.wire import Batch
from ingest.pieces import event_times_us

WINDOW_US: Final = 500_000  # two gateways agree this well on when an event was
_HOUR_US: Final = 3_600_000_000
_HOURS_KEPT: Final = 128

Events: TypeAlias = Callable[[str, str, int, int], Iterable[Batch]]
HourKey: TypeAlias = tuple[str, str, int]  # device, stream, hour


@dataclass(slots=True)
class _Heard:
    time_us: int
    boot: int
    echoed_by: set[int] = field(default_factory=set[int])  # boots that said it again


_time_us = attrgetter("time_us")
_Hour: TypeAlias = dict[bytes, list[_Heard]]


class Echoes:
    """Looks events up by the hour, which is read back only when two boots overlap in it."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._hours: OrderedDict[HourKey, _Hour] = OrderedDict()

    def find(self, batch: Batch) -> list[bool]:
        """Answer for each event whether another boot has said it already.

        An event excuses one echo a boot, so that a strap that repeats a value loses none.
        """
        pairs = zip(event_times_us(batch), _values(batch), strict=True)
        return [self._is_echo(batch, time_us, value) for time_us, value in pairs]

    def remember(self, batch: Batch) -> None:
        """Note events that are being stored."""
        for time_us, value in zip(event_times_us(batch), _values(batch), strict=True):
            hour = self._hours.get((batch.device, batch.stream, time_us // _HOUR_US))
            if hour is not None:
                _note(hour, time_us, value, batch.boot)

    def _is_echo(self, batch: Batch, time_us: int, value: bytes) -> bool:
        nearest = min(
            self._alike(batch, time_us, value),
            key=lambda heard: abs(heard.time_us - time_us),
            default=None,
        )
        if nearest is None:
            return False
        nearest.echoed_by.add(batch.boot)
        return True

    def _alike(self, batch: Batch, time_us: int, value: bytes) -> Iterable[_Heard]:
        first, last = time_us - WINDOW_US, time_us + WINDOW_US
        for number in range(first // _HOUR_US, last // _HOUR_US + 1):
            alike = self._hour((batch.device, batch.stream, number)).get(value, [])
            for heard in alike[bisect_left(alike, first, key=_time_us) :]:
                if heard.time_us > last:
                    break
                if heard.boot != batch.boot and batch.boot not in heard.echoed_by:
                    yield heard

    def _hour(self, key: HourKey) -> _Hour:
        if key not in self._hours:
            self._hours[key] = self._read(key)
            if len(self._hours) > _HOURS_KEPT:
                self._hours.popitem(last=False)
        self._hours.move_to_end(key)
        return self._hours[key]

    def _read(self, key: HourKey) -> _Hour:
        device, stream, number = key
        hour: _Hour = {}
        start_us = number * _HOUR_US
        for batch in self._events(device, stream, start_us, start_us + _HOUR_US - 1):
            for time_us, value in zip(event_times_us(batch), _values(batch), strict=True):
                if time_us // _HOUR_US == number:
                    _note(hour, time_us, value, batch.boot)
        return hour


def _note(hour: _Hour, time_us: int, value: bytes, boot: int) -> None:
    insort(hour.setdefault(value, []), _Heard(time_us, boot), key=_time_us)


def _values(batch: Batch) -> Iterable[bytes]:
    each = batch.width * batch.channels
    return (batch.samples[at : at + each] for at in range(0, len(batch.samples), each))
