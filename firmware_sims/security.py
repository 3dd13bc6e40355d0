"""How a wearable wants to be paired, and the bonds that it keeps."""

# bumble does not say what its characteristics hold.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, cast

from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service
from bumble.pairing import PairingConfig, PairingDelegate

Wish: TypeAlias = Literal["nothing", "just_works", "shows_passkey", "asks_for_passkey"]

_CAN: Final = {
    "just_works": PairingDelegate.IoCapability.NO_OUTPUT_NO_INPUT,
    "shows_passkey": PairingDelegate.IoCapability.DISPLAY_OUTPUT_ONLY,
    "asks_for_passkey": PairingDelegate.IoCapability.KEYBOARD_INPUT_ONLY,
}
_Permission: TypeAlias = Characteristic.Permissions


class Security(PairingDelegate):
    """What a wearable answers whoever wants to pair with it."""

    def __init__(self, wish: Wish, passkey: int = 123_456) -> None:
        super().__init__(_CAN.get(wish, _CAN["just_works"]))
        self.wish: Wish = wish
        self.passkey = passkey  # shown, or typed in by its wearer
        self.refuses = False
        self.attempts = 0

    def guard(self, device: Device, services: Sequence[Service]) -> None:
        """Let nobody read anything who is not paired as it should be."""
        device.pairing_config_factory = self._config
        if self.wish == "nothing":
            return
        for service in services:
            for value in cast("list[Characteristic[bytes]]", service.characteristics):
                value.permissions |= self._wanted()

    async def forget(self, device: Device) -> None:
        """Lose all bonds, as by a factory reset."""
        if device.keystore is not None:
            await device.keystore.delete_all()

    def _wanted(self) -> _Permission:
        if self.wish == "just_works":
            return Characteristic.Permissions.READ_REQUIRES_ENCRYPTION
        return Characteristic.Permissions.READ_REQUIRES_AUTHENTICATION

    def _config(self, _: Connection) -> PairingConfig:
        return PairingConfig(mitm="passkey" in self.wish, delegate=self)

    async def accept(self) -> bool:
        self.attempts += 1
        return not self.refuses

    async def get_number(self) -> int:
        return self.passkey

    async def generate_passkey(self) -> int:
        return self.passkey

    async def display_number(self, number: int, digits: int) -> None:
        """Show it to whoever looks."""
