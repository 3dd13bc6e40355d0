"""One page's live stream: frames it may see, a beat while nothing else is said, and its end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from web.live import FanOut, Key
from web.sight import Scope, Seen, Sight
from web.watch import Watch

_PACE_S: Final = 0.1  # frames that come together leave together

_RETRY = b"retry: 2000\n\n"
_BEAT = b"event: beat\ndata: {}\n\n"
_QUIET = b": the hub is away\n\n"
_BYE = b"event: bye\ndata: {}\n\n"


async def stream(
    fan_out: FanOut, watch: Watch, session_id: str, scope: Scope, since_us: int
) -> AsyncIterator[bytes]:
    """Yield server-sent events until the reader leaves, signs out or the server closes."""
    now_us = fan_out.now_us
    with (
        fan_out.slot(since_us, scope.subject) as slot,
        watch.over(Sight(session_id, scope, slot.stir)) as sight,
    ):
        seen = await watch.seen(sight)
        yield _RETRY
        while not fan_out.closing:
            before, seen = seen, await watch.seen(sight)
            if not seen.signed_in:
                yield _BYE
                return
            said = changes(before, seen) + shown(slot.take(), seen)
            if not said and slot.is_silent(now_us()):
                said = _BEAT if fan_out.hub_heard else _QUIET
            if said:
                slot.told_us = now_us()
                yield said
            await slot.stirred.wait()
            if now_us() - slot.told_us < 1_000_000 * _PACE_S:
                await asyncio.sleep(_PACE_S)


def shown(frames: dict[Key, bytes], seen: Seen) -> bytes:
    """Return those of the frames that may be seen."""
    return b"".join(frame for key, frame in frames.items() if key in seen.keys)


def changes(before: Seen, now: Seen) -> bytes:
    """Return events for what was withdrawn or granted meanwhile."""
    if before is now:
        return b""
    lost = [_event(b"hidden", key) for key in sorted(before.keys - now.keys)]
    gained = [_event(b"shown", key) for key in sorted(now.keys - before.keys)]
    return b"".join(lost + gained)


def _event(name: bytes, key: Key) -> bytes:
    said = msgspec.json.encode({"of": key[0], "topic": key[1]})
    return b"event: %s\ndata: %s\n\n" % (name, said)
