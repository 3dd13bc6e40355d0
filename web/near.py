"""What gateways hear now and nobody wears: among it what somebody is about to put on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from gateway.wire import Seen
from ingest import operating
from people import registry
from web.worn import Search, search

_LATELY_US: Final = 300_000_000
_HEARD: Final = ("streaming", "handing_over", "connecting", "waiting", "seen")
_LET_ALONE: Final = ("paused", "bond_lost")  # until it is paired
_UNHEARD_DBM: Final = -128
_CODE_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Near:
    """One device."""

    device: str
    rssi_dbm: int | None  # at the gateway that hears it best
    wants_pairing: bool
    pairing: str | None  # "asked" | "done" | why it failed; none: nobody tried lately
    search: Search | None

    @property
    def code(self) -> str:
        """The end of its name, by which people tell two of a kind apart."""
        return self.device[-_CODE_LETTERS:]


def near(db: Connection, ingest: Path, now_us: int) -> list[Near]:
    """Return every such device, the nearest to a gateway first."""
    best: dict[str, Seen] = {}
    for seen in _heard(ingest):
        if seen.device not in best or _dbm(seen) > _dbm(best[seen.device]):
            best[seen.device] = seen
    return [
        Near(
            device=seen.device,
            rssi_dbm=seen.rssi_dbm,
            wants_pairing=seen.state in _LET_ALONE,
            pairing=_pairing(ingest, seen.device, now_us),
            search=search(ingest, seen.device, now_us),
        )
        for seen in sorted(best.values(), key=_dbm, reverse=True)
        if registry.wearer(db, seen.device, now_us) is None
    ]


def _heard(ingest: Path) -> Iterator[Seen]:
    for gateway in operating.gateways(ingest):
        if gateway.status.online:
            for seen in gateway.status.devices:
                if seen.state in (*_HEARD, *_LET_ALONE):
                    yield seen


def _dbm(seen: Seen) -> int:
    return _UNHEARD_DBM if seen.rssi_dbm is None else seen.rssi_dbm


def _pairing(ingest: Path, device: str, now_us: int) -> str | None:
    lately = operating.pairings(ingest, device, now_us - _LATELY_US)
    if not lately:
        return None
    last = lately[-1]
    if last.answer is None:
        return "asked" if last.waits(now_us) else "it did not answer"
    return "done" if last.answer.done else last.answer.reason
