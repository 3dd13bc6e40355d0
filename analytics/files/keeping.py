"""A recording's minutes, kept for what looks at many of them: nights, days, non-wear."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.minutes import HOUR_US, MINUTE_US, Minutes, blank

DAY_US: Final = 24 * HOUR_US
DATED_S: Final = 1e8  # what is later is since 1970


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Minutes in the order of time; some may be missing."""

    starts_us: NDArray[np.int64]
    minutes: Minutes

    @property
    def dated(self) -> bool:
        """Return whether the recording's clock shows a date."""
        return int(self.starts_us[0]) >= DATED_S * 1e6

    def days(self, begin_us: int = 0) -> Iterator[int]:
        """Yield when each day begins of which there are minutes, or so much later than it."""
        days = np.unique((self.starts_us - begin_us) // DAY_US)
        yield from (days * DAY_US + begin_us).tolist()

    def stretches(self) -> Iterator[tuple[int, Minutes]]:
        """Yield the start of minutes without a gap of a day between, and them."""
        edges = np.flatnonzero(np.diff(self.starts_us) > DAY_US) + 1
        for starts_us in np.split(self.starts_us, edges):
            first_us = int(starts_us[0])
            yield first_us, self.during(first_us, int(starts_us[-1]) + MINUTE_US)

    def during(self, start_us: int, end_us: int) -> Minutes:
        """Return all minutes of a span, blank where there is none."""
        inside = (self.starts_us >= start_us) & (self.starts_us < end_us)
        found = blank((end_us - start_us) // MINUTE_US)
        found[(self.starts_us[inside] - start_us) // MINUTE_US] = self.minutes[inside]
        return found


class Keeper:
    """Takes minutes as they come."""

    def __init__(self) -> None:
        self._starts_us: list[NDArray[np.int64]] = []
        self._minutes: list[Minutes] = []

    def add(self, starts_us: NDArray[np.int64], minutes: Minutes) -> None:
        """Take the next minutes."""
        if starts_us.size:
            self._starts_us.append(starts_us)
            self._minutes.append(minutes)

    def kept(self) -> Kept | None:
        """Return all of them; None of none."""
        if not self._starts_us:
            return None
        return Kept(np.concatenate(self._starts_us), np.concatenate(self._minutes))
