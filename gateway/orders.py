"""What can be asked of a device, how each of it is done, and what became of it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from bleak.exc import BleakCharacteristicNotFoundError, BleakError

from gateway import wire
from gateway.gatt import alert_level, current_time
from gateway.gatt.alert_level import Level
from gateway.pairing import Pairing
from gateway.redaction import without_addresses
from gateway.sensors.calendar import local_us
from gateway.session import Session
from gateway.sessions import Sessions

if TYPE_CHECKING:
    from bleak import BleakClient

_Do: TypeAlias = Callable[[Session, wire.Command, int], Awaitable[None]]


def _show_nobody(_: int) -> None:
    """Let it be read in the gateway's status."""


class Orders:
    """Passes orders on to the device they name; each answer says what became of it."""

    def __init__(self, sessions: Sessions, now_us: Callable[[], int]) -> None:
        self._sessions, self._now_us = sessions, now_us

    async def perform(
        self, command: wire.Command, show: Callable[[int], None] = _show_nobody
    ) -> wire.Answer:
        """Do what a command says; `show` is told a passkey that has to be typed into it."""
        session = self._sessions.named(command.device)
        if session is None:
            reason = wire.NOT_CONNECTED
        else:
            reason = await carry_out(session, command, self._now_us(), show)
        return wire.Answer(id=command.id, done=not reason, reason=reason, at_us=self._now_us())


async def carry_out(
    session: Session,
    command: wire.Command,
    now_us: int,
    show: Callable[[int], None] = _show_nobody,
) -> str:
    """Do what a command says; return why it was not done, if it was not."""
    try:
        if command.kind == "pair":
            await _pair(session, command, show)
        else:
            await _ORDERS[command.kind](session, command, now_us)
    except BleakCharacteristicNotFoundError:
        return _CANNOT[command.kind]
    except NotImplementedError:
        return "this system's Bluetooth keeps its bonds to itself"
    except (BleakError, TimeoutError, ValueError) as error:
        return without_addresses(str(error)) or "it did not answer"
    return ""


def _client(session: Session) -> "BleakClient":
    if session.client is None:
        raise BleakError(wire.NOT_CONNECTED)
    return session.client


async def _alert(session: Session, command: wire.Command, _: int) -> None:
    client = _client(session)
    if command.level not in set(Level):
        raise ValueError(f"there is no alert level {command.level}")
    value = alert_level.encode(Level(command.level))
    await client.write_gatt_char(alert_level.UUID, value, response=False)


async def _set_time(session: Session, _: wire.Command, now_us: int) -> None:
    value = current_time.encode(local_us(now_us))
    await _client(session).write_gatt_char(current_time.UUID, value, response=True)


async def _forget_bond(session: Session, _: wire.Command, __: int) -> None:
    await _client(session).unpair()


async def _restart(session: Session, _: wire.Command, __: int) -> None:
    _client(session)
    session.restart()


async def _pause(session: Session, _: wire.Command, __: int) -> None:
    session.pause("someone asked for it")


async def _resume(session: Session, _: wire.Command, __: int) -> None:
    session.resume()


async def _pair(session: Session, command: wire.Command, show: Callable[[int], None]) -> None:
    if command.method == "display" and command.passkey is None:
        raise ValueError("it needs the passkey that will be typed into the device")
    pairing = Pairing(command.method)
    pairing.shown.add_done_callback(lambda shown: show(shown.result()))
    if command.passkey is not None:
        pairing.tell(command.passkey)
    await session.pair(pairing)


async def _passkey(session: Session, command: wire.Command, _: int) -> None:
    if command.passkey is None:
        raise ValueError("there is no passkey in it")
    session.tell_passkey(command.passkey)


_ORDERS: Final[dict[wire.CommandKind, _Do]] = {
    "alert": _alert,
    "set_time": _set_time,
    "forget_bond": _forget_bond,
    "restart": _restart,
    "pause": _pause,
    "resume": _resume,
    "passkey": _passkey,
}
_CANNOT: Final[dict[wire.CommandKind, str]] = {
    "alert": wire.CANNOT_RING,
    "set_time": "it has no clock that can be set",
}
