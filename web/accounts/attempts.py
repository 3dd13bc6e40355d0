"""How often somebody may try what is no good, and how long they wait after that."""

from collections import OrderedDict
from typing import Final

MOST: Final = 20
LONGEST_S: Final = 600
_FORGOTTEN_US: Final = 3_600_000_000  # after an hour without a failure
_KEPT: Final = 10_000


class Attempts:
    """Counts failures by an address or a name: past twenty, each doubles the wait.

    Tokens are too long to guess, which spares us the trying; passwords are not.
    """

    def __init__(self) -> None:
        self._failed: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def wait_s(self, who: str, now_us: int) -> int:
        """Return for how many seconds they have to wait, 0 if they may try."""
        last_us, count = self._failed.get(who, (now_us, 0))
        if count < MOST:
            return 0
        pause_s = min(LONGEST_S, 2 ** min(count - MOST, LONGEST_S))
        return max(0, pause_s - (now_us - last_us) // 1_000_000)

    def note_failure(self, who: str, now_us: int) -> None:
        last_us, count = self._failed.pop(who, (now_us, 0))
        lately = now_us - last_us < _FORGOTTEN_US
        self._failed[who] = (now_us, count + 1 if lately else 1)
        if len(self._failed) > _KEPT:
            self._failed.popitem(last=False)
