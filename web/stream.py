"""One page's live stream: frames it may see, a beat while the hub is heard, and its end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool

from web.live import FanOut, Key
from web.sight import Seen, Sight

BEAT_US: Final = 5_000_000
_TURN_S: Final = 0.75  # with the age of what is known of consent it stays below two seconds
_PACE_S: Final = 0.1  # frames that come together leave together

_RETRY = b"retry: 2000\n\n"
_BEAT = b"event: beat\ndata: {}\n\n"
_QUIET = b": the hub is away\n\n"
_BYE = b"event: bye\ndata: {}\n\n"


async def stream(fan_out: FanOut, sight: Sight, since_us: int) -> AsyncIterator[bytes]:
    """Yield server-sent events until the reader leaves, signs out or the server closes."""
    now_us = fan_out.now_us
    seen = await run_in_threadpool(sight.look, now_us())
    beaten_us = 0
    yield _RETRY
    with fan_out.slot(since_us, sight.subject) as slot:
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
            said = changes(before, seen) + shown(slot.take(), seen)
            if said:
                yield said
                await asyncio.sleep(_PACE_S)


def shown(frames: dict[Key, bytes], seen: Seen) -> bytes:
    """Return those of the frames that may be seen."""
    return b"".join(frame for key, frame in frames.items() if key in seen.keys)


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
