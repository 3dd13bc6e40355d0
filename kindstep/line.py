"""The line between the hub's process and the pages': acts and orders go in, live frames out.

A Unix socket in the data folder that only its owner may open. Each message is a MessagePack
value behind its length; the first one says what the connection is for.
"""

import asyncio
import contextlib
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

from coaching.acts.act import Act, Outcome
from coaching.engine import read_act
from people.authorize import Actor
from web.live import LiveFrame, Slot
from web.orders import Done, Order
from web.programs import Answer, Request

_LENGTH: Final = struct.Struct("<I")
_LARGEST: Final = 1 << 20


class HubAway(ConnectionError):
    """The hub does not answer; trying again may work."""


class TooLarge(ValueError):
    """What was to be sent is more than a message may hold; nothing of it was."""


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Somebody wants something done."""

    actor: Actor
    act: msgspec.Raw  # one of the coach's acts


class Operate(msgspec.Struct, frozen=True, tag="operate"):
    """Somebody who runs the hub wants something done."""

    actor: Actor
    order: Order


class Serve(msgspec.Struct, frozen=True, tag="serve"):
    """Somebody's program wants something done."""

    actor: Actor
    request: Request


class Admit(msgspec.Struct, frozen=True, tag="admit"):
    """Some gateway's token began or ended: the broker has to know."""


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """A page process wants every live frame from now on."""


_questions = msgspec.msgpack.Decoder(Ask | Operate | Serve | Admit | Listen)
_outcomes = msgspec.msgpack.Decoder(Outcome)
_dones = msgspec.msgpack.Decoder(Done)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_frames = msgspec.msgpack.Decoder(LiveFrame)
_encoder = msgspec.msgpack.Encoder()

Perform = Callable[[Actor, Act], Awaitable[Outcome]]
Carry = Callable[[Actor, Order], Awaitable[Done]]
Help = Callable[[Actor, Request], Awaitable[Answer]]
LetIn = Callable[[], Awaitable[Done]]


class LineServer:
    """The hub's end."""

    def __init__(
        self, path: Path, perform: Perform, carry_out: Carry, help_: Help, let_in: LetIn
    ) -> None:
        self._path = path
        self._perform = perform
        self._carry_out = carry_out
        self._help = help_
        self._let_in = let_in
        self._listeners: set[Slot] = set()

    def publish(self, frame: LiveFrame) -> None:
        """Hand a frame to every listener; a slow one gets the newest about each thing."""
        message = _encoder.encode(frame)
        for slot in self._listeners:
            slot.put((frame.participant, frame.topic), message)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Answer for as long as the block lasts."""
        self._path.unlink(missing_ok=True)
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._serve(reader, writer))
            tasks.add(task)
            await asyncio.wait([task])  # a connection that ends with us is no error
            tasks.discard(task)

        server = await asyncio.start_unix_server(serve, self._path)
        self._path.chmod(0o600)
        try:
            yield
        finally:
            server.close()
            for task in tuple(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                while True:
                    question = _questions.decode(await _receive(reader))
                    if isinstance(question, Listen):
                        await self._stream(writer)
                    else:
                        await _send(writer, _encoder.encode(await self._answer(question)))
            finally:
                writer.close()

    async def _answer(self, question: Ask | Operate | Serve | Admit) -> Outcome | Done | Answer:
        if isinstance(question, Ask):
            return await self._perform(question.actor, read_act(question.act))
        if isinstance(question, Serve):
            return await self._help(question.actor, question.request)
        if isinstance(question, Admit):
            return await self._let_in()
        return await self._carry_out(question.actor, question.order)

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        slot = Slot()
        self._listeners.add(slot)
        try:
            while True:
                await slot.stirred.wait()
                await _send(writer, *slot.take().values())
        finally:
            self._listeners.discard(slot)


async def ask(path: Path, actor: Actor, act: Act) -> Outcome:
    """Have the hub do something; raise HubAway when it cannot be reached."""
    return _outcomes.decode(await _call(path, Ask(actor, msgspec.Raw(_encoder.encode(act)))))


async def operate(path: Path, actor: Actor, order: Order) -> Done:
    """Have the hub carry out an order; raise HubAway when it cannot be reached."""
    return _dones.decode(await _call(path, Operate(actor, order)))


async def serve(path: Path, actor: Actor, request: Request) -> Answer:
    """Have the hub do what a program asks; raise HubAway when it cannot be reached."""
    return _answers.decode(await _call(path, Serve(actor, request)))


async def admit(path: Path) -> Done:
    """Have the broker let in who has a token now; raise HubAway when it cannot be reached."""
    return _dones.decode(await _call(path, Admit()))


async def _call(path: Path, question: Ask | Operate | Serve | Admit) -> bytes:
    try:
        async with _connected(path) as (reader, writer):
            await _send(writer, _encoder.encode(question))
            return await _receive(reader)
    except (OSError, asyncio.IncompleteReadError) as error:
        raise HubAway(str(error)) from error


@contextlib.asynccontextmanager
async def listen(path: Path) -> AsyncGenerator[AsyncIterator[LiveFrame]]:
    """Hear every live frame; raise HubAway when the hub cannot be reached or goes."""
    try:
        async with _connected(path) as (reader, writer):
            await _send(writer, _encoder.encode(Listen()))
            yield _heard(reader)
    except OSError as error:
        raise HubAway(str(error)) from error


async def _heard(reader: asyncio.StreamReader) -> AsyncIterator[LiveFrame]:
    while True:
        try:
            yield _frames.decode(await _receive(reader))
        except asyncio.IncompleteReadError as error:
            raise HubAway("the hub went away") from error


@contextlib.asynccontextmanager
async def _connected(
    path: Path,
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _receive(reader: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > _LARGEST:
        raise ConnectionError(f"a message of {length} bytes")
    return await reader.readexactly(length)


async def _send(writer: asyncio.StreamWriter, *messages: bytes) -> None:
    largest = max(map(len, messages))
    if largest > _LARGEST:  # or the other end hangs up in the middle of it
        raise TooLarge(f"a message of {largest:,} bytes: at most {_LARGEST:,} fit")
    writer.write(b"".join(_LENGTH.pack(len(each)) + each for each in messages))
    await writer.drain()
