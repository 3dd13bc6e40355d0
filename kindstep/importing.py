"""Imported events on their way into the hub, as batches of devices that nobody plugs in."""

import secrets
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from itertools import groupby, islice
from typing import Final, TypeAlias

from sqlalchemy import Connection

from gateway import wire
from gateway.wire import Batch, DeviceCount
from people import registry
from research.imports import SCALE_G, Found, Minutes, Recording
from web.programs import Answer, Bring, Brought, NotDone

_SOURCE: Final = "import"
_AT_ONCE: Final = 16  # of 36 kB at most: the line to the hub carries a megabyte
_MINUTE_US: Final = 60_000_000
_HOUR_US: Final = 60 * _MINUTE_US
_SAMPLES: Final = 6_000  # a batch, well below what a message may hold
_TICKS_HZ: Final = 32_768
_UNITS: Final = {"steps": "count", "heart_rate": "bpm"}

Send = Callable[[Bring], Awaitable[Answer]]
Progress = Callable[[int, int], None]  # events, of so many
Span: TypeAlias = tuple[int, int]  # us, without its end


class NotTaken(RuntimeError):
    """The hub did not take a batch; the message says why."""


@dataclass(slots=True)
class Imported:
    """What became of all events."""

    stored: int = 0
    duplicates: int = 0


def device_of(kind: str, participant: str, source: str) -> str:
    """Return the name of a source, the same at every import of this person."""
    digest = blake2s(f"{participant}\n{source}".encode(), digest_size=6).hexdigest()
    return f"{kind}-{digest}"


def spans(kind: str, participant: str, found: Found) -> dict[str, Span]:
    """Return from when until when each source of an export measured, by its name here."""
    told: dict[str, Span] = {}
    for source, begin_us, end_us in _spans(found):
        device = device_of(kind, participant, source)
        first_us, last_us = told.get(device, (begin_us, end_us))
        told[device] = (min(first_us, begin_us), max(last_us, end_us))
    return dict(sorted(told.items()))


def _spans(found: Found) -> Iterator[tuple[str, int, int]]:
    if isinstance(found, Recording):
        lasts_us = -(-found.size * 1_000_000 // found.rate_hz)
        yield found.source, found.start_us, found.start_us + int(lasts_us)
    else:
        for (source, _), told in found.items():
            yield source, _minute_us(min(told)), _minute_us(max(told)) + _MINUTE_US


def _minute_us(at_us: int) -> int:
    return at_us // _MINUTE_US * _MINUTE_US


def give(db: Connection, participant: str, worn: Mapping[str, Span]) -> None:
    """Let a participant have worn devices for as long as these measured, and as is known."""
    for device, span_us in worn.items():
        registry.extend(db, device, participant, *span_us)


async def bring(
    send: Send, kind: str, participant: str, found: Found, progress: Progress
) -> Imported:
    """Have the hub store events, each once however often it is imported; raise NotTaken."""
    done = Imported()
    if isinstance(found, Recording):
        of, batches = found.size, _recorded(kind, participant, found)
    else:
        of, batches = sum(map(len, found.values())), _events(kind, participant, found)
    while some := list(islice(batches, _AT_ONCE)):
        answer = await send(Bring(source=_SOURCE, batches=tuple(map(wire.encode, some))))
        if not isinstance(answer, Brought):
            raise NotTaken(answer.says if isinstance(answer, NotDone) else str(answer))
        done.stored += sum(each.stored for each in answer.batches)
        done.duplicates += sum(each.duplicates for each in answer.batches)
        progress(done.stored + done.duplicates, of)
    return done


def _events(kind: str, participant: str, found: Minutes) -> Iterator[Batch]:
    """Yield an hour of a source and stream at a time, by a connection of this import."""
    for (source, stream), told in sorted(found.items()):
        device, boot = device_of(kind, participant, source), secrets.randbits(63)
        hours = groupby(sorted(told), lambda at_us: at_us // _HOUR_US)
        for sequence, (_, times) in enumerate(hours):
            times_us = list(times)
            offsets = [at_us - times_us[0] for at_us in times_us]
            values = [told[at_us] for at_us in times_us]
            yield Batch(
                device=device,
                boot=boot,
                stream=stream,
                sequence=sequence,
                start_us=times_us[0],
                start_error_us=0,
                period_us=None,
                offsets_us=struct.pack(f"<{len(offsets)}I", *offsets),
                scale=1.0,
                unit=_UNITS[stream],
                channels=1,
                samples=struct.pack(f"<{len(values)}h", *values),
            )


def _recorded(kind: str, participant: str, found: Recording) -> Iterator[Batch]:
    """Yield samples by their number in the recorder's memory, by which each is stored once."""
    device, boot = device_of(kind, participant, found.source), secrets.randbits(63)
    own = blake2s(f"{device}\n{found.start_us}".encode(), digest_size=7).digest()
    first, sequence = 0, 0
    for block in found.blocks():
        for at in range(0, len(block), _SAMPLES):
            samples = block[at : at + _SAMPLES]
            ticks = round(first * _TICKS_HZ / found.rate_hz) % (1 << 32)
            yield Batch(
                device=device,
                boot=boot,
                stream="accel",
                sequence=sequence,
                start_us=found.start_us + round(first * 1_000_000 / found.rate_hz),
                start_error_us=0,
                period_us=1_000_000 / found.rate_hz,
                scale=SCALE_G,
                unit="g",
                channels=3,
                samples=samples.astype("<i2").tobytes(),
                counted=DeviceCount(boot=int.from_bytes(own), sample=first, ticks=ticks),
            )
            first, sequence = first + len(samples), sequence + 1
