"""The door to the streaming scorer: frames in, minutes out, state that can be kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.coverage import Heard
from analytics.epochs import EPOCH, MINUTE_US
from analytics.frames import Frame

__all__ = ["EPOCH", "Frame", "Heard", "Outputs", "Shard", "Row"]

Row = tuple[str, str, bytes]  # participant, device, state


@dataclass(slots=True)
class Outputs:
    """What came of some frames."""

    epochs: NDArray[np.void]  # (n,) EPOCH; minutes that closed, or changed after they had
    lanes: list[tuple[str, str]]  # (participant, device) of each lane number in epochs
    participants: set[str] = field(default_factory=set)
    late: list[tuple[str, date]] = field(default_factory=list)  # to be scored again
    heard: list[Heard] = field(default_factory=list)


class Shard:
    """Some participants' streams. It does not matter how they are cut into frames and calls."""

    def __init__(self, epoch_us: int = MINUTE_US) -> None: ...
    def feed(self, frames: Iterable[Frame]) -> Outputs: ...
    def settle(self, now_us: int) -> Outputs: ...
    def close_idle(self, before_us: int) -> Outputs: ...
    def dump(self) -> list[Row]: ...
    def load(self, rows: Sequence[Row]) -> None: ...
