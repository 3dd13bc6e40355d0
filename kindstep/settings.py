"""kindstep.toml: one table a part, checked once at start and handed down."""

import importlib.util
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec

from gateway import tokens, wire
from gateway.settings import GatewaySettings, ListedAdvert, Port
from kindstep import toml_file
from kindstep.broker_config import HOME_ASSISTANT

DEFAULT_PATH: Final = Path("kindstep.toml")
_HTTP: Final = ("http", "https")


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The embedded broker, or one that runs elsewhere."""

    url: str | None = None  # mqtt://host:port; none: the embedded broker
    user: str = "hub"
    password_file: Path | None = None  # secrets are files, never settings
    host: str = "127.0.0.1"
    port: Port = 1883
    tls: bool = False  # at the embedded broker, by the certificate of the pages
    gateways: tuple[str, ...] = ("home",)  # each gets a password file in the data folder
    home_assistant: bool = False  # gets one too, and may read last values
    users_folder: Path | None = None  # where mosquitto finds who may come in, kept by the hub
    reload: tuple[str, ...] = ()  # the command by which it reads that anew

    def __post_init__(self) -> None:
        for name in self.gateways:
            wire.check_gateway(name)
            if name == HOME_ASSISTANT:
                raise ValueError(f"gateways: {name!r} is somebody else's name")
        if self.url is not None and not _is_mqtt(self.url):
            raise ValueError(f"url {self.url!r} is not mqtt://host:port or mqtts://host:port")
        if self.tls and self.url is not None:
            raise ValueError("tls is of the embedded broker: another's url begins with mqtts:")
        if (self.users_folder is None) != (not self.reload):
            raise ValueError("users_folder and reload come together")


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation's own accounts, by OpenID Connect."""

    issuer: str
    client: str
    secret_file: Path
    name: str = "your organisation"

    def __post_init__(self) -> None:
        if urlsplit(self.issuer).scheme not in _HTTP:
            raise ValueError(f"issuer {self.issuer!r} is not https://host/path")


class WebSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the pages are served."""

    host: str = "127.0.0.1"
    port: Port = 8800
    lan: bool = False  # reached from the whole network, by HTTPS
    names: tuple[str, ...] = ()  # by which browsers reach it; the first stands in links
    own_devices: bool = False  # participants put on what nobody wears by themselves
    certificate: Path | None = None  # none in a network: one of an authority of our own
    certificate_key: Path | None = None
    provider: ProviderSettings | None = None  # none: nobody signs in by one

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key come together")


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What programs of others may ask of the hub."""

    webhook_hosts: tuple[str, ...] = ()  # that may be told of news: host, or host:port
    webhook_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 3  # until it is given up


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A PostgreSQL database that keeps the study's tables."""

    url: str  # postgresql://user@host:port/database
    password_file: Path | None = None

    def __post_init__(self) -> None:
        if not _is_postgresql(self.url):
            raise ValueError("url is not postgresql://user@host:port/database without password")


class ArchiveSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where sealed hours lie, and for how long samples of a stream are kept in them."""

    url: str | None = None  # s3://bucket/folder; none: a folder in the data folder
    endpoint: str | None = None  # https://host:port of what speaks S3; none: Amazon's
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key_file: Path | None = None
    # A week at least: a day is scored again for as long as a gateway may be away.
    keep_days: dict[str, Annotated[int, msgspec.Meta(ge=7)]] = {}
    keep_until_exported: bool = True  # longer, until someone took them

    def __post_init__(self) -> None:
        if self.url is not None and not _is_s3(self.url):
            raise ValueError(f"url {self.url!r} is not s3://bucket/folder")
        if self.endpoint is not None and urlsplit(self.endpoint).scheme not in _HTTP:
            raise ValueError(f"endpoint {self.endpoint!r} is not https://host:port")
        if (self.access_key is None) != (self.secret_key_file is None):
            raise ValueError("access_key and secret_key_file belong together")


class BackupSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Copies of the data folder that the hub takes by itself."""

    folder: Path
    every_h: Annotated[float, msgspec.Meta(gt=0)] = 24.0
    keep: Annotated[int, msgspec.Meta(ge=1)] = 7  # the newest that were proved


class InfluxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time-series database that gets epochs and scores as well."""

    url: str
    org: str = "kindstep"
    bucket: str = "kindstep"
    token_file: Path | None = None
    outbox_bytes: Annotated[int, msgspec.Meta(ge=1 << 20)] = 1 << 30  # what waits for it


class ReachSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How participants are told that a message waits."""

    contact: str | None = None  # an e-mail address for push services; none: no web push
    mail_file: Path | None = None  # holds the mail server as an Apprise URL; none: no e-mail
    receipt_min: Annotated[int, msgspec.Meta(ge=1)] = 10  # without a receipt: lost


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may choose."""

    data: Path = Path("kindstep-data")
    study: Path | None = None  # none: the study that comes with kindstep
    broker: BrokerSettings = BrokerSettings()
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    store: StoreSettings | None = None  # none: a file in the data folder
    influx: InfluxSettings | None = None
    reach: ReachSettings = ReachSettings()
    archive: ArchiveSettings = ArchiveSettings()
    backup: BackupSettings | None = None  # none: nobody but the operator takes any
    gateway: GatewaySettings | None = None


def load(path: Path | None) -> Settings:
    """Read the settings file, or the defaults when none is named and none is there."""
    if path is None and not DEFAULT_PATH.exists():
        return Settings()
    path = path or DEFAULT_PATH
    chosen = toml_file.read(path, Settings)
    _check_file(path, "study", chosen.study)
    _check_file(path, "broker.password_file", chosen.broker.password_file)
    _check_file(path, "broker.users_folder", chosen.broker.users_folder)
    _check_file(path, "web.certificate", chosen.web.certificate)
    _check_file(path, "web.certificate_key", chosen.web.certificate_key)
    provider = chosen.web.provider
    _check_file(path, "web.provider.secret_file", provider and provider.secret_file)
    _check_file(path, "store.password_file", chosen.store and chosen.store.password_file)
    _check_file(path, "archive.secret_key_file", chosen.archive.secret_key_file)
    _check_file(path, "influx.token_file", chosen.influx and chosen.influx.token_file)
    _check_file(path, "reach.mail_file", chosen.reach.mail_file)
    return chosen


def in_the_network(chosen: Settings) -> Settings:
    """Return the same, with the pages reached from the whole network."""
    return msgspec.structs.replace(chosen, web=msgspec.structs.replace(chosen.web, lan=True))


def load_gateway(path: Path | None) -> GatewaySettings:
    """Read the settings of a gateway, which has no defaults, and make room for its spool."""
    chosen = load(path).gateway
    path = path or DEFAULT_PATH
    if chosen is None:
        raise toml_file.BadSettings(f"{path}: no [gateway] table")
    broker = chosen.broker
    _check(path, "gateway.broker.password_file", broker.password_file, Path.read_text)
    _check(path, "gateway.broker.token_file", broker.token_file, tokens.read)
    _check(path, "gateway.broker.ca_file", broker.ca_file, _authority)
    _check(path, "gateway.hub_ca_file", chosen.hub_ca_file, _authority)
    for at, listed in enumerate(chosen.adverts):
        _check_key(path, f"gateway.adverts.{at}.key_file", listed)
    if chosen.sensors is not None and not chosen.sensors.is_dir():
        raise toml_file.blame(path, "gateway.sensors", f"no folder {chosen.sensors}")
    make_folder(path, "gateway.spool", chosen.spool.parent)
    return chosen


def _check_key(path: Path, key: str, listed: ListedAdvert) -> None:
    if listed.key_file is not None and importlib.util.find_spec("cryptography") is None:
        raise toml_file.blame(path, key, "it needs: pip install 'kindstep[adverts]'")
    _check(path, key, listed.key_file, lambda _: listed.key())


def make_folder(path: Path | None, key: str, folder: Path) -> None:
    """Make the folder that a key names; raise BadSettings if that cannot be done."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise toml_file.blame(path or DEFAULT_PATH, key, str(error)) from error


def _check_file(path: Path, key: str, file: Path | None) -> None:
    if file is not None and not os.access(file, os.R_OK):
        raise toml_file.blame(path, key, f"cannot read {file}")


def _check(path: Path, key: str, file: Path | None, read: Callable[[Path], object]) -> None:
    """Read what a key names as it will be read; raise BadSettings if that cannot be."""
    try:
        if file is not None:
            read(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise toml_file.blame(path, key, f"cannot read {file}: {reason}") from error


def _authority(file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file)


def _is_mqtt(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"mqtt", "mqtts"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_s3(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "s3" and bool(parts.netloc) and len(parts.path) > 1


def _is_postgresql(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname and parts.username) and parts.port != 0
    except ValueError:
        return False
    return known and parts.scheme == "postgresql" and len(parts.path) > 1 and not parts.password
