"""One connection on the air: in order, lossless, and over after too long a silence."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from bumble import hci, ll
from bumble.controller import Connection

if TYPE_CHECKING:
    from firmware_sims.air import Air
    from firmware_sims.controller import RadioController

_TICK_S: Final = 0.01  # the unit of a supervision time-out
_SHORTEST_S: Final = 0.1  # ... and its smallest legal value


class Lane:
    """What is on its way to one end of a link."""

    def __init__(
        self, link: "Link", source: "RadioController", target: "RadioController"
    ) -> None:
        self._link, self._source, self._target = link, source, target
        self._waiting: deque[tuple[float, bytes | ll.ControlPdu]] = deque()
        self._wake: asyncio.Handle | None = None

    def put(self, pdu: bytes | ll.ControlPdu, latency_s: float) -> None:
        self._waiting.append((asyncio.get_running_loop().time() + latency_s, pdu))
        self.move()

    def move(self) -> None:
        """Deliver soon what may be delivered; asking twice does no harm."""
        if self._wake is None and self._waiting and self._may_deliver():
            self._wake = asyncio.get_running_loop().call_at(self._waiting[0][0], self._deliver)

    def _may_deliver(self) -> bool:
        return self._link.is_open and not self._target.congested

    def _deliver(self) -> None:
        self._wake = None
        now, arrived = asyncio.get_running_loop().time(), 0
        while self._waiting and self._waiting[0][0] <= now and self._may_deliver():
            pdu = self._waiting.popleft()[1]
            self._hand(pdu)
            arrived += isinstance(pdu, bytes)
        connection = self._link.connection(self._source)
        if arrived and connection is not None:
            self._source.credit(connection, arrived)
        self.move()

    def _hand(self, pdu: bytes | ll.ControlPdu) -> None:
        connection = self._link.connection(self._target)
        if connection is None:
            return
        if isinstance(pdu, bytes):
            self._target.receive(connection, pdu)
        else:
            self._target.on_ll_control_pdu(connection.peer_address, pdu)


class Link:
    """What joins a central and a peripheral."""

    def __init__(
        self,
        air: "Air",
        central: "RadioController",
        peripheral: "RadioController",
        indication: ll.ConnectInd,
    ) -> None:
        self._air = air
        self.central, self.peripheral = central, peripheral
        self.indication = indication
        self.is_open = True
        self._supervision_s = max(indication.timeout * _TICK_S, _SHORTEST_S)
        self._silence: asyncio.TimerHandle | None = None
        self._lanes = {
            central: Lane(self, central, peripheral),
            peripheral: Lane(self, peripheral, central),
        }

    def peer_address(self, end: "RadioController") -> hci.Address:
        """Return under which address this end knows the other."""
        if end is self.central:
            return self.indication.advertiser_address
        return self.indication.initiator_address

    def connection(self, end: "RadioController") -> Connection | None:
        """Return the connection that an end still holds, or None."""
        if self._air.links.get((end, self.peer_address(end))) is self:
            return end.le_connections.get(self.peer_address(end))
        return None

    def establish(self) -> None:
        """Let the peripheral hear that it is connected, unless it has just gone silent."""
        known, initiator = self.peripheral.le_connections, self.indication.initiator_address
        before = known.get(initiator)
        if self._air.reach(self.central, self.peripheral):
            self.peripheral.on_ll_advertising_pdu(self.indication)
        if initiator in known and known[initiator] is not before:
            self._air.links[self.peripheral, initiator] = self
        else:
            self.end(hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)

    def put(self, sender: "RadioController", pdu: bytes | ll.ControlPdu) -> None:
        self._lanes[sender].put(pdu, self._air.latency_s(self.central, self.peripheral))

    def move(self) -> None:
        for lane in self._lanes.values():
            lane.move()

    def refresh(self) -> None:
        """Follow the ends as they come within reach of each other, or leave."""
        self.is_open = self._air.reach(self.central, self.peripheral)
        if not self.is_open:
            self.fall_silent()
            return
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        self.move()

    def fall_silent(self) -> None:
        """Carry nothing any more; whoever still listens learns of it by the time-out."""
        self.is_open = False
        if self._silence is None:
            loop = asyncio.get_running_loop()
            self._silence = loop.call_later(
                self._supervision_s, self.end, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
            )

    def end(self, reason: int) -> None:
        for end in (self.central, self.peripheral):
            connection = self.connection(end)
            if connection is not None:
                end.on_le_disconnected(connection, reason)
