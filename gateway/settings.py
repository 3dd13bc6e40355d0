"""The gateway's settings: the [gateway] table, checked once at start."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from gateway import tokens, wire

_ADDRESS: Final = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
_KEY_BYTES: Final = 16

RawSignal: TypeAlias = Literal["accel", "ecg", "ppg"]
Port: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class BrokerAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where batches are published, and as whom."""

    host: str = "localhost"
    port: Port = 1883
    user: str | None = None  # none: the gateway's own name
    password_file: Path | None = None  # secrets are files, never settings
    token_file: Path | None = None  # instead of both: what the hub gave, and gives anew
    tls: bool = False
    ca_file: Path | None = None  # none: the authorities this system trusts

    def __post_init__(self) -> None:
        if self.token_file is not None and (self.user or self.password_file):
            raise ValueError("token_file holds user and password: leave them out")

    def password(self) -> str | None:
        """Read the password; none is configured for a broker that asks for none."""
        if self.password_file is None:
            return None
        return self.password_file.read_text(encoding="utf-8").strip()


class ListedAdvert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device whose adverts are kept: of all others none is, whatever they say."""

    address: str
    key_file: Path | None = None  # of 32 hex digits, if its adverts are encrypted

    def key(self) -> bytes | None:
        """Read the key; raise ValueError for one that is none."""
        if self.key_file is None:
            return None
        key = bytes.fromhex(self.key_file.read_text(encoding="utf-8").strip())
        if len(key) != _KEY_BYTES:
            raise ValueError(f"a key of {len(key)} bytes, where it has {_KEY_BYTES}")
        return key

    def __post_init__(self) -> None:
        if self.key_file is not None and not _ADDRESS.fullmatch(self.address):
            raise ValueError("a key needs the address: AA:BB:CC:DD:EE:FF")


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may choose about one gateway."""

    name: str
    site: str  # devices get the same pseudonym at every gateway of a site
    radio: str | tuple[str, ...] = "platform"  # or "hci1", or what bumble opens: "usb:0"
    slots: Annotated[int, msgspec.Meta(ge=1)] | None = None  # of each; none: it says itself
    broker: BrokerAddress = BrokerAddress()
    hub: str | None = None  # http(s)://host:port of its pages, where tokens are renewed
    hub_ca_file: Path | None = None  # none: the authorities this system trusts
    spool: Path = Path("kindstep-spool.db")
    spool_limit_bytes: int = 4 << 30
    spool_limit_days: float = 90.0  # between the oldest and the newest in it
    backlog_per_s: float = 500.0  # batches, after an outage; what is new does not wait for them
    live_batch_s: float = 1.0
    #: Signals that a Polar device is asked for: each of them costs its battery dearly.
    raw: tuple[RawSignal, ...] = ()
    #: ... and those that it records by itself, to be fetched: none can be both.
    recorded: tuple[RawSignal, ...] = ()
    adverts: tuple[ListedAdvert, ...] = ()
    sensors: Path | None = None  # a folder of descriptions of sensors that need no code
    #: Newest values as retained plain text: health data that whoever reads the broker can read.
    last_values: Literal["none", "plain", "home_assistant"] = "none"
    metrics_port: Port | None = None  # for Prometheus, on this machine's loopback only

    @property
    def radios(self) -> tuple[str, ...]:
        """Return what to open, each once."""
        named = (self.radio,) if isinstance(self.radio, str) else self.radio
        return tuple(dict.fromkeys(named))

    @property
    def bonds(self) -> Path:
        """Return where the bonds of radios that bumble opens are kept."""
        return self.spool.with_name(f"{self.spool.name}.bonds")

    def __post_init__(self) -> None:
        if not self.radios:
            raise ValueError("radio is empty")
        wire.check_gateway(self.name)
        if not self.site:
            raise ValueError("site is empty: devices are named after it")
        if (self.hub is None) != (self.broker.token_file is None):
            raise ValueError("hub and broker.token_file come together: kindstep gateway enrol")
        if self.hub is not None and not tokens.is_address(self.hub):
            raise ValueError(f"hub {self.hub!r} is not http://host:port or https://host:port")
        if both := {*self.raw} & {*self.recorded}:
            raise ValueError(f"{min(both)} in raw and in recorded: a device does one of them")
        self._check_amounts()

    def _check_amounts(self) -> None:
        if self.spool_limit_bytes < 1 << 20:
            raise ValueError("spool_limit_bytes below 1 MiB")
        if not self.spool_limit_days > 0:
            raise ValueError("spool_limit_days is not above 0")
        if not self.backlog_per_s > 0:
            raise ValueError("backlog_per_s is not above 0")
        if not 0 < self.live_batch_s <= 60:
            raise ValueError("live_batch_s is not in 0..60")
