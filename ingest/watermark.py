"""Telling gateways how far their batches are stored."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gateway.wire import Mark, Watermarks, encode, watermark_topic

_MARKS_A_MESSAGE: Final = 256  # well below the largest message, whatever the names


def messages(
    gateway: str, marks: Sequence[Mark], hub_start_id: int
) -> Iterator[tuple[str, bytes]]:
    """Yield topics and payloads that tell a gateway all of these marks."""
    for at in range(0, len(marks), _MARKS_A_MESSAGE):
        part = tuple(marks[at : at + _MARKS_A_MESSAGE])
        yield (
            watermark_topic(gateway),
            encode(Watermarks(hub_start_id=hub_start_id, marks=part)),
        )


def by_gateway(marks: Iterable[tuple[str, Mark]]) -> dict[str, list[Mark]]:
    """Group marks by the gateway that waits for them, in order."""
    grouped: dict[str, list[Mark]] = {}
    for gateway, mark in marks:
        grouped.setdefault(gateway, []).append(mark)
    return grouped
