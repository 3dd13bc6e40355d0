"""A Bluetooth controller as a host sees one, where bumble's virtual one is too kind.

It reports RSSI and scan responses, has a limited number of connection slots, can be told to
stop connecting, and gives a host its send buffer back only once the packet arrived.
"""

# bumble's decorators hide the types of the commands they decorate:
# pyright: reportUnknownMemberType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeArgument=false, reportAttributeAccessIssue=false

import asyncio
import struct
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bumble import hci, ll
from bumble.controller import Connection, Controller
from bumble.core import PhysicalTransport

if TYPE_CHECKING:
    from bumble.transport.common import TransportSink

    from firmware_sims.air import Air

_ADV_IND: Final = 0x13  # legacy, connectable and scannable
_SCAN_RSP: Final = 0x1B  # legacy, to an ADV_IND
_ACL_HEAD: Final = struct.Struct("<BHH")  # type, handle with flags, size
_WHOLE_PDU: Final = 2 << 12  # packet boundary: first, automatically flushable
_CONTINUATION: Final = 1
Advert: TypeAlias = ll.AdvInd | ll.AdvExtInd
_Report = hci.HCI_LE_Extended_Advertising_Report_Event.Report


class RadioController(Controller):
    """One radio on the air."""

    le_acl_data_packet_length = 251  # LE data length extension: one packet a notification
    supported_max_tx_octets = 251
    supported_max_rx_octets = 251

    def __init__(
        self,
        name: str,
        host_source: Any = None,  # noqa: ANN401 - bumble names no type for it
        host_sink: "TransportSink | None" = None,
        *,
        link: "Air",
        max_connections: int = 1000,
    ) -> None:
        super().__init__(name, host_source, host_sink, link=link)
        self.air = link
        self.max_connections = max_connections
        self.congested = False  # its host does not read as fast as the air delivers

    @property
    def is_listening(self) -> bool:
        return self.le_scan_enable or self.pending_le_connection is not None

    def advertises(self, address: hci.Address) -> bool:
        sets = self.advertising_sets.values()
        return any(one.enabled and one.address == address for one in sets)

    # What comes over the air.

    def hear(self, advert: Advert, sender: "RadioController", rssi_dbm: int) -> None:
        """Report an advertisement, and connect if the host waits for this one."""
        if self.le_scan_enable:
            self._report(_ADV_IND, advert, advert.data, rssi_dbm)
            if self.le_scan_type:
                self._report(_SCAN_RSP, advert, sender.scan_response(), rssi_dbm)
        wanted = self.pending_le_connection
        if wanted is None or wanted.peer_address != advert.advertiser_address:
            return
        if advert.advertiser_address not in self.le_connections and self._has_room():
            self.create_le_connection(advert.advertiser_address)

    def scan_response(self) -> bytes:
        answers = (bytes(one.scan_response_data) for one in self.advertising_sets.values())
        return next(answers, b"")

    def _report(self, kind: int, advert: Advert, data: bytes, rssi_dbm: int) -> None:
        report = _Report(
            event_type=kind,
            address_type=advert.advertiser_address.address_type,
            address=advert.advertiser_address,
            primary_phy=1,
            secondary_phy=0,
            advertising_sid=0xFF,
            tx_power=127,
            rssi=rssi_dbm,
            periodic_advertising_interval=0,
            direct_address_type=0,
            direct_address=hci.Address.ANY,
            data=data,
        )
        self.send_hci_packet(hci.HCI_LE_Extended_Advertising_Report_Event([report]))

    def receive(self, connection: Connection, pdu: bytes) -> None:
        """Hand a data packet to the host."""
        if self.host:
            head = _ACL_HEAD.pack(
                hci.HCI_ACL_DATA_PACKET, connection.handle | _WHOLE_PDU, len(pdu)
            )
            asyncio.get_running_loop().call_soon(self.host.on_packet, head + pdu)

    def credit(self, connection: Connection, packets: int) -> None:
        """Tell the host that so many of its packets arrived."""
        self.send_hci_packet(
            hci.HCI_Number_Of_Completed_Packets_Event(
                connection_handles=[connection.handle], num_completed_packets=[packets]
            )
        )

    def on_le_connect_ind(self, packet: ll.ConnectInd) -> None:
        stale = self.le_connections.get(packet.initiator_address)
        if stale and self.advertises(packet.advertiser_address):
            # The same radio again: what it had before is dead, whatever the timer says.
            self.on_le_disconnected(stale, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
        super().on_le_connect_ind(packet)

    def on_le_disconnected(self, connection: Connection, reason: int) -> None:
        super().on_le_disconnected(connection, reason)
        self.air.forget(self, connection.peer_address)

    # What the host asks for.

    def on_packet(self, packet: bytes) -> None:
        if packet[0] == hci.HCI_ACL_DATA_PACKET:
            self._send(packet)
        else:
            super().on_packet(packet)

    def _send(self, packet: bytes) -> None:
        handle, size, pdu_size = struct.unpack_from("<HHH", packet, 1)
        connection = self.find_le_connection_by_handle(handle & 0xFFF)
        if connection is None:
            return
        if (handle >> 12) & 3 != _CONTINUATION and size == pdu_size + 4:
            pdu = packet[_ACL_HEAD.size :]
            self.air.send_acl_data(self, connection.peer_address, PhysicalTransport.LE, pdu)
            return
        connection.assembler.feed_packet(hci.HCI_AclDataPacket.from_bytes(packet))
        if connection.assembler.current_data is not None:
            self.credit(connection, 1)  # a fragment: the air carries whole packets only

    def on_hci_reset_command(
        self, command: hci.HCI_Reset_Command
    ) -> hci.HCI_StatusReturnParameters:
        self.air.silence(self)
        self.pending_le_connection = None
        self.le_scan_enable = False
        for one in self.advertising_sets.values():
            one.stop()
        self.advertising_sets.clear()
        return super().on_hci_reset_command(command)

    def on_hci_le_set_extended_scan_parameters_command(
        self, command: hci.HCI_LE_Set_Extended_Scan_Parameters_Command
    ) -> hci.HCI_StatusReturnParameters:
        self.le_scan_type = command.scan_types[0]
        return super().on_hci_le_set_extended_scan_parameters_command(command)

    def on_hci_le_create_connection_command(
        self, command: hci.HCI_LE_Create_Connection_Command
    ) -> None:
        if self._has_room():
            super().on_hci_le_create_connection_command(command)
        else:
            self._refuse_connection(command.op_code)

    def on_hci_le_extended_create_connection_command(
        self, command: hci.HCI_LE_Extended_Create_Connection_Command
    ) -> None:
        if self._has_room():
            super().on_hci_le_extended_create_connection_command(command)
        else:
            self._refuse_connection(command.op_code)

    def _has_room(self) -> bool:
        return len(self.le_connections) < self.max_connections

    def _refuse_connection(self, op_code: int) -> None:
        self._send_hci_command_status(
            hci.HCI_ErrorCode.CONNECTION_LIMIT_EXCEEDED_ERROR, op_code
        )

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        given_up, self.pending_le_connection = self.pending_le_connection, None
        if given_up is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        event = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=given_up.peer_address.address_type,
            peer_address=given_up.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        # The command is answered first, then the connection ends.
        asyncio.get_running_loop().call_soon(self.send_hci_packet, event)
        return super().on_hci_le_create_connection_cancel_command(command)
