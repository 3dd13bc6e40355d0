"""How patient the radio half is with devices and radios."""

from dataclasses import dataclass, field

from gateway.backoff import Backoff


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits, and how much may pile up; only tests are in a hurry."""

    connect_s: float = 10.0
    polite_s: float = 0.8  # for keeping what is in hand, and again for saying goodbye
    idle_s: float = 1.0  # silence after which a batch is no longer held open
    confirm_s: float = 1.0
    confirm_rows: int = 2000
    look_s: float = 60.0  # between two readings of a device's clock and memory
    answer_s: float = 5.0  # to being asked for what is missing
    in_vain_s: float = 30.0  # asking for one gap again and again
    lost_after_s: float = 30.0  # without an advert
    silent_scan_s: float = 90.0  # without any advert at all
    queued: int = 8192  # notifications of one device that wait for the spool
    link_retry: Backoff = field(default_factory=Backoff)
    radio_retry: Backoff = field(default_factory=lambda: Backoff(longest_s=30.0))
