"""A day that is over, scored at once: no batch waits for another any more.

What a shard finds out frame by frame - whose samples are, of which day, and in which order - is
found here for all batches of a stream together; the kernels are the same. A day in which
something came twice is left to a shard.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics import stretches
from analytics.gathered import Gathered
from analytics.lookups import Day, Lookups
from analytics.minutes import EPOCH, MINUTE_US
from analytics.rows import Rows
from analytics.shard import STREAMS, Outputs
from analytics.stretches import Stretch
from analytics.sums import as_epochs
from ingest.archive import Block
from people.registry import Wearing


def told(
    blocks: Iterable[Block], lookups: Lookups, participant: str, day: Day, now_us: int
) -> Outputs | None:
    """Return the epochs of one person's day, or None for a day that only a shard can tell.

    Parameters
    ----------
    blocks : iterable of Block
        What was stored of whatever the person may have worn that day.
    lookups : Lookups
        Who wore what.
    participant : str
    day : Day
        One that is over.
    now_us : int
        What was received by then waits for nothing.
    """
    stored: dict[tuple[str, str], list[Block]] = {}
    for block in blocks:
        stored.setdefault((block.device, block.stream), []).append(block)
    lookups.expect({device for device, _ in stored})
    outputs, epochs = Outputs(), [np.zeros(0, EPOCH)]
    for (device, stream), parts in stored.items():
        wearings = lookups.wearings(device)
        given = _gathered(Stretch.of(parts), wearings, participant, day, now_us)
        if given is None:
            return None
        if given.batches.size:
            epochs.append(_epochs(stream, given, len(outputs.lanes)))
            outputs.lanes.append((participant, device))
    outputs.epochs = np.concatenate(epochs)
    return outputs


def _gathered(
    stretch: Stretch, wearings: Sequence[Wearing], participant: str, day: Day, now_us: int
) -> Gathered | None:
    placed = stretch.placed(wearings, participant, day)
    waits = stretch.heads["received_us"][placed["at"]] > now_us
    if waits.any() or not stretches.goes_on(placed):
        return None
    return Gathered(stretch.batches(placed, day), stretch.values, stretch.times_us)


def _epochs(stream: str, given: Gathered, lane: int) -> NDArray[np.void]:
    rows = Rows(MINUTE_US)
    row = rows.add()
    closed = rows.feed(stream, given)
    sums = np.concatenate([closed, rows.opened([row])])
    return as_epochs(sums, STREAMS[stream], [lane] * sums.size, MINUTE_US)
