"""All that was stored of one stream of one device, and what of it one person's day holds.

The same rules as those of `lanes`, which meets frames one by one as they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.gathered import NO_TIMES, is_saturated, use
from analytics.kernels.spans import BATCH
from analytics.lanes import UNCOUNTED
from analytics.lookups import Day
from analytics.picking import pick
from analytics.reading import AHEAD_US
from ingest.archive import Block
from people.registry import Wearing

Numbers = NDArray[np.int64]

#: A batch, or a piece of one, and where it stands in its stream.
PLACED: Final = np.dtype(
    [
        ("at", np.int64),  # which batch
        ("begin", np.int64),  # its first sample here
        ("size", np.int64),
        ("boot", np.int64),  # of the device that counted; UNCOUNTED
        (
            "number",
            np.int64,
        ),  # of the first sample by that count; its time where nothing counts
        ("connection", np.int64),
        ("sequence", np.int64),
        ("first", np.int64),
        ("first_us", np.int64),
        ("until_us", np.int64),  # when the sample behind the last is due
    ],
    align=True,
)
_NOBODY: Final = -1
_WANTED: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Batches side by side, in the order in which they were stored."""

    heads: NDArray[np.void]  # (batches,) as a Block has them
    offsets: Numbers  # (batches,) of the first sample of each
    values: NDArray[Any]  # (samples, channels)
    times_us: Numbers  # (samples,) of batches without a period; or none

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Stretch":
        """Put what was stored side by side."""
        heads = np.concatenate([block.heads for block in blocks])
        values = np.concatenate([block.values for block in blocks])
        times_us = NO_TIMES
        if any(block.times_us.size for block in blocks):
            times_us = np.concatenate([_times_us(block) for block in blocks])
        return cls(heads, np.cumsum(heads["samples"]) - heads["samples"], values, times_us)

    def placed(
        self, wearings: Sequence[Wearing], participant: str, day: Day
    ) -> NDArray[np.void]:
        """Return the batches of one person's day in the order in which they are fed."""
        return _in_order(self._owned(wearings, participant, day))

    def batches(self, placed: NDArray[np.void], day: Day) -> NDArray[np.void]:
        """Return placed batches as a kernel takes them, all of them in the first row."""
        heads = pick(self.heads, placed["at"])
        batches = np.zeros(placed.size, BATCH)
        batches["offset"] = self.offsets[placed["at"]] + placed["begin"]
        batches["size"], batches["base"] = placed["size"], placed["begin"]
        for name in ("start_us", "period_us", "scale"):
            batches[name] = heads[name]
        batches["day_end_us"] = day.end_us
        for quality in np.unique(heads["quality"]).tolist():
            here = heads["quality"] == quality
            batches["use"][here], batches["saturated"][here] = (
                use(quality),
                is_saturated(quality),
            )
        batches["fresh"] = True
        batches["fresh"][1:] = ~_follows(placed[:-1], placed[1:])
        return batches

    def _owned(
        self, wearings: Sequence[Wearing], participant: str, day: Day
    ) -> NDArray[np.void]:
        """Return what is of a person and a day; what is not alone is halved until it is."""
        left, found = self._believable(), [np.zeros(0, PLACED)]
        while left.size:
            first_us = left["first_us"]
            last_us = self._time_us(left["at"], left["begin"] + left["size"] - 1)
            wearer = _wearers(wearings, participant, first_us)
            alone = wearer == _wearers(wearings, participant, last_us)
            mine = alone & (wearer == _WANTED)
            inside = mine & (first_us >= day.start_us) & (last_us < day.end_us)
            apart = mine & ((first_us >= day.end_us) | (last_us < day.start_us))
            found.append(pick(left, inside & ~apart))
            left = self._halves(pick(left, ~inside & ~apart & (mine | ~alone)))
        return np.concatenate(found)

    def _believable(self) -> NDArray[np.void]:
        """Return whole batches, but none that claims to be from the future."""
        at = np.flatnonzero(self.heads["samples"])
        whole = self._place(at, np.zeros(at.size, np.int64), self.heads["samples"][at])
        last_us = self._time_us(at, whole["size"] - 1)
        return pick(whole, last_us <= self.heads["received_us"][at] + AHEAD_US)

    def _halves(self, placed: NDArray[np.void]) -> NDArray[np.void]:
        at, begin, size = (placed[name] for name in ("at", "begin", "size"))
        half = size // 2
        return np.concatenate(
            [self._place(at, begin, half), self._place(at, begin + half, size - half)]
        )

    def _place(self, at: Numbers, begin: Numbers, size: Numbers) -> NDArray[np.void]:
        heads, placed = pick(self.heads, at), np.zeros(at.size, PLACED)
        placed["at"], placed["begin"], placed["size"] = at, begin, size
        placed["boot"] = heads["counted_boot"]
        placed["connection"], placed["sequence"] = heads["boot"], heads["sequence"]
        placed["first"] = heads["first"] + begin
        placed["first_us"] = self._time_us(at, begin)
        placed["until_us"] = self._time_us(at, begin + size)
        counted = placed["boot"] != UNCOUNTED
        number = heads["counted_sample"] + begin
        placed["number"] = np.where(counted, number, placed["first_us"])
        return placed

    def _time_us(self, at: Numbers, index: Numbers) -> Numbers:
        """Return when samples of batches were measured; one behind the last: when it is due."""
        period_us = self.heads["period_us"][at]
        since_us = np.rint(index * period_us).astype(np.int64)
        regular_us = self.heads["start_us"][at] + since_us
        if not self.times_us.size:
            return regular_us
        own = self.offsets[at] + np.minimum(index, self.heads["samples"][at] - 1)
        return np.where(period_us > 0, regular_us, self.times_us[own])


