"""kindstep.toml: one table a part, checked once at start and handed down."""

from pathlib import Path
from typing import Final

import msgspec

from gateway.settings import GatewaySettings
from kindstep import toml_file

DEFAULT_PATH: Final = Path("kindstep.toml")


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The embedded broker, or one that runs elsewhere."""

    url: str | None = None  # mqtt://host:port; none: the embedded broker
    user: str = "hub"
    password_file: Path | None = None  # secrets are files, never settings
    host: str = "127.0.0.1"
    port: int = 1883
    gateways: tuple[str, ...] = ("home",)  # each gets a password file in the data folder


class WebSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the pages are served."""

    host: str = "127.0.0.1"
    port: int = 8800


class InfluxSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time-series database that gets epochs and scores as well."""

    url: str
    org: str = "kindstep"
    bucket: str = "kindstep"
    token_file: Path | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may choose."""

    data: Path = Path("kindstep-data")
    study: Path | None = None  # none: the study that comes with kindstep
    broker: BrokerSettings = BrokerSettings()
    web: WebSettings = WebSettings()
    influx: InfluxSettings | None = None
    gateway: GatewaySettings | None = None


def load(path: Path | None) -> Settings:
    """Read the settings file, or the defaults when none is named and none is there."""
    if path is None and not DEFAULT_PATH.exists():
        return Settings()
    return toml_file.read(path or DEFAULT_PATH, Settings)
