"""What the hub asks for: every command is carried out once, and answered once."""

import asyncio
import collections
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from gateway import wire

Perform: TypeAlias = Callable[[wire.Command], Awaitable[wire.Answer]]

_MOST_UNDER_WAY: Final = 16
_MOST_REMEMBERED: Final = 1_000


class Commands:
    """Commands under way, and the answers that no broker has taken over yet."""

    def __init__(
        self, perform: Perform, now_us: Callable[[], int], counts: collections.Counter[str]
    ) -> None:
        self._perform = perform
        self._now_us = now_us
        self._counts = counts
        self._asked: asyncio.Queue[wire.Command] = asyncio.Queue()
        self._under_way = 0
        self._known: collections.deque[str] = collections.deque(maxlen=_MOST_REMEMBERED)
        self.answers: dict[str, wire.Answer] = {}
        self.news = asyncio.Event()  # an answer was added

    def ask(self, command: wire.Command) -> None:
        """Take a command in; one too many is dropped, for the hub will say it again."""
        if command.id in self._known:
            return
        if self._under_way == _MOST_UNDER_WAY:
            self._counts["commands_dropped"] += 1
            return
        self._known.append(command.id)
        self._under_way += 1
        self._asked.put_nowait(command)

    def taken(self, command_id: str) -> None:
        """Note that the broker took an answer over."""
        self.answers.pop(command_id, None)

    async def run(self) -> None:
        """Carry out what is asked for, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                command = await self._asked.get()
                group.create_task(self._carry_out(command), name=f"command {command.id}")

    async def _carry_out(self, command: wire.Command) -> None:
        answer = await self._answer(command)
        self._under_way -= 1
        self.answers[command.id] = answer
        self.news.set()

    async def _answer(self, command: wire.Command) -> wire.Answer:
        left_s = (command.expires_us - self._now_us()) / 1e6
        if left_s > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    return await self._perform(command)
        return wire.Answer(id=command.id, done=False, reason="expired", at_us=self._now_us())
