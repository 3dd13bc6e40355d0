"""Where each device stands in one hour of the log.

An index by device would have a page for each of them, written again with each of its batches.
So a commit leaves one row that says what it added, and those are read once somebody asks.
"""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from heapq import merge
from typing import TypeAlias

import msgspec

Added: TypeAlias = tuple[int, bytes]  # the first position of a commit, and its keys


class _Device(msgspec.Struct, frozen=True, array_like=True):
    device: str  # of a key, whose rest nobody asks for here


_devices = msgspec.msgpack.Decoder(list[_Device]).decode


class Places:
    """Positions by device; `added` yields what was committed beyond a position, in order."""

    def __init__(self, added: Callable[[int], Iterable[Added]]) -> None:
        self._added = added
        self._lock = threading.Lock()
        self._upto = 0
        self._of: dict[str, array[int]] = {}

    def devices(self) -> list[str]:
        """Return every device that is here, in order."""
        return sorted(self._known())

    def of(self, device: str, first: int, last: int) -> list[int]:
        """Return a device's positions from one to another."""
        places = self._known().get(device, array("Q"))
        return places[bisect_left(places, first) : bisect_right(places, last)].tolist()

    def beyond(self, after: int, devices: Collection[str]) -> Iterator[int]:
        """Yield the positions of some devices beyond one, in order."""
        known = self._known()
        some = [known[device] for device in {*devices} & known.keys()]
        return merge(*(places[bisect_right(places, after) :] for places in some))

    def _known(self) -> "dict[str, array[int]]":
        with self._lock:
            for first, keys in self._added(self._upto):
                for place, key in enumerate(_devices(keys), first):
                    self._of.setdefault(key.device, array("Q")).append(place)
                    self._upto = place
            return self._of
