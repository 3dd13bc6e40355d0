"""The bonds of a gateway, in a file of its own; they hold for every radio that bumble drives.

They belong to the address that the devices know us by, so it is kept with them.
"""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import json
import os
from pathlib import Path
from typing import Any, Final

from bleak.exc import BleakError
from bumble import hci
from bumble.keys import JsonKeyStore
from bumble.pairing import PairingDelegate

from gateway.pairing import Pairing

_CAN: Final = {
    "just_works": PairingDelegate.IoCapability.NO_OUTPUT_NO_INPUT,
    "entry": PairingDelegate.IoCapability.KEYBOARD_INPUT_ONLY,
    "display": PairingDelegate.IoCapability.DISPLAY_OUTPUT_ONLY,
}


def identity(bonds: Path) -> hci.Address:
    """Return the address that bonds were made under; without any, a new one."""
    try:
        known = json.loads(bonds.read_text(encoding="utf-8"))
        return hci.Address(next(iter(known)))
    except (FileNotFoundError, StopIteration):
        return hci.Address.generate_static_address()
    except (OSError, ValueError, TypeError) as error:
        raise BleakError(f"{bonds}: no bonds can be read: {error}") from error


class BondFile(JsonKeyStore):
    """Keys on disk, which nobody else may read, and which a power cut leaves whole."""

    def __init__(self, address: hci.Address, path: Path) -> None:
        super().__init__(str(address), str(path))

    async def save(self, db: dict[str, dict[str, dict[str, Any]]]) -> None:
        self.directory_name.mkdir(parents=True, exist_ok=True)
        new = self.filename.with_name(f"{self.filename.name}.new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        with new.open("w", encoding="utf-8") as file:
            json.dump(db, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.filename)


class Delegate(PairingDelegate):
    """What a pairing that an operator asked for answers; any other is declined."""

    def __init__(self, pairing: Pairing | None) -> None:
        super().__init__(_CAN[pairing.method if pairing else "just_works"])
        self._pairing = pairing

    @property
    def shows_passkey(self) -> bool:
        return self._pairing is not None and self._pairing.method != "just_works"

    async def accept(self) -> bool:
        return self._pairing is not None

    async def get_number(self) -> int | None:
        return await self._pairing.passkey if self._pairing else None

    async def generate_passkey(self) -> int:
        return await self._pairing.passkey if self._pairing else 0

    async def display_number(self, number: int, digits: int) -> None:
        """Show nothing: whoever asked for this pairing chose the number."""
