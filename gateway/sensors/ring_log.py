"""The heart rates that a ring logged of one day, put together."""

from gateway.vendors.colmi.heart_log import HeartLog, LogHeading, LogPart


class RingLog:
    """What came of one day so far."""

    def __init__(self) -> None:
        self.every_s = 0
        self._count = 0
        self._parts: dict[int, LogPart] = {}

    def take(self, said: HeartLog) -> bool:
        """Add a frame; tell whether it was the last."""
        if isinstance(said, LogHeading):
            self._count, self.every_s, self._parts = said.count, said.every_min * 60, {}
            return self._count <= 1
        self._parts[said.number] = said
        return said.number == self._count - 1

    @property
    def is_whole(self) -> bool:
        return len(self._parts) == max(0, self._count - 1)

    def readings(self) -> list[tuple[int, int]]:
        """Return unix time in s and bpm of all there are, oldest first."""
        parts = [self._parts[number] for number in sorted(self._parts)]
        if not parts or parts[0].since_s is None:
            return []
        rates = [bpm for part in parts for bpm in part.rates_bpm]
        since_s, every_s = parts[0].since_s, self.every_s
        return [(since_s + n * every_s, bpm) for n, bpm in enumerate(rates) if bpm]
