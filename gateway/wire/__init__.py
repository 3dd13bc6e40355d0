"""The MQTT contract: what gateway and hub say to each other, and where.

The one gateway module that other stages may import. Within a version a field may be added
with a default; none may be renamed, retyped or removed.
"""

from gateway.wire.batch import Batch, DeviceCount, Lost, Quality
from gateway.wire.codec import Message, decode, decode_batch, encode
from gateway.wire.command import (
    CANNOT_RING,
    NOT_CONNECTED,
    Answer,
    Command,
    CommandKind,
    PairingMethod,
    Passkey,
)
from gateway.wire.contract import (
    LARGEST_BATCH_BYTES,
    VERSION,
    WINDOW_BATCHES,
    BrokenContract,
    Count,
)
from gateway.wire.status import (
    GatewayStatus,
    HubStatus,
    RadioState,
    Seen,
    SetAside,
    SpooledFrom,
)
from gateway.wire.topics import (
    ANSWERS,
    BATCHES,
    HUB_STATUS,
    STATUSES,
    answer_topic,
    batch_topic,
    check_device,
    check_gateway,
    command_topic,
    last_value_topic,
    sender,
    status_topic,
    watermark_topic,
)
from gateway.wire.watermark import Mark, Watermarks

__all__ = [
    "ANSWERS", "BATCHES", "CANNOT_RING", "HUB_STATUS", "LARGEST_BATCH_BYTES",
    "NOT_CONNECTED", "STATUSES", "VERSION", "WINDOW_BATCHES", "Answer", "Batch",
    "BrokenContract", "Command", "CommandKind", "Count", "DeviceCount", "GatewayStatus",
    "HubStatus", "Lost", "Mark", "Message", "PairingMethod", "Passkey", "Quality",
    "RadioState", "Seen", "SetAside", "SpooledFrom", "Watermarks", "answer_topic",
    "batch_topic", "check_device", "check_gateway", "command_topic", "decode",
    "decode_batch", "encode", "last_value_topic", "sender", "status_topic",
    "watermark_topic",
]  # fmt: skip
