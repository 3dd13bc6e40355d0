"""Answers whoever runs this machine: how the gateway is, and what became of an order."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

import msgspec

from gateway import hatch, wire
from gateway.radio import Radio
from gateway.status import Reporter

_ORDER_S: Final = 60.0


class Attendant:
    """Knows both halves of a gateway, and asks the one that knows."""

    def __init__(self, radio: Radio, reporter: Reporter, now_us: Callable[[], int]) -> None:
        self._radio, self._reporter, self._now_us = radio, reporter, now_us

    async def status(self) -> wire.GatewayStatus:
        return await self._reporter.status()

    async def answer(self, question: hatch.Question) -> AsyncGenerator[Any]:
        """Yield what there is to say; raise Refused if that is nothing."""
        match question:
            case hatch.Status():
                yield msgspec.to_builtins(await self.status())
            case hatch.Order():
                async with contextlib.aclosing(self._obey(question)) as told:
                    async for each in told:
                        yield each
            case hatch.Record():
                async with contextlib.aclosing(self._record(question)) as lines:
                    async for line in lines:
                        yield line

    async def _record(self, question: hatch.Record) -> AsyncGenerator[dict[str, Any]]:
        try:
            async with contextlib.aclosing(self._radio.record(question.device)) as lines:
                async for line in lines:
                    yield line
        except LookupError as unknown:
            raise hatch.Refused(str(unknown)) from unknown

    async def _obey(self, order: hatch.Order) -> AsyncGenerator[dict[str, int] | None]:
        """Yield a passkey that is to be typed into the device, if any; then that it is done."""
        command = wire.Command(
            id=secrets.token_hex(8),
            device=order.device,
            kind=order.kind,
            level=order.level,
            method=order.method,
            passkey=order.passkey,
            expires_us=self._now_us() + round(_ORDER_S * 1e6),
        )
        shown: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        performing = asyncio.create_task(
            self._radio.perform_here(command, shown.set_result), name=order.kind
        )
        try:
            async with asyncio.timeout(_ORDER_S):
                either = asyncio.FIRST_COMPLETED
                await asyncio.wait({performing, shown}, return_when=either)
            if shown.done():
                yield {"type": shown.result()}
            async with asyncio.timeout(_ORDER_S):
                answer = await asyncio.shield(performing)
        except TimeoutError:
            raise hatch.Refused(f"{order.device}: expired") from None
        finally:
            performing.cancel()
            await asyncio.wait({performing})
        if not answer.done:
            raise hatch.Refused(f"{order.device}: {answer.reason}")
        yield None
