"""The air between radios, with the faults that 2.4 GHz has.

Range, RSSI, lost advertisements, latency, tampered packets, supervision time-outs, and no
packet faster than its receiver reads: who waits for its buffers neither loses nor piles up.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Device
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from firmware_sims.controller import RadioController
from firmware_sims.link import Link

__all__ = ["Air", "RadioController", "RadioDevice", "RadioPath", "make_device"]


@dataclass(slots=True)
class RadioPath:
    """How one radio is heard by the others."""

    rssi_dbm: int = -55
    latency_s: float = 0.0  # one way; stands for the connection interval
    advert_loss: float = 0.0  # share of advertisements; data is sent again by the link layer
    in_range: bool = True
    away_from: set[str] = field(default_factory=set[str])  # radios, by name, beyond its reach
    tamper: Callable[[bytes], bytes | None] | None = None  # what it sends; None swallows it


class HasRadio(Protocol):
    """A device, or a simulated wearable."""

    @property
    def radio(self) -> RadioController: ...


class Air(LocalLink):
    """Everything that can hear each other."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.links: dict[tuple[RadioController, hci.Address], Link] = {}  # by one end, its peer
        self._paths: dict[RadioController, RadioPath] = {}
        self._random = random.Random(seed)

    # What a test does to the air.

    def path(self, radio: RadioController | HasRadio) -> RadioPath:
        """Return how a radio is heard; change it as you like, range by `set_in_range`."""
        return self._paths.setdefault(_radio(radio), RadioPath())

    def set_in_range(
        self, radio: RadioController | HasRadio, yes: bool, *, of: str | None = None
    ) -> None:
        """Move a radio into or out of everyone's range, or that of the radio named `of`."""
        path = self.path(radio)
        if of is None:
            path.in_range = yes
        elif yes:
            path.away_from.discard(of)
        else:
            path.away_from.add(of)
        for link in self._links_of(_radio(radio)):
            link.refresh()

    def silence(self, radio: RadioController) -> None:
        """End a radio's connections as a power cut does: the others find out by themselves."""
        for link in self._links_of(radio):
            connection = link.connection(radio)
            if connection is not None:
                radio.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            link.fall_silent()

    # What links ask.

    def reach(self, one: RadioController, other: RadioController) -> bool:
        here, there = self.path(one), self.path(other)
        near = other.name not in here.away_from and one.name not in there.away_from
        return near and here.in_range and there.in_range

    def latency_s(self, one: RadioController, other: RadioController) -> float:
        return max(self.path(one).latency_s, self.path(other).latency_s)

    def forget(self, radio: RadioController, peer: hci.Address) -> None:
        self.links.pop((radio, peer), None)

    def resume(self, radio: RadioController) -> None:
        """Deliver to a radio whose host reads again."""
        for link in self._links_of(radio):
            link.move()

    def _links_of(self, radio: RadioController) -> list[Link]:
        every = set(self.links.values())
        return [link for link in every if radio in {link.central, link.peripheral}]

    # What controllers ask; the names are bumble's.

    def remove_controller(self, controller: Controller) -> None:
        radio = cast("RadioController", controller)
        self.silence(radio)
        self._paths.pop(radio, None)
        self.controllers.discard(radio)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,  # noqa: ARG002 - there is no other here
        data: bytes,
    ) -> None:
        sender = cast("RadioController", sender_controller)
        link = self.links.get((sender, destination_address))
        if link is None:
            return
        tamper = self.path(sender).tamper
        sent = data if tamper is None else tamper(data)
        if sent is not None:
            link.put(sender, sent)
            return
        connection = link.connection(sender)
        if connection is not None:
            sender.credit(connection, 1)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        for (radio, peer), link in self.links.items():
            other = link.peripheral if radio is link.central else link.central
            if peer == receiver_address and link.peer_address(other) == sender_address:
                link.put(radio, packet)
                return

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        sender = cast("RadioController", sender_controller)
        if isinstance(packet, ll.ConnectInd):
            self._connect(sender, packet)
        elif isinstance(packet, ll.AdvInd | ll.AdvExtInd):
            self._broadcast(sender, packet)

    def _connect(self, central: RadioController, packet: ll.ConnectInd) -> None:
        for radio in self._radios():
            if radio is not central and radio.advertises(packet.advertiser_address):
                link = Link(self, central, radio, packet)
                self.links[central, packet.advertiser_address] = link
                asyncio.get_running_loop().call_soon(link.establish)
                return

    def _broadcast(self, sender: RadioController, advert: ll.AdvInd | ll.AdvExtInd) -> None:
        path, loop = self.path(sender), asyncio.get_running_loop()
        for radio in self._radios():
            if radio is sender or not radio.is_listening or not self.reach(sender, radio):
                continue
            if not path.advert_loss or self._random.random() >= path.advert_loss:
                loop.call_soon(radio.hear, advert, sender, path.rssi_dbm)

    def _radios(self) -> Iterator[RadioController]:
        return (cast("RadioController", controller) for controller in self.controllers)


class RadioDevice(Device):
    """A bumble host that knows the radio below it."""

    def __init__(self, name: str, address: str, radio: RadioController) -> None:
        # Without a public address the static random one is the identity.
        super().__init__(
            name=name, address=hci.Address(address), host=Host(radio, AsyncPipeSink(radio))
        )
        self.radio = radio


def make_device(
    air: Air, address: str, name: str, *, max_connections: int = 1000
) -> RadioDevice:
    """Put a host with a radio of its own on the air; `power_on` it before use."""
    radio = RadioController(name, link=air, max_connections=max_connections)
    return RadioDevice(name, address, radio)


def _radio(radio: RadioController | HasRadio) -> RadioController:
    return radio if isinstance(radio, RadioController) else radio.radio
