"""The last minutes of heart rate: a page that opens begins with a line, not with a dot."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import msgspec

from people.authorize import Topic

BIN_US: Final = 5_000_000
BINS: Final = 60
CURRENT_US: Final = 60_000_000  # older than this a heart rate is no longer shown as one


class HeartRate(msgspec.Struct, frozen=True):
    """One live value, as it comes from the hub."""

    bpm: int
    at_us: int


@dataclass(slots=True)
class _Trace:
    last: HeartRate | None = None
    bins: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=BINS))


class Recent:
    """Per participant the last five minutes, in bins of five seconds."""

    def __init__(self) -> None:
        self._traces: dict[str, _Trace] = {}

    def keep(self, participant: str, topic: Topic, data: bytes) -> None:
        """Remember a heart rate; the newest value stands for its bin."""
        if topic is not Topic.HEART_RATE:
            return
        heard = msgspec.json.decode(data, type=HeartRate)
        trace = self._traces.setdefault(participant, _Trace())
        if trace.last is not None and heard.at_us < trace.last.at_us:
            return
        trace.last = heard
        number = heard.at_us // BIN_US
        if trace.bins and trace.bins[-1][0] == number:
            trace.bins.pop()
        trace.bins.append((number, heard.bpm))

    def last(self, participant: str) -> HeartRate | None:
        """Return the newest heart rate, however old."""
        trace = self._traces.get(participant)
        return trace and trace.last

    def line(self, participant: str, now_us: int) -> list[int | None]:
        """Return the bins up to now, None where nothing was heard."""
        trace = self._traces.get(participant)
        heard = dict(trace.bins) if trace else {}
        newest = now_us // BIN_US
        return [heard.get(number) for number in range(newest - BINS + 1, newest + 1)]
