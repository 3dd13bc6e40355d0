"""How long to wait before trying again."""

import random
from dataclasses import dataclass
from typing import Final

_ENOUGH_DOUBLINGS: Final = 32  # beyond any longest_s; keeps the power finite


@dataclass(frozen=True, slots=True)
class Backoff:
    """Longer after each loss, and never in step with others."""

    first_s: float = 1.0
    longest_s: float = 300.0

    def delay_s(self, losses: int) -> float:
        """Return the wait after `losses` earlier losses in a row."""
        ceiling = min(self.longest_s, self.first_s * 2.0 ** min(losses, _ENOUGH_DOUBLINGS))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311 - jitter, not a secret
