"""How patient the radio half is with devices and radios."""

from dataclasses import dataclass, field

from gateway.backoff import Backoff


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits, and how much may pile up; only tests are in a hurry."""

    connect_s: float = 10.0
    polite_s: float = 0.8  # for keeping what is in hand, and again for saying goodbye
    gather_s: float = 0.1  # what is heard meanwhile is looked at together
    idle_s: float = 1.0  # silence after which a batch is no longer held open
    confirm_s: float = 5.0  # each costs device and radio more than what it confirms
    confirm_rows: int = 2000
    fetch_s: float = 900.0  # between two visits to what a device records by itself
    look_s: float = 60.0  # between two readings of a device's clock and memory
    answer_s: float = 5.0  # to being asked for what is missing
    in_vain_s: float = 30.0  # asking for one gap again and again
    lost_after_s: float = 30.0  # without an advert
    silent_scan_s: float = 90.0  # without any advert at all
    slot_s: float = 30.0  # for a free slot, on one advert
    turn_s: float = 60.0  # of a stream that waits, until one with a memory makes room
    lease_idle_s: float = 5.0  # silence after which a spot check has told all
    longest_lease_s: float = 60.0
    pairing_s: float = 30.0  # as long as the Bluetooth standard gives it
    reconcile_s: float = 15.0  # between looks at whom the stack is connected to
    forget_nameless_s: float = 3600.0  # an address that never said who it is
    forget_s: float = 30 * 86400.0  # a device that is lost
    queued: int = 8192  # notifications of one device that wait for the spool
    link_retry: Backoff = field(default_factory=Backoff)
    radio_retry: Backoff = field(default_factory=lambda: Backoff(longest_s=30.0))
