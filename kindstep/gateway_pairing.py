"""Pairing a device from the command line of the machine that its gateway runs on."""

import asyncio
import concurrent.futures
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gateway import hatch
from gateway.wire import PairingMethod

LAST_PASSKEY: Final = 999_999


async def pair(here: Path, device: str, method: PairingMethod, console: "Console") -> None:
    """Pair a device; raise Refused with the reason if there is no bond."""
    passkey = secrets.randbelow(LAST_PASSKEY + 1) if method == "display" else None
    order = hatch.Order(device=device, kind="pair", method=method, passkey=passkey)
    try:
        async with asyncio.TaskGroup() as group:
            typing = group.create_task(_pass_on(here, device, method, console))
            await _pair(here, order, console)
            typing.cancel()
    except* hatch.Refused as refused:
        raise refused.exceptions[0] from None


class Console:
    """Where somebody reads and types."""

    def __init__(self, say: Callable[[str], None], prompt: Callable[[], int]) -> None:
        """Take `prompt` to raise Refused where nothing is typed."""
        self.say, self._prompt = say, prompt

    async def passkey(self) -> int:
        """Return what was typed; nobody has to type on once the pairing is over."""
        typed: concurrent.futures.Future[int] = concurrent.futures.Future()
        typed.set_running_or_notify_cancel()  # who types cannot be stopped

        def ask() -> None:
            try:
                typed.set_result(self._prompt())
            except hatch.Refused as refused:
                typed.set_exception(refused)

        threading.Thread(target=ask, daemon=True).start()
        return await asyncio.wrap_future(typed)


async def _pass_on(here: Path, device: str, method: PairingMethod, console: Console) -> None:
    if method == "entry":
        passkey = await console.passkey()
        await _ask(here, hatch.Order(device=device, kind="passkey", passkey=passkey))


async def _pair(here: Path, order: hatch.Order, console: Console) -> None:
    async for told in hatch.ask(here, order):
        if told:  # it may be another than ours: the system's stack chooses its own
            console.say(f"type {told['type']:06d} into the device")


async def _ask(here: Path, order: hatch.Order) -> None:
    async for _ in hatch.ask(here, order):
        pass
