"""What an operator should know of the machine; whoever starts the pages finds it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One hub, as its settings and its disk have it."""

    version: str
    backs_up: bool
    backup_us: int | None  # when the newest proved backup was taken; none: there is none
    backup_is_late: bool
    room_days: float | None  # for the archive; none: nothing is sealed yet
    is_short: bool


@dataclass(frozen=True, slots=True)
class BrokerDoor:
    """Where a gateway elsewhere finds the broker."""

    host: str | None  # none: where the pages are
    port: int
    tls: bool
    site: str | None  # whose gateways give devices the same names; none: not known here
    is_ours: bool  # the hub may tell it who comes in

    @property
    def is_here_alone(self) -> bool:
        """Tell whether no other machine reaches it."""
        return self.host in ("127.0.0.1", "localhost", "::1")
