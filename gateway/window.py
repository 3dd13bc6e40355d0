"""The batches under way: sent at least once, and passed by no watermark yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway import wire
from gateway.spool import Spooled

Lane: TypeAlias = tuple[str, int, str]  # device, boot, stream

_BACKLOGS_PART: Final = 8  # one in so many
_LONGEST_STANDSTILL: Final = 10  # times the first one


@dataclass(slots=True)
class _Sent:
    lane: Lane
    sequence: int
    at_s: float | None = None  # none: to be sent again
    taken: bool = False  # by the broker, since it was last sent
    first_taken_s: float | None = None


class Window:
    """Knows what is out, what must go out again, and when no hub seems to store it."""

    def __init__(self, *, size: int, standstill_s: float, alarm_s: float) -> None:
        self._size = size
        self._first_standstill_s = self._standstill_s = standstill_s
        self._alarm_s = alarm_s
        self._out: dict[int, _Sent] = {}  # by position
        self._alarmed = -1
        self.cursor = 0  # everything up to here is out or stored
        self.split = (
            0  # what is kept beyond it is new, and not sent behind the rest; 0: no split
        )
        self.new_cursor = 0  # everything from the split up to here went out

    @property
    def room(self) -> int:
        """Return how many batches may go out."""
        return self._size - sum(sent.at_s is not None for sent in self._out.values())

    @property
    def new_room(self) -> int:
        """Return how many of them may be new; a few are kept for the backlog."""
        new = sum(it > self.split and sent.at_s is not None for it, sent in self._out.items())
        return min(self.room, self._size - self._size // _BACKLOGS_PART - new)

    @property
    def in_flight(self) -> list[int]:
        """Return the positions that were sent and that the broker has not taken over."""
        return [
            it for it, sent in self._out.items() if sent.at_s is not None and not sent.taken
        ]

    def sent_at_s(self, position: int) -> float | None:
        """Return when a batch was last sent; none if it must go out still."""
        return self._out[position].at_s if position in self._out else None

    def sent(self, row: Spooled, now_s: float) -> None:
        fresh = _Sent((row.device, row.boot, row.stream), row.sequence)
        sent = self._out.setdefault(row.position, fresh)
        sent.at_s, sent.taken = now_s, False

    def reached(self, position: int) -> None:
        """Note that everything up to here is out or stored, on its side of a split."""
        if self.split and position > self.split:
            self.new_cursor = max(self.new_cursor, position)
        else:
            self.cursor = max(self.cursor, position)

    def taken(self, position: int, now_s: float) -> None:
        """Note a PUBACK: the broker has it, which says nothing of the hub."""
        if sent := self._out.get(position):
            sent.taken = True
            sent.first_taken_s = sent.first_taken_s or now_s

    def passed(self, marks: Sequence[wire.Mark]) -> None:
        """Take out what the hub has stored."""
        told = {(mark.device, mark.boot, mark.stream): mark for mark in marks}
        stored = [
            it
            for it, sent in self._out.items()
            if (mark := told.get(sent.lane)) and has_passed(mark, sent.sequence)
        ]
        for position in stored:
            self.dropped(position)
            self._standstill_s = self._first_standstill_s

    def dropped(self, position: int) -> None:
        """Take out what will not be sent again."""
        self._out.pop(position, None)

    def caught_up(self) -> None:
        """Note that the backlog went out: from now on there is one order again."""
        self.cursor, self.split = max(self.cursor, self.new_cursor), 0

    def again(self, split: int = 0) -> None:
        """Begin anew after the last watermark; what is kept beyond a split need not wait."""
        self.cursor, self.split, self.new_cursor = 0, split, split
        for sent in self._out.values():
            sent.at_s = None

    def stood_still(self, now_s: float) -> bool:
        """Tell whether the oldest waited in vain; it waits twice as long the next time.

        A broker may store every repetition for a hub that does not read: let them be few.
        """
        since_s = self._oldest_out.at_s
        if since_s is None or now_s < since_s + self._standstill_s:
            return False
        longest_s = _LONGEST_STANDSTILL * self._first_standstill_s
        self._standstill_s = min(2 * self._standstill_s, longest_s)
        return True

    def stalled(self, now_s: float) -> bool:
        """Tell, once, that the broker took over the oldest long ago and no hub stored it."""
        since_s = self._oldest.first_taken_s
        oldest = min(self._out, default=-1)
        if since_s is None or now_s < since_s + self._alarm_s or oldest == self._alarmed:
            return False
        self._alarmed = oldest
        return True

    def look_again_s(self, now_s: float) -> float | None:
        """Return when one of the two above may become true, or at the latest be seen."""
        since_s = self._oldest_out.at_s
        if since_s is None:
            return None
        alarm_s = (self._oldest.first_taken_s or now_s) + self._alarm_s
        if self._alarmed in self._out:
            return since_s + self._standstill_s
        return min(since_s + self._standstill_s, alarm_s)

    @property
    def _oldest(self) -> _Sent:
        return self._out[min(self._out)] if self._out else _NOTHING

    @property
    def _oldest_out(self) -> _Sent:
        out = (it for it, sent in self._out.items() if sent.at_s is not None)
        oldest = min(out, default=None)
        return _NOTHING if oldest is None else self._out[oldest]


def has_passed(mark: wire.Mark, sequence: int) -> bool:
    """Tell whether the hub has stored what has this sequence in the mark's lane."""
    return sequence <= mark.sequence or any(
        first <= sequence <= last for first, last in mark.beyond
    )


_NOTHING: Final = _Sent(("", 0, ""), 0)
