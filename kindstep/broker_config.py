"""What the embedded broker is told: who may say and hear what, and where it keeps messages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gateway.home_assistant import BIRTH
from gateway.wire import (
    HUB_STATUS,
    LARGEST_BATCH_BYTES,
    check_gateway,
    command_topic,
    status_topic,
    watermark_topic,
)

HUB: Final = "hub"
HOME_ASSISTANT: Final = "homeassistant"
# Quoted: unquoted, the two minutes would be read as two million seconds.
_SYNC_INTERVAL: Final = "2m"
# What was delivered and not acknowledged for so long is delivered again, also to a new hub.
_ACK_WAIT: Final = "5s"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the broker proves itself with, as PEM files."""

    chain: Path
    key: Path


def configuration(
    folder: Path,
    host: str,
    port: int,
    users: Mapping[str, str],
    store_bytes: int,
    certificate: Certificate | None = None,
) -> str:
    """Return the broker's configuration file; passwords, or their bcrypt hashes, by user."""
    return json.dumps(
        {
            "server_name": "kindstep",
            "host": "127.0.0.1",
            "port": -1,  # its own protocol cannot be turned off; nobody is allowed in there
            "max_payload": 2 * LARGEST_BATCH_BYTES,
            "log_file": str(folder / "broker.log"),
            "logfile_size_limit": 4 * 1024 * 1024,
            "logfile_max_num": 3,
            "jetstream": {
                "store_dir": str(folder / "messages"),
                "max_mem": 16 * 1024 * 1024,
                "max_file": store_bytes,
                "sync_interval": _SYNC_INTERVAL,
            },
            "authorization": {"users": [_user(name, users[name]) for name in sorted(users)]},
            "mqtt": {
                "host": host,
                "port": port,
                "ack_wait": _ACK_WAIT,
                "max_ack_pending": 4096,
                **_tls(certificate),
            },
        },
        indent=1,
    )


def _tls(certificate: Certificate | None) -> dict[str, dict[str, str]]:
    if certificate is None:
        return {}
    chain, key = certificate.chain.absolute(), certificate.key.absolute()
    return {"tls": {"cert_file": str(chain), "key_file": str(key)}}


def _user(name: str, password: str) -> dict[str, Any]:
    user = {"user": name, "password": password, "allowed_connection_types": ["MQTT"]}
    if name == HUB:
        return user
    theirs = _of_home_assistant() if name == HOME_ASSISTANT else _permissions(gateway_of(name))
    return user | {"permissions": theirs}


def gateway_of(user: str) -> str:
    """Return under whose prefix a user speaks: each token of a gateway is a user of its own."""
    return user.partition("~")[0]


def _of_home_assistant() -> dict[str, list[str]]:
    """Return what Home Assistant may say and hear: how it is, and last values."""
    return {
        "publish": [_subject(BIRTH)],
        "subscribe": [f"{HOME_ASSISTANT}.>", "kindstep.v1.*.*.last.*"],
    }


def _permissions(gateway: str) -> dict[str, list[str]]:
    """Return what a gateway may say and hear: its own, and how the others are."""
    check_gateway(gateway)
    own = _subject(status_topic(gateway)).removesuffix("status")
    heard = (watermark_topic(gateway), command_topic(gateway), HUB_STATUS, BIRTH)
    said = [f"{own}>", f"{HOME_ASSISTANT}.*.{gateway}.*.config"]
    return {"publish": said, "subscribe": [_subject(topic) for topic in heard]}


def _subject(topic: str) -> str:
    return topic.replace("/", ".")
