"""One radio that bumble drives, for all scanners and clients, and the bonds made by it."""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
    BleakGATTProtocolError,
)
from bumble import att, core, hci
from bumble.device import Connection, Device
from bumble.pairing import PairingConfig
from bumble.transport import open_transport

from gateway.backends.bonds import BondFile, Delegate, identity
from gateway.backends.table import Tables
from gateway.pairing import BondLost, Pairing

_Result = TypeVar("_Result")

_ANSWER_S: Final = 5.0
_PARTING_S: Final = 1.0
#: How a device says that it does not know the key: as an error, or by hanging up.
_KEY_MISSING: Final = {
    hci.HCI_ErrorCode.PIN_OR_KEY_MISSING_ERROR,
    hci.HCI_ErrorCode.AUTHENTICATION_FAILURE_ERROR,
    hci.HCI_ErrorCode.CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE_ERROR,
}


class Central:
    """The gateway's adapter: one bumble Device shared by every scanner and client."""

    def __init__(self, device: Device, lost: asyncio.Future[None]) -> None:
        self.device = device
        self.lost = lost  # done once the transport is gone; bumble answers nothing after that
        self.addresses: dict[str, hci.Address] = {}
        self.tables = Tables()
        self.reasons: dict[str, int] = {}  # why the last connection to an address ended
        self._scans = 0
        self._calls: set[asyncio.Future[Any]] = set()
        self._pairings: dict[Connection, Pairing] = {}
        self._initiating = asyncio.Lock()  # HCI allows one pending LE connection
        device.pairing_config_factory = self._pairing_config
        lost.add_done_callback(self._give_up)

    async def call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a bumble call; what goes wrong is raised as bleak's own errors."""
        if self.lost.done():
            work.close()
            raise BleakError("the radio went away")
        task = asyncio.ensure_future(work)
        self._calls.add(task)
        task.add_done_callback(self._ended)
        # Whoever is cancelled here leaves the call to end by itself: a request that is on the
        # air cannot be taken back, and its answer must find someone.
        await asyncio.wait({task})
        if self.lost.done() and task.cancelled():
            raise BleakError("the radio went away")
        return _outcome(task)

    async def close(self) -> None:
        """Give up whatever was left to end by itself."""
        for task in self._calls:
            task.cancel()
        if self._calls:
            await asyncio.wait(self._calls)

    def _give_up(self, _: asyncio.Future[None]) -> None:
        for task in self._calls:
            task.cancel()

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._calls.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone

    async def initiate(self, address: hci.Address, within_s: float) -> Connection:
        """Connect; leave no attempt behind when cancelled or too late.

        The time begins when nobody else is being called: who does not answer costs no other.
        """
        async with self._initiating, asyncio.timeout(within_s):
            if self.lost.done():
                raise BleakError("the radio went away")
            attempt = asyncio.ensure_future(self.device.connect(address, timeout=None))
            try:
                await asyncio.wait({attempt, self.lost}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not attempt.done():
                    await self._abandon(attempt)
        return _outcome(attempt)

    async def _abandon(self, attempt: asyncio.Future[Connection]) -> None:
        # Without the cancel command the controller goes on initiating and refuses the next one.
        if not self.lost.done():
            cancel = hci.HCI_LE_Create_Connection_Cancel_Command()
            await self._briefly(self.device.send_sync_command(cancel))
            await asyncio.wait({attempt}, timeout=_PARTING_S)
        if not attempt.cancel() and not attempt.cancelled() and attempt.exception() is None:
            await self.drop(attempt.result())  # it came through after all

    async def drop(self, connection: Connection) -> None:
        """Disconnect; a link that is already gone is as good."""
        await self._briefly(connection.disconnect())

    # Bonds.

    async def is_bonded(self, address: hci.Address) -> bool:
        keys = self.device.keystore
        return keys is not None and await keys.get(str(address)) is not None

    async def encrypt(self, connection: Connection) -> None:
        """Use a bond; raise BondLost if the other side has it no longer."""
        gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        connection.once(Connection.EVENT_DISCONNECTION, gone.set_result)
        try:
            await self.call(connection.encrypt())
        except BleakError as error:
            if gone.done() and gone.result() in _KEY_MISSING:
                raise BondLost(str(error)) from error
            raise

    async def pair(self, connection: Connection, pairing: Pairing | None) -> None:
        """Make a bond, unless there is one already."""
        if await self.is_bonded(connection.peer_address):
            await self.encrypt(connection)
            return
        self._pairings[connection] = pairing or Pairing("just_works")
        try:
            await self.call(connection.pair())
        finally:
            del self._pairings[connection]

    async def unpair(self, address: hci.Address) -> None:
        if self.device.keystore and await self.is_bonded(address):
            await self.device.keystore.delete(str(address))

    def _pairing_config(self, connection: Connection) -> PairingConfig:
        delegate = Delegate(self._pairings.get(connection))
        return PairingConfig(mitm=delegate.shows_passkey, delegate=delegate)

    # What a stack says of itself.

    async def connected(self) -> set[str]:
        """Return the addresses of all that it holds a connection to."""
        return {_plain(it.peer_address) for it in self.device.connections.values()}

    async def disconnect(self, address: str) -> None:
        """Let go of one."""
        for connection in list(self.device.connections.values()):
            if _plain(connection.peer_address) == address:
                await self.drop(connection)

    def why_lost(self, address: str) -> str:
        """Return how the last connection to an address ended, empty if nobody knows."""
        reason = self.reasons.get(address)
        return "" if reason is None else _in_words(reason)

    # Scanning.

    async def scan(self, *, active: bool) -> None:
        """Listen for adverts as long as one scanner wants them."""
        if not self._scans:
            self.addresses.clear()  # passers-by change theirs all the time
            async with asyncio.timeout(_ANSWER_S):
                await self.call(self.device.start_scanning(active=active))
        self._scans += 1

    async def stop_scan(self) -> None:
        """Take one scanner away."""
        self._scans -= 1
        if not self._scans and not self.lost.done():
            await self._briefly(self.device.stop_scanning())

    async def _briefly(self, work: Coroutine[Any, Any, Any]) -> None:
        """Say something in parting: whoever goes does not wait for a radio that hangs."""
        with contextlib.suppress(BleakError, TimeoutError):
            async with asyncio.timeout(_PARTING_S):
                await self.call(work)


@contextlib.asynccontextmanager
async def open_central(transport: str, bonds: Path) -> AsyncGenerator[Central]:
    """Power an adapter on; raise BleakBluetoothNotAvailableError if there is none."""
    try:
        link = await open_transport(transport)
    except Exception as error:  # each of bumble's transports raises its own, down to Exception
        raise _unavailable(transport, error) from error
    address = identity(bonds)
    device = Device.with_hci("kindstep gateway", address, link.source, link.sink)
    device.keystore = BondFile(address, bonds)
    central = Central(device, link.source.terminated)
    try:
        try:
            async with asyncio.timeout(_ANSWER_S):
                await central.call(device.power_on())
        except (BleakError, TimeoutError) as error:
            raise _unavailable(transport, error) from error
        yield central
    finally:
        await central.close()
        await link.close()


def _unavailable(transport: str, error: Exception) -> BleakBluetoothNotAvailableError:
    reason = str(error) or type(error).__name__
    return BleakBluetoothNotAvailableError(
        f"no radio at {transport}: {reason}", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
    )


def _in_words(reason: int) -> str:
    name = hci.HCI_ErrorCode(reason).name
    return name.removesuffix("_ERROR").replace("_", " ").lower()


def _plain(address: hci.Address) -> str:
    return address.to_string(with_type_qualifier=False)


def _outcome(task: asyncio.Future[_Result]) -> _Result:
    # bumble cancels what it was waiting for when a link drops; nobody cancelled us.
    if task.cancelled() or not task.done():
        raise BleakError("the link was lost")
    error = task.exception()
    if isinstance(error, att.ATT_Error):
        raise BleakGATTProtocolError(error.error_code) from error
    if isinstance(error, core.TimeoutError):
        raise TimeoutError(str(error)) from error
    if isinstance(error, hci.HCI_Error) and error.error_code in _KEY_MISSING:
        raise BondLost(str(error)) from error
    if isinstance(error, core.BaseBumbleError):
        raise BleakError(str(error)) from error
    return task.result()
