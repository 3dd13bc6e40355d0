"""Pairing a device from the command line of the machine that its gateway runs on."""

import asyncio
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gateway import hatch
from gateway.wire import PairingMethod

_PASSKEYS: Final = 1_000_000


async def pair(here: Path, device: str, method: PairingMethod, console: "Console") -> None:
    """Pair a device; raise Refused with the reason if there is no bond."""
    passkey = secrets.randbelow(_PASSKEYS) if method == "display" else None
    order = hatch.Order(device=device, kind="pair", method=method, passkey=passkey)
    async with asyncio.TaskGroup() as group:
        typing = group.create_task(_pass_on(here, device, method, console))
        try:
            await _pair(here, order, console)
        except hatch.Refused as refused:
            reason = refused
        else:
            reason = None
        typing.cancel()
    if reason is not None:
        raise reason


class Console:
    """Where somebody reads and types."""

    def __init__(self, say: Callable[[str], None], prompt: Callable[[str], str]) -> None:
        self.say, self._prompt = say, prompt

    async def passkey(self) -> int:
        """Return what was typed; nobody has to type on once the pairing is over."""
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[int] = loop.create_future()

        def settle(passkey: int) -> None:
            if not typed.done():
                typed.set_result(passkey)

        def ask() -> None:
            passkey = int(self._prompt("the passkey that the device shows"))
            loop.call_soon_threadsafe(settle, passkey)

        threading.Thread(target=ask, daemon=True).start()
        return await typed


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
