"""One page's live stream: frames it may see, a beat while the hub is heard, and its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool

from web.live import FanOut, Key
from web.sight import Seen, Sight

BEAT_US: Final = 5_000_000
_TURN_S: Final = 1.0  # how long a withdrawn consent may go unnoticed while nothing happens
_PACE_S: Final = 0.1  # frames that come together leave together

_RETRY = b"retry: 2000\n\n"
_BEAT = b"event: beat\ndata: {}\n\n"
_QUIET = b": the hub is away\n\n"
_BYE = b"event: bye\ndata: {}\n\n"


async def stream(
    fan_out: FanOut, sight: Sight, now_us: Callable[[], int]
) -> AsyncIterator[bytes]:
    """Yield server-sent events until the reader leaves, signs out or the server closes."""
    seen = await run_in_threadpool(sight.look, now_us())
    beaten_us = 0
    yield _RETRY
    with fan_out.slot() as slot:
        while not fan_out.closing:
            if now_us() - beaten_us >= BEAT_US:
                beaten_us = now_us()
                yield _BEAT if fan_out.hub_heard else _QUIET
            await _stirred(slot.stirred)
            before = seen
            if sight.is_stale(now_us()):
                seen = await run_in_threadpool(sight.look, now_us())
            if not seen.signed_in:
                yield _BYE
                return
            frames = slot.take()
            said = changes(before, seen) + b"".join(
                frame for key, frame in frames.items() if key in seen.keys
            )
            if said:
                yield said
                await asyncio.sleep(_PACE_S)


def changes(before: Seen, now: Seen) -> bytes:
    """Return events for what was withdrawn or granted meanwhile."""
    lost = [_event(b"hidden", key) for key in sorted(before.keys - now.keys)]
    gained = [_event(b"shown", key) for key in sorted(now.keys - before.keys)]
    return b"".join(lost + gained)


def _event(name: bytes, key: Key) -> bytes:
    said = msgspec.json.encode({"of": key[0], "topic": key[1]})
    return b"event: %s\ndata: %s\n\n" % (name, said)


async def _stirred(event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_TURN_S):
            await event.wait()
    except TimeoutError:
        return
