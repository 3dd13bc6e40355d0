"""Accounts in memory: read from the ledger when they are asked for, kept there once changed."""

from typing import Final

from ingest.lanes import Lane, LaneKey
from ingest.ledger import Changes, Ledger, StreamAccount, StreamKey
from ingest.reports import StreamReport, report

_LANES_TOLD: Final = 2_000  # of a gateway that asks; older ones as they come


class Opened:
    """Lanes and streams of which something was heard lately; one thread at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lanes: dict[LaneKey, Lane] = {}
        self._streams: dict[StreamKey, StreamAccount] = {}
        self._changed_lanes: set[LaneKey] = set()
        self._changed_streams: set[StreamKey] = set()

    def lane(self, key: LaneKey, gateway: str, heard_us: int) -> Lane:
        """Return a lane that is about to change, since a gateway said something of it."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = self._ledger.lane(key) or Lane(gateway)
        lane.gateway = gateway  # it may have been renamed, with its spool
        lane.heard_us = heard_us
        self._changed_lanes.add(key)
        return lane

    def stream(self, key: StreamKey) -> StreamAccount:
        """Return the account of a stream that is about to change."""
        account = self._streams.get(key)
        if account is None:
            account = self._streams[key] = self._ledger.account(key)
        self._changed_streams.add(key)
        return account

    def known(self, key: LaneKey) -> Lane:
        """Return a lane as it is, a new one if nothing was ever heard of it."""
        return self._lanes.get(key) or self._ledger.lane(key) or Lane(gateway="")

    def lanes_of(self, gateway: str) -> dict[LaneKey, Lane]:
        """Return what a gateway sent lately."""
        lanes = self._ledger.latest(gateway, _LANES_TOLD)
        return lanes | {k: lane for k, lane in self._lanes.items() if lane.gateway == gateway}

    def reports(self, device: str) -> tuple[StreamReport, ...]:
        """Return what became of each stream of a device."""
        streams = {stream for name, _, stream in self._lanes if name == device}
        streams.update(self._ledger.streams(device))
        return tuple(self._report(device, stream) for stream in sorted(streams))

    def changes(self, position: int) -> Changes:
        """Return what changed since the last call, up to a position of the log."""
        changes = Changes(position)
        for lane in self._changed_lanes:
            changes.add_lane(lane, self._lanes[lane])
        for stream in self._changed_streams:
            changes.add_account(stream, self._streams[stream])
        self._changed_lanes.clear()
        self._changed_streams.clear()
        return changes

    def take_back(self, changes: Changes) -> None:
        """Let changes that could not be kept be among the next ones."""
        self._changed_lanes.update(row[:3] for row in changes.lanes)
        self._changed_streams.update(row[:2] for row in changes.streams)
        for device, stream, boot, *_ in changes.coverages:
            self._streams[device, stream].changed_boots.add(boot)
        for device, stream, day, _ in changes.rhythms:
            self._streams[device, stream].rhythm.changed_days.add(day)

    def forget_idle(self, kept: Changes) -> None:
        """Keep in memory only what changed lately; the rest can be read back."""
        lanes = self._changed_lanes.union(row[:3] for row in kept.lanes)
        streams = self._changed_streams.union(row[:2] for row in kept.streams)
        self._lanes = {key: self._lanes[key] for key in lanes}
        self._streams = {key: self._streams[key] for key in streams}

    def _report(self, device: str, stream: str) -> StreamReport:
        account = self._streams.get((device, stream)) or self._ledger.account((device, stream))
        lanes = self._ledger.lanes(device, stream)
        lanes |= {
            key: lane for key, lane in self._lanes.items() if key[::2] == (device, stream)
        }
        return report(stream, account, lanes)
