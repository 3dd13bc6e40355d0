"""Where each message goes, and which names a broker carries."""

import re
from functools import lru_cache
from typing import Final

from gateway.wire.contract import VERSION, BrokenContract

_PREFIX: Final = f"kindstep/v{VERSION}"
_GATEWAY_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEVICE_NAME: Final = re.compile(r"[A-Za-z0-9_:-]{1,64}")
_KNOWN_TOPICS: Final = 1024

BATCHES: Final = f"{_PREFIX}/+/+/batch"
STATUSES: Final = f"{_PREFIX}/+/status"
ANSWERS: Final = f"{_PREFIX}/+/answer"
HUB_STATUS: Final = f"{_PREFIX}/hub/status"


def check_gateway(gateway: str) -> str:
    """Return the name; raise BrokenContract for one that no broker carries."""
    if not _GATEWAY_NAME.fullmatch(gateway) or gateway == "hub":
        raise BrokenContract(f"gateway name {gateway!r}")
    return gateway


def check_device(device: str) -> str:
    """Return the name; raise BrokenContract for one that no broker carries."""
    if not _DEVICE_NAME.fullmatch(device):
        raise BrokenContract(f"device name {device!r}")
    return device


@lru_cache(_KNOWN_TOPICS)
def batch_topic(gateway: str, device: str) -> str:
    """Return where a device's batches go."""
    return f"{_PREFIX}/{check_gateway(gateway)}/{check_device(device)}/batch"


def status_topic(gateway: str) -> str:
    """Return where a gateway says how it is."""
    return f"{_PREFIX}/{check_gateway(gateway)}/status"


def watermark_topic(gateway: str) -> str:
    """Return where the hub tells a gateway what is stored."""
    return f"{_PREFIX}/{check_gateway(gateway)}/watermark"


def command_topic(gateway: str) -> str:
    """Return where the hub asks a gateway for something."""
    return f"{_PREFIX}/{check_gateway(gateway)}/command"


def answer_topic(gateway: str) -> str:
    """Return where a gateway says what became of a command."""
    return f"{_PREFIX}/{check_gateway(gateway)}/answer"


def last_value_topic(gateway: str, device: str, stream: str) -> str:
    """Return where a gateway says, as JSON, what a stream's newest value is."""
    return f"{_PREFIX}/{check_gateway(gateway)}/{check_device(device)}/last/{stream}"


def sender(topic: str) -> str:
    """Return which gateway a topic belongs to."""
    parts = topic.split("/")
    if len(parts) < 4 or "/".join(parts[:2]) != _PREFIX:
        raise BrokenContract(f"topic {topic!r}")
    return check_gateway(parts[2])
