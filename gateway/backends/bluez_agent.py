"""What BlueZ asks while a device is paired; the agent is there for that time only."""

import asyncio
from typing import Final

from dbus_fast import DBusError
from dbus_fast.annotations import DBusObjectPath, DBusUInt16, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from gateway.pairing import Pairing

# Method names are those of BlueZ's org.bluez.Agent1.
# ruff: noqa: N802

PATH: Final = "/kindstep/agent"
CAPABILITIES: Final = {
    "just_works": "NoInputNoOutput",
    "entry": "KeyboardOnly",
    "display": "DisplayOnly",
}
_REJECTED: Final = "org.bluez.Error.Rejected"


class Agent(ServiceInterface):
    """Answers for one pairing; whatever else asks is declined."""

    def __init__(self, address: str, pairing: Pairing) -> None:
        super().__init__("org.bluez.Agent1")
        self._device = f"/dev_{address.upper().replace(':', '_')}"
        self._pairing = pairing

    @dbus_method()
    def Release(self) -> None:
        """Have nothing to give back."""

    @dbus_method()
    async def RequestPasskey(self, device: DBusObjectPath) -> DBusUInt32:
        """Return what somebody types who reads it from the device."""
        self._check(device)
        return await asyncio.shield(self._pairing.passkey)

    @dbus_method()
    def DisplayPasskey(
        self,
        device: DBusObjectPath,
        passkey: DBusUInt32,
        entered: DBusUInt16,  # noqa: ARG002 - how many digits of it are typed already
    ) -> None:
        """Say what is to be typed into the device; BlueZ chose it."""
        self._check(device)
        self._pairing.show(passkey)

    @dbus_method()
    def RequestAuthorization(self, device: DBusObjectPath) -> None:
        """Agree to pair without a passkey, if that was asked for."""
        self._check(device)
        if self._pairing.method != "just_works":
            raise DBusError(_REJECTED, "it wants no passkey")

    @dbus_method()
    def RequestConfirmation(self, device: DBusObjectPath, passkey: DBusUInt32) -> None:  # noqa: ARG002 - BlueZ's
        """Decline: nobody compares two numbers here."""
        raise DBusError(_REJECTED, "nobody can compare numbers")

    @dbus_method()
    def Cancel(self) -> None:
        """Have nothing to undo: the pairing says itself that it failed."""

    def _check(self, device: str) -> None:
        if not device.endswith(self._device):
            raise DBusError(_REJECTED, "another device is being paired")
