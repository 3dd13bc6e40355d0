"""The line on which another process asks things of a fleet: JSON, one object a line.

A request is `{"op": "set_range", "device": "G1", "in_range": false}`; the answer is
`{"ok": true, "result": {...}}` or `{"ok": false, "error": "..."}`.
"""

import asyncio
import json
from typing import Any, Final

import msgspec

from firmware_sims.fleet import Answer, Fleet, Refused, Request

_UNIX: Final = "unix:"
_requests: Final = msgspec.json.Decoder[Request](Request)


async def listen(fleet: Fleet, address: str) -> tuple[asyncio.Server, str]:
    """Answer on `HOST:PORT` or `unix:PATH`; return the server and where it is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for line in reader:
            writer.write(json.dumps(await _answer(fleet, line)).encode() + b"\n")
            await writer.drain()
        writer.close()

    if address.startswith(_UNIX):
        return await asyncio.start_unix_server(serve, address.removeprefix(_UNIX)), address
    host, port = address.rsplit(":", 1)
    server = await asyncio.start_server(serve, host, int(port))
    return server, f"{host}:{server.sockets[0].getsockname()[1]}"


async def _answer(fleet: Fleet, line: bytes) -> Answer:
    try:
        result = await fleet.perform(_requests.decode(line))
    except (ValueError, OSError) as error:  # a request is from outside: say what is wrong
        return {"ok": False, "error": str(error)}
    return {"ok": True, "result": result}


async def ask(address: str, op: str, **fields: Any) -> Answer:  # noqa: ANN401 - it is JSON
    """Ask a fleet one thing; raise Refused with its words if it cannot be done."""
    if address.startswith(_UNIX):
        reader, writer = await asyncio.open_unix_connection(address.removeprefix(_UNIX))
    else:
        host, port = address.rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(json.dumps({"op": op, **fields}).encode() + b"\n")
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    answer = json.loads(line)
    if not answer["ok"]:
        raise Refused(answer["error"])
    return answer["result"]
