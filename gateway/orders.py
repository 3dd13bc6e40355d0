"""What can be asked of a device that is connected, and how each of it is done."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from bleak import BleakClient
from bleak.exc import BleakCharacteristicNotFoundError, BleakError

from gateway import wire
from gateway.gatt import alert_level, current_time
from gateway.gatt.alert_level import Level
from gateway.redaction import without_addresses

_Do: TypeAlias = Callable[[BleakClient, wire.Command, int], Awaitable[None]]


async def carry_out(client: BleakClient, command: wire.Command, now_us: int) -> str:
    """Do what a command says; return why it was not done, if it was not."""
    try:
        await _ORDERS[command.kind](client, command, now_us)
    except BleakCharacteristicNotFoundError:
        return _CANNOT[command.kind]
    except NotImplementedError:
        return "this system's Bluetooth keeps its bonds to itself"
    except (BleakError, TimeoutError, ValueError) as error:
        return without_addresses(str(error)) or "it did not answer"
    return ""


async def _alert(client: BleakClient, command: wire.Command, _: int) -> None:
    if command.level not in set(Level):
        raise ValueError(f"there is no alert level {command.level}")
    value = alert_level.encode(Level(command.level))
    await client.write_gatt_char(alert_level.UUID, value, response=False)


async def _set_time(client: BleakClient, _: wire.Command, now_us: int) -> None:
    await client.write_gatt_char(current_time.UUID, current_time.encode(now_us), response=True)


async def _forget_bond(client: BleakClient, _: wire.Command, __: int) -> None:
    await client.unpair()


async def _restart(client: BleakClient, _: wire.Command, __: int) -> None:
    await client.disconnect()  # its session begins another one


_ORDERS: Final[dict[wire.CommandKind, _Do]] = {
    "alert": _alert,
    "set_time": _set_time,
    "forget_bond": _forget_bond,
    "restart": _restart,
}
_CANNOT: Final[dict[wire.CommandKind, str]] = {
    "alert": "it cannot ring",
    "set_time": "it has no clock that can be set",
}
