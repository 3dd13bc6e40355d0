"""What gateway and hub say of themselves."""

import msgspec

from gateway.wire.contract import Count


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One device as its gateway sees it now."""

    device: str
    kind: str  # "heart_rate_strap", "glasses", ...
    state: str  # "seen", "waiting", "connecting", "streaming", "handing_over", "lost", ...
    has_memory: bool
    why: str = ""  # no link to it is held
    last_heard_us: int | None = None
    battery_percent: int | None = None
    rssi_dbm: int | None = None
    time_error_us: int | None = None  # how far the times of what it said last may be off


class RadioState(msgspec.Struct, frozen=True, kw_only=True):
    """One radio of a gateway, and the connections it holds."""

    radio: str  # as the settings name it
    present: bool
    slots: int | None = None  # None: nobody said how many
    slots_used: int = 0
    slots_wanted: int = 0  # by devices that wait for one


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that a broker would not carry: its sequence is a gap that the hub steps over."""

    device: str
    boot: Count
    stream: str
    sequence: Count
    reason: str


class SpooledFrom(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest sequence of a stream that a gateway still has: none below it will come."""

    device: str
    boot: Count
    stream: str
    sequence: Count


class GatewayStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway says of itself; retained, and its last will with `online` false."""

    gateway: str
    online: bool
    start_id: int  # drawn anew at each start
    version: str
    at_us: int
    devices: tuple[Seen, ...] = ()
    radios: tuple[RadioState, ...] = ()
    spooled_batches: int = 0
    oldest_spooled_us: int | None = None
    spooled_bytes: int = 0  # what the spool takes of the disk
    counts: dict[str, int] = {}  # malformed, dropped, refused, set_aside, ...
    traffic: dict[str, int] = {}  # notifications, links, published, acknowledged, ...
    set_aside: tuple[SetAside, ...] = ()  # those that no watermark has passed yet
    spool_full: str = ""  # why the newest is refused, if it is
    spooled_from: tuple[SpooledFrom, ...] = ()  # of the streams whose turn it is to be sent


class HubStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says of itself; retained, and its last will with `online` false."""

    online: bool
    start_id: int
    version: str
    at_us: int
