"""Where the broker is, as ingest and as gateways elsewhere reach it."""

from typing import Final
from urllib.parse import urlsplit

from ingest.settings import IngestSettings
from kindstep.folder import Folder
from kindstep.settings import Settings
from web.site import BrokerDoor

_MQTTS_PORT: Final = 8883
_MQTT_PORT: Final = 1883
_ANYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


def for_ingest(settings: Settings, folder: Folder) -> IngestSettings:
    """Return how ingest reaches it."""
    chosen = settings.broker
    if chosen.url is None:
        password = folder.password(chosen.user)
        return IngestSettings(
            host=chosen.host, port=chosen.port, user=chosen.user, password_file=password
        )
    host, port, tls = _named(chosen.url)
    return IngestSettings(
        host=host,
        port=port,
        user=chosen.user if chosen.password_file else None,
        password_file=chosen.password_file,
        tls=tls,
    )


def for_gateways(settings: Settings) -> BrokerDoor:
    """Return how a gateway that has a token reaches it."""
    chosen, site = settings.broker, settings.gateway.site if settings.gateway else None
    if chosen.url is None:
        host = None if chosen.host in _ANYWHERE else chosen.host
        return BrokerDoor(host, chosen.port, tls=False, site=site, is_ours=True)
    host, port, tls = _named(chosen.url)
    return BrokerDoor(host, port, tls, site, is_ours=chosen.users_folder is not None)


def _named(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url)
    tls = parts.scheme == "mqtts"
    return (
        parts.hostname or "127.0.0.1",
        parts.port or (_MQTTS_PORT if tls else _MQTT_PORT),
        tls,
    )
