"""What Prometheus is told of a gateway: its status in numbers, without names.

Devices are counted, never listed: whoever scrapes learns how the gateway is, not who is near.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeAlias

from gateway import wire

log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[], Awaitable[wire.GatewayStatus]]
_Sample: TypeAlias = tuple[str, float]  # labels, value

_HOST: Final = "127.0.0.1"
_OF_RADIOS: Final[list[tuple[str, str, Callable[[wire.RadioState], int | None]]]] = [
    ("radio_present", "Whether a radio is there.", lambda it: int(it.present)),
    ("slots", "Connections it can hold, where that is known.", lambda it: it.slots),
    ("slots_used", "Connections it holds.", lambda it: it.slots_used),
    ("slots_wanted", "Devices that wait for one.", lambda it: it.slots_wanted),
]
_PATIENCE_S: Final = 5.0
_NO_REQUEST: Final = (
    OSError,  # a time-out is one
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
)
_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def text(status: wire.GatewayStatus) -> str:
    """Return a status in Prometheus' text format."""
    return "".join(_families(status))


def _families(status: wire.GatewayStatus) -> Iterator[str]:
    states = Counter(seen.state for seen in status.devices)
    links = [(f'{{state="{state}"}}', number) for state, number in sorted(states.items())]
    yield _gauge("devices", "Devices met since the start, by what became of them.", links)
    for name, says, read in _OF_RADIOS:
        each = [(f'{{radio="{it.radio}"}}', read(it)) for it in status.radios]
        yield _gauge(name, says, [(label, value) for label, value in each if value is not None])
    yield _gauge("spool_batches", "What the hub has not confirmed yet.", status.spooled_batches)
    yield _gauge("spool_bytes", "What the spool takes of the disk.", status.spooled_bytes)
    yield _gauge("spool_age_seconds", "How old the oldest of it is.", _age_s(status))
    yield _gauge("set_aside_batches", "Batches no broker carries.", len(status.set_aside))
    errors_us = [it.time_error_us for it in status.devices if it.time_error_us is not None]
    if errors_us:
        says = "How far times may be off at the worst device."
        yield _gauge("time_error_seconds", says, max(errors_us) / 1e6)
    for name, number in sorted(status.traffic.items()):
        yield _counter(name, "Since the start.", [("", number)])
    troubles = [(f'{{what="{name}"}}', n) for name, n in sorted(status.counts.items())]
    yield _counter("troubles", "What went wrong since the start, by name.", troubles)


def _age_s(status: wire.GatewayStatus) -> float:
    if status.oldest_spooled_us is None:
        return 0.0
    return max(0.0, (status.at_us - status.oldest_spooled_us) / 1e6)


def _gauge(name: str, says: str, value: float | Sequence[_Sample]) -> str:
    samples = [("", value)] if isinstance(value, int | float) else value
    return _family(name, "gauge", says, samples)


def _counter(name: str, says: str, samples: Sequence[_Sample]) -> str:
    return _family(f"{name}_total", "counter", says, samples)


def _family(name: str, kind: str, says: str, samples: Sequence[_Sample]) -> str:
    name = f"kindstep_gateway_{name}"
    lines = [f"# HELP {name} {says}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{labels} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n"


@contextlib.asynccontextmanager
async def serve(port: int, ask: Ask) -> AsyncGenerator[None]:
    """Answer `GET /metrics` on this machine's loopback for as long as the block lasts."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*_NO_REQUEST):
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _response(head, ask))
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_server(answer, _HOST, port)
    except OSError as error:  # a gateway is worth more than its figures
        log.warning("no metrics: %s", error)
        yield
        return
    async with server:
        yield


async def _response(head: bytes, ask: Ask) -> bytes:
    if head.split(b" ")[:2] != [b"GET", b"/metrics"]:
        return b"HTTP/1.0 404 Not Found\r\n\r\n"
    body = text(await ask()).encode()
    return f"HTTP/1.0 200 OK\r\nContent-Type: {_TYPE}\r\n\r\n".encode() + body