def goes_on(placed: NDArray[np.void]) -> bool:
    """Return whether each batch begins behind the one before it: none came twice."""
    before, after = placed[:-1], placed[1:]
    counted = after["boot"] != UNCOUNTED
    names = ("number", "connection", "sequence", "first")
    differs = np.any([before[name] != after[name] for name in names], axis=0)
    behind = np.where(counted, after["number"] >= before["number"] + before["size"], differs)
    same = before["boot"] == after["boot"]
    later = after["first_us"] >= before["until_us"]
    return bool(np.where(same, behind, later).all())


def _in_order(placed: NDArray[np.void]) -> NDArray[np.void]:
    """Return boots by when they began; in each by count, or by time, connection and number."""
    boots, which = np.unique(placed["boot"], return_inverse=True)
    begins_us = np.full(boots.size, np.iinfo(np.int64).max)
    np.minimum.at(begins_us, which, placed["first_us"])
    uncounted = placed["boot"] == UNCOUNTED
    ties = [placed[name] * uncounted for name in ("first", "sequence", "connection")]
    order = np.lexsort([*ties, placed["number"], placed["boot"], begins_us[which]])
    return pick(placed, order)


def _follows(before: NDArray[np.void], after: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return whether nothing was lost between, as far as anything counts it."""
    meets = after["number"] == before["number"] + before["size"]
    next_batch = (after["sequence"] == before["sequence"] + 1) & (after["first"] == 0)
    same_batch = after["sequence"] == before["sequence"]
    next_piece = same_batch & (after["first"] == before["first"] + before["size"])
    precedes = (after["connection"] == before["connection"]) & (next_batch | next_piece)
    counted = after["boot"] != UNCOUNTED
    goes_on = counted & meets & (after["boot"] == before["boot"])
    return goes_on | (~counted & precedes)


def _wearers(wearings: Sequence[Wearing], participant: str, at_us: Numbers) -> Numbers:
    """Return whose a device was at some instants, each by a number."""
    wearers = np.full(at_us.size, _NOBODY, np.int64)
    people = {participant: _WANTED}
    for each in wearings:
        covered = at_us >= each.from_us
        if each.until_us is not None:
            covered &= at_us < each.until_us
        wearers[covered] = people.setdefault(each.participant, len(people))
    return wearers


def _times_us(block: Block) -> Numbers:
    return block.times_us if block.times_us.size else np.zeros(len(block.values), np.int64)
