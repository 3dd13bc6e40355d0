"""Amounts as events, of which the same export gives the same at every reading."""

from collections.abc import Iterable
from typing import Final

from research.imports.amounts import Amount, Stream

MINUTE_US: Final = 60_000_000
MOST: Final = 32_767  # what an event on the wire holds

#: By source and stream: what happened when.
Minutes = dict[tuple[str, Stream], dict[int, int]]


def events(amounts: Iterable[Amount]) -> Minutes:
    """Return steps minute by minute, at its middle, and heart rates when they were taken.

    The newest minute of steps of each source is left out: more may come to it, and what was
    stored of it once could not be told from that.
    """
    found: Minutes = {}
    for amount in amounts:
        told = found.setdefault((amount.source, amount.stream), {})
        if amount.stream == "steps":
            _spread(told, amount)
        elif 0 < amount.value <= MOST:
            told[amount.start_us] = amount.value
    for (_, stream), told in found.items():
        if stream == "steps":
            del told[max(told)]
    return {key: told for key, told in found.items() if told}


def _spread(told: dict[int, int], amount: Amount) -> None:
    """Share steps evenly among the minutes of their span; their sum stays."""
    end_us = max(amount.end_us, amount.start_us + 1)
    given = 0
    for minute_us in range(amount.start_us // MINUTE_US * MINUTE_US, end_us, MINUTE_US):
        past_us = min(minute_us + MINUTE_US, end_us) - amount.start_us
        by_then = round(amount.value * past_us / (end_us - amount.start_us))
        middle_us = minute_us + MINUTE_US // 2
        told[middle_us] = min(told.get(middle_us, 0) + by_then - given, MOST)
        given = by_then
