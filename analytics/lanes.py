"""One stream in its canonical order, whatever order its frames arrive in.

Samples that a device counts are ordered by its counter within its boot, boots by time; others
by time, connection and number. A frame that follows what was fed goes on at once: by the
device's count, or by the number within its connection while no other connection brings the
same stream. Any other frame waits for what may belong before it, or until the bound has passed.
None of an import waits: one program brings it, in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from analytics.frames import Frame
from analytics.placing import imported_from

#: How long a frame waits for one that belongs before it, by the hub's clock.
REORDER_US: Final = 60_000_000
#: What waits at most in one lane; with more, what belongs before it is taken to come late.
HELD_BYTES: Final = 1 << 20

UNCOUNTED: Final = -1

Order = tuple[int, int, int, int]


def boot_of(frame: Frame) -> int:
    """Return which boot of the device counted the samples; -1 when nothing counts them."""
    return frame.counted[0] if frame.counted else UNCOUNTED


def order_of(frame: Frame) -> Order:
    """Return where a frame stands among those of the same boot."""
    if frame.counted:
        return (frame.counted[1], 0, 0, 0)
    return (frame.time_us(0), *frame.key, frame.first)


@dataclass(frozen=True, slots=True)
class Fed:
    """The end of what was fed."""

    boot: int
    order: Order  # of the last frame
    number: int  # of the sample that is next, where they are counted
    key: tuple[int, int]
    first: int  # of the next piece of the same batch
    last_us: int  # when its last sample was taken
    until_us: int  # when the next is due, which may be after midnight
    received_us: int

    @classmethod
    def by(cls, frame: Frame) -> "Fed":
        """Return where a frame ends."""
        return cls(
            boot=boot_of(frame),
            order=order_of(frame),
            number=frame.counted[1] + frame.size if frame.counted else 0,
            key=frame.key,
            first=frame.first + frame.size,
            last_us=frame.time_us(frame.size - 1),
            until_us=frame.time_us(frame.size),
            received_us=frame.received_us,
        )

    def before(self, frame: Frame) -> bool:
        """Return whether the frame belongs after all that was fed."""
        if boot_of(frame) != self.boot:
            return frame.time_us(0) >= self.until_us
        if frame.counted:
            return frame.counted[1] >= self.number
        return order_of(frame) > self.order

    def misses(self, frame: Frame) -> int:
        """Return how many samples the device counted between."""
        same = frame.counted is not None and frame.counted[0] == self.boot
        return frame.counted[1] - self.number if frame.counted and same else 0

    def meets(self, frame: Frame) -> bool:
        """Return whether the device counted nothing between."""
        return frame.counted is not None and frame.counted == (self.boot, self.number)

    def followed_by(self, frame: Frame) -> bool:
        """Return whether nothing was lost between, as far as anything counts it."""
        return self.meets(frame) if frame.counted else self.precedes(frame)

    def precedes(self, frame: Frame) -> bool:
        """Return whether the frame is the next of the same connection."""
        (connection, number), first = self.key, self.first
        followers = ((connection, number + 1, 0), (connection, number, first))
        return (*frame.key, frame.first) in followers


@dataclass(slots=True)
class Lane:
    """One stream of one device on one person."""

    participant: str
    device: str
    stream: str
    row: int
    fed: Fed | None = None
    held: list[Frame] = field(default_factory=list[Frame])
    connections: dict[int, int] = field(default_factory=dict[int, int])  # when each last spoke

    @property
    def device_key(self) -> tuple[str, str]:
        """Return whose device it is."""
        return self.participant, self.device

    @property
    def is_imported(self) -> bool:
        """Return whether no gateway heard it."""
        return imported_from(self.device) is not None

    def hold(self, frame: Frame) -> bool:
        """Keep a frame until it is its turn; return False for one whose turn is over."""
        if self.fed and not self.fed.before(frame):
            return False
        self.held.append(frame)
        self.connections[frame.key[0]] = frame.received_us
        return True

    def release(self, clock_us: int) -> Iterator[tuple[Fed | None, Frame]]:
        """Yield the frames whose turn it is, each with what was fed before it."""
        self._sort()
        full = sum(frame.values.nbytes for frame in self.held) > HELD_BYTES
        gone = 0
        for frame in self.held:
            if not (full or self._its_turn(frame, clock_us)):
                break
            before, gone = self.fed, gone + 1
            if before is None or before.before(frame):
                self.fed = Fed.by(frame)
            yield before, frame
        self.held = self.held[gone:]

    def _its_turn(self, frame: Frame, clock_us: int) -> bool:
        if self.is_imported or clock_us - frame.received_us >= REORDER_US:
            return True
        if self.fed and (self.fed.meets(frame) or not self.fed.before(frame)):
            return True
        begins = frame.key[1] == 0 and frame.first == 0  # a connection, and the lane with it
        return self._alone(frame, clock_us) and (
            self.fed.precedes(frame) if self.fed else begins
        )

    def _alone(self, frame: Frame, clock_us: int) -> bool:
        self.connections = {
            connection: spoke_us
            for connection, spoke_us in self.connections.items()
            if clock_us - spoke_us < REORDER_US or connection == frame.key[0]
        }
        return len(self.connections) == 1

    def _sort(self) -> None:
        if len(self.held) < 2:
            return
        begin_us: dict[int, int] = {}
        for frame in self.held:
            boot = boot_of(frame)
            begin_us[boot] = min(begin_us.get(boot, frame.time_us(0)), frame.time_us(0))
        if self.fed and self.fed.boot in begin_us:
            begin_us[self.fed.boot] = -1
        self.held.sort(
            key=lambda frame: (begin_us[boot_of(frame)], boot_of(frame), order_of(frame))
        )
