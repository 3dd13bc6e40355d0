"""Where the broker is, as ingest and as gateways elsewhere reach it."""

from typing import Final
from urllib.parse import urlsplit

from ingest.settings import IngestSettings
from kindstep import serving
from kindstep.broker import BrokerUnusable
from kindstep.broker_config import Certificate
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
        own = certificate(settings)
        return IngestSettings(
            host=chosen.host,
            port=chosen.port,
            user=chosen.user,
            password_file=folder.password(chosen.user),
            tls=own is not None,
            certificate=own and own.chain,
        )
    host, port, tls = _named(chosen.url)
    return IngestSettings(
        host=host,
        port=port,
        user=chosen.user if chosen.password_file else None,
        password_file=chosen.password_file,
        tls=tls,
    )


def certificate(settings: Settings) -> Certificate | None:
    """Return what the embedded broker proves itself with: the certificate of the pages."""
    if not settings.broker.tls:
        return None
    pages = serving.of(settings)
    if pages.certificate is None or pages.key is None:
        raise BrokerUnusable(
            "[broker] tls takes the certificate of the pages, and they have none: "
            "give [web] lan = true, or certificate and certificate_key"
        )
    return Certificate(pages.certificate, pages.key)


def for_gateways(settings: Settings) -> BrokerDoor:
    """Return how a gateway that has a token reaches it."""
    chosen, site = settings.broker, settings.gateway.site if settings.gateway else None
    if chosen.url is None:
        host = None if chosen.host in _ANYWHERE else chosen.host
        return BrokerDoor(host, chosen.port, chosen.tls, site, is_ours=True)
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
