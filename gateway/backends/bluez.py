"""What BlueZ says of its connections and asks of a pairing; all else of it is bleak's.

dbus_fast comes with bleak wherever BlueZ can be.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any, Final

from bleak.exc import BleakError
from dbus_fast import BusType, DBusError, Message, MessageType
from dbus_fast.aio import MessageBus

from gateway.backends.bluez_agent import CAPABILITIES, PATH, Agent
from gateway.pairing import Pairing

_NAME: Final = "org.bluez"
_DEVICE: Final = "org.bluez.Device1"
_AGENTS: Final = "/org/bluez", "org.bluez.AgentManager1"
_ANSWER_S: Final = 5.0


class BlueZ:
    """One adapter of BlueZ, or all of them."""

    def __init__(self, bus: MessageBus, adapter: str | None) -> None:
        self._bus = bus
        self._below = "/org/bluez/" if adapter is None else f"/org/bluez/{adapter}/"

    async def connected(self) -> set[str]:
        """Return the addresses of all that it holds a connection to, whoever asked for it."""
        return {address for address, _ in await self._connections()}

    async def disconnect(self, address: str) -> None:
        """Let go of one."""
        for connected, path in await self._connections():
            if connected == address:
                await self._call(path, _DEVICE, "Disconnect")

    def why_lost(self, address: str) -> str:  # noqa: ARG002 - whoever it was
        """Return nothing: it does not say."""
        return ""

    @contextlib.asynccontextmanager
    async def answering(self, address: str, pairing: Pairing) -> AsyncGenerator[None]:
        """Answer what BlueZ asks while a device is paired; a default agent steps aside."""
        agent = Agent(address, pairing)
        self._bus.export(PATH, agent)
        try:
            capability = CAPABILITIES[pairing.method]
            await self._call(*_AGENTS, "RegisterAgent", "os", PATH, capability)
            await self._call(*_AGENTS, "RequestDefaultAgent", "o", PATH)
            yield
        finally:
            with contextlib.suppress(BleakError):
                await self._call(*_AGENTS, "UnregisterAgent", "o", PATH)
            self._bus.unexport(PATH, agent)

    async def _connections(self) -> list[tuple[str, str]]:
        objects = await self._call(
            "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"
        )
        devices = {
            path: each[_DEVICE]
            for path, each in objects[0].items()
            if _DEVICE in each and path.startswith(self._below)
        }
        return [
            (device["Address"].value, path)
            for path, device in devices.items()
            if device["Connected"].value
        ]

    async def _call(
        self, path: str, interface: str, member: str, signature: str = "", *body: str
    ) -> list[Any]:
        message = Message(
            destination=_NAME,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        try:
            async with asyncio.timeout(_ANSWER_S):
                answer = await self._bus.call(message)
        except (DBusError, EOFError, OSError) as error:  # a time-out is an OSError too
            raise BleakError(f"BlueZ does not answer: {error}") from error
        if answer.message_type is MessageType.ERROR:
            raise BleakError(f"BlueZ refused {member}")
        return answer.body


@contextlib.asynccontextmanager
async def opened(adapter: str | None) -> AsyncGenerator[BlueZ | None]:
    """Give BlueZ's own view of its connections; None where no system bus can be reached."""
    bus = MessageBus(bus_type=BusType.SYSTEM)
    try:
        await bus.connect()
    except (OSError, DBusError):
        yield None
        return
    try:
        yield BlueZ(bus, adapter)
    finally:
        bus.disconnect()
