"""How often an address may try a link that is no good."""

from collections import OrderedDict
from typing import Final

MOST: Final = 20
SPAN_US: Final = 10 * 60_000_000
_ADDRESSES_KEPT: Final = 10_000


class Attempts:
    """Counts failures by address. Tokens are too long to guess: this spares us the trying."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def are_too_many(self, address: str, now_us: int) -> bool:
        since_us, count = self._failed.get(address, (now_us, 0))
        return count >= MOST and now_us - since_us < SPAN_US

    def note_failure(self, address: str, now_us: int) -> None:
        since_us, count = self._failed.pop(address, (now_us, 0))
        if now_us - since_us >= SPAN_US:
            since_us, count = now_us, 0
        self._failed[address] = (since_us, count + 1)
        if len(self._failed) > _ADDRESSES_KEPT:
            self._failed.popitem(last=False)
