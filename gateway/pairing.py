"""Pairing with one device, as an operator asked for it: without that nothing is ever paired.

With `entry` the device shows a passkey that somebody types here, with `display` one is typed
into the device: that which came with the order, or one that the system's stack chose.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.exc import BleakGATTProtocolErrorCode as Code

from gateway.wire import PairingMethod

_WANTS_PAIRING: Final = {
    Code.INSUFFICIENT_AUTHENTICATION,
    Code.INSUFFICIENT_AUTHORIZATION,
    Code.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
    Code.INSUFFICIENT_ENCRYPTION,
}


class BondLost(BleakError):
    """The device no longer knows the key that was agreed on when it was paired."""


@dataclass(eq=False, slots=True)
class Pairing:
    """One attempt, and its outcome: a BleakError that says why there is no bond, or nothing."""

    method: PairingMethod
    passkey: asyncio.Future[int] = field(init=False)
    outcome: asyncio.Future[None] = field(init=False)
    shown: asyncio.Future[int] = field(init=False)  # what is to be typed into the device

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.passkey, self.outcome = loop.create_future(), loop.create_future()
        self.shown = loop.create_future()

    def tell(self, passkey: int) -> None:
        """Give the passkey, once."""
        if not self.passkey.done():
            self.passkey.set_result(passkey)

    def show(self, passkey: int) -> None:
        """Say what is to be typed into the device."""
        if not self.shown.done():
            self.shown.set_result(passkey)

    def show_chosen(self) -> None:
        """Say so of the passkey that came with the order."""
        if self.method == "display" and self.passkey.done():
            self.show(self.passkey.result())

    @property
    def asks(self) -> str:
        """What somebody has to do, if there is anything."""
        return f"type {self.shown.result():06d} into it" if self.shown.done() else ""

    def succeeded(self) -> None:
        if not self.outcome.done():
            self.outcome.set_result(None)

    def failed(self, why: str) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(BleakError(why))


def wants_pairing(error: BleakError) -> bool:
    """Tell whether a device refused something because it is not paired."""
    return isinstance(error, BleakGATTProtocolError) and error.code in _WANTS_PAIRING
