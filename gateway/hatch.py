"""A small door for whoever runs this machine: one question, and its answers, as JSON lines.

It is a socket beside the spool, so that it needs no broker, no port and no password: who may
open the spool may ask.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec

from gateway.wire import CommandKind, PairingMethod, Passkey

log = logging.getLogger(__name__)


class Refused(RuntimeError):
    """The gateway does not do what was asked; or none runs here."""


class _Question(msgspec.Struct, frozen=True, kw_only=True, tag_field="ask"):
    pass


class Status(_Question, frozen=True, tag="status"):
    """Ask how the gateway is."""


class Order(_Question, frozen=True, kw_only=True, tag="order"):
    """Do something with a device, as if the hub had asked."""

    device: str
    kind: CommandKind
    level: int = 0
    method: PairingMethod = "just_works"
    passkey: Passkey | None = None


class Record(_Question, frozen=True, kw_only=True, tag="record"):
    """Call a device anew, and tell all that is said over that connection."""

    device: str


Question: TypeAlias = Status | Order | Record
#: What answers: one or more values that JSON knows; Refused says why there is none.
Answerer: TypeAlias = Callable[[Question], AsyncGenerator[Any]]


class _Said(msgspec.Struct, frozen=True):
    """One line of an answer."""

    value: Any = None
    refused: str = ""


_questions: Final = msgspec.json.Decoder[Question](Question)
_lines: Final = msgspec.json.Decoder(_Said)
_LONGEST_LINE: Final = 1 << 20
_ENDED: Final = "the gateway ended before it had answered"


def beside(spool: Path) -> Path:
    """Return where the gateway that holds a spool can be asked."""
    return spool.with_name(f"{spool.name}.sock")


@contextlib.asynccontextmanager
async def opened(path: Path, answers: Answerer) -> AsyncGenerator[None]:
    """Answer questions for as long as the block lasts."""
    talks: set[asyncio.Task[None]] = set()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(_talk(reader, writer, answers))
        talks.add(talk)
        talk.add_done_callback(talks.discard)

    try:
        _remove(path)  # of a gateway that was killed: the spool is ours alone
        server = await asyncio.start_unix_server(serve, path)
        _close_to_others(path)
    except OSError as error:  # a path too long for a socket, or a disk that has none
        log.warning("cannot be asked on this machine: %s: %s", path, error)
        yield
        return
    try:
        yield
    finally:
        server.close()
        _remove(path)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _close_to_others(path: Path) -> None:
    path.chmod(0o600)


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: Answerer
) -> None:
    with contextlib.suppress(ConnectionError), contextlib.closing(writer):
        line = await reader.readline()
        async with _until_gone(reader), contextlib.aclosing(_answer(line, answers)) as said:
            async for each in said:
                writer.write(msgspec.json.encode(each) + b"\n")
                await writer.drain()


@contextlib.asynccontextmanager
async def _until_gone(reader: asyncio.StreamReader) -> AsyncGenerator[None]:
    """Run the block; raise ConnectionError in it once nobody listens any more."""
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_raise_at_end(reader))
            yield
            watch.cancel()
    except* ConnectionError as gone:
        raise gone.exceptions[0] from None


async def _raise_at_end(reader: asyncio.StreamReader) -> None:
    await reader.read()
    raise ConnectionResetError


async def _answer(line: bytes, answers: Answerer) -> AsyncGenerator[_Said]:
    try:
        async with contextlib.aclosing(answers(_questions.decode(line))) as values:
            async for value in values:
                yield _Said(value)
    except (Refused, msgspec.MsgspecError) as refused:
        yield _Said(refused=str(refused))


async def ask(path: Path, question: Question) -> AsyncGenerator[Any]:
    """Ask the gateway at a path; yield what it answers, raise Refused if it does not."""
    answered = False
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST_LINE)
    except OSError as error:
        says = error.strerror or error  # one too long for a socket has no number
        raise Refused(f"no gateway runs here: {path}: {says}") from error
    try:
        writer.write(msgspec.json.encode(question) + b"\n")
        async for line in reader:
            said = _lines.decode(line)
            if said.refused:
                raise Refused(said.refused)
            yield said.value
            answered = True
    except ConnectionError as error:
        raise Refused(_ENDED) from error
    finally:
        writer.close()
    if not answered:
        raise Refused(_ENDED)
