"""A device's memory of one stream: confirmed when it is kept, asked again when it has gaps."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from gateway.lane import Kept, Lane
from gateway.patience import Patience
from gateway.timer import Timer

log = logging.getLogger(__name__)

_ELSEWHERE: Final = "elsewhere: another gateway confirmed it"
_GONE: Final = "missing: the device had it no longer"
_NEVER_CAME: Final = "missing: asked for again and again, it never came"
_IN_VAIN: Final = 8  # and for long: what does not come is not there, whatever the device says


@dataclass(frozen=True, slots=True)
class Questions:
    """How one device is asked about one of its memories."""

    look: Callable[[], Awaitable[Kept]]
    confirm: Callable[[int], Awaitable[None]]
    resend: Callable[[], Awaitable[None]]  # from the last confirmed row on


class Memory:
    """Empties a memory without losing what it still holds."""

    def __init__(
        self, lane: Lane, ask: Questions, patience: Patience, counts: Counter[str]
    ) -> None:
        self.lane = lane
        self._ask, self._patience, self._counts = ask, patience, counts
        self._confirm_due = Timer(patience.confirm_s)
        self._answer_due = Timer(patience.answer_s)
        self._missing = -1  # the row last asked for
        self._asked = 0
        self._in_vain = Timer(patience.in_vain_s)

    async def settle(self) -> None:
        """Do what is due now that all that was handed out is in the spool."""
        self.lane.keep()
        continuity = self.lane.continuity
        if continuity.first_held is not None:
            await self._mend(continuity.first_held)
        elif continuity.waiting and self._answer_due.due():
            await self._resend()
        elif self._is_confirm_due():
            await self._confirm()

    async def silence(self, kept: Kept) -> None:
        """Ask again if the device fell silent but had more: the end of it was lost."""
        if self.lane.stands_still(kept):
            await self._resend()

    def _is_confirm_due(self) -> bool:
        rows = self.lane.unconfirmed
        return rows > 0 and (rows >= self._patience.confirm_rows or self._confirm_due.due())

    async def _confirm(self) -> None:
        if self.lane.unconfirmed:
            await self._ask.confirm(self.lane.confirm())

    async def _mend(self, first_held: int) -> None:
        """Ask for what is missing, unless the device itself will not send it any more."""
        kept = await self._ask.look()
        if kept.first_sent < first_held and not self._is_in_vain():
            await self._resend()
            return
        stream = self.lane.stream.name
        if kept.oldest < first_held <= kept.confirmed:
            rows = self.lane.skip(_ELSEWHERE)
            self._counts[f"elsewhere:{stream}"] += rows  # another gateway confirmed them
        else:
            rows = self.lane.skip(_GONE if kept.first_sent >= first_held else _NEVER_CAME)
            self._counts[f"missing:{stream}"] += rows
            log.warning("%d rows of %s are missing for good", rows, stream)

    def _is_in_vain(self) -> bool:
        missing = self.lane.continuity.expected
        if missing != self._missing:
            self._missing, self._asked = missing, 0
            self._in_vain = Timer(self._patience.in_vain_s)
        self._asked += 1
        return self._asked > _IN_VAIN and self._in_vain.due()

    async def _resend(self) -> None:
        self._counts["asked_again"] += 1
        await self._confirm()
        self._answer_due = Timer(self._patience.answer_s)
        self.lane.continuity.ask()
        await self._ask.resend()
