"""Taking people into a study from the command line, also beside a running hub."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from analytics import reassigning
from coaching.engine import Engine
from coaching.post import addresses
from coaching.post.channels import Kind
from coaching.protocol import Protocol
from gateway.wire import BrokenContract, check_device, check_gateway
from ingest import quarantine
from kindstep import erasing, serving, settings, stores, study, taking_in
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.taking_in import Newcomer
from people import registry
from people.authorize import Actor
from people.registry import Conflict, NotKnown, Role
from people.sentence import say
from people.trail import Trail
from web.accounts import Accounts

_COMMAND_LINE: Final = Actor("command line", Role.OPERATOR)


class NotDone(click.ClickException):
    """The study's records do not allow it; the message says why."""


class Desk:
    """Where people are taken in. Every change is one transaction of the store."""

    def __init__(self, chosen: Settings, protocol: Protocol, now_us: int) -> None:
        folder = Folder(chosen.data)
        folder.make()
        self._address = serving.of(chosen).address
        self._now_us = now_us
        self._ledger = folder.ledger
        self._engine = Engine(protocol, site_seed=folder.site_seed())
        self._accounts = Accounts(folder.sign_in)
        self._trail = Trail(folder.trail)
        self._store = stores.open_store(chosen)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()
        if isinstance(error, (Conflict, NotKnown)):
            raise NotDone(str(error)) from error

    def add(self, newcomer: Newcomer) -> str:
        """Take a participant in, who lets nobody see anything yet; return their id."""
        self._note("TakeIn", detail="participant")
        return self._store.write(
            lambda db: taking_in.take_in(db, self._engine, newcomer, self._now_us)
        )

    def erase(self, person: str) -> int:
        """Erase all of a participant; return how many records of the store that was."""
        left = self._store.write(
            lambda db: erasing.erase(db, person, "command line", self._now_us)
        )
        self._accounts.forget(person)
        return left.rows

    def left(self) -> Iterator[str]:
        """Yield who left, and how far it is done."""
        with self._store.reading() as db:
            found = registry.withdrawals(db)
        for each in found:
            at = datetime.fromtimestamp(each.at_us / 1e6, UTC)
            done = (
                "still in the archive" if each.archive_us is None else "gone from the archive"
            )
            yield (
                f"{each.person}  {at:%Y-%m-%d %H:%M}Z by {each.by}, {each.rows:,} records, "
                f"{done} in the archive ({each.archive_files:,} files)"
            )

    def add_other(self, name: str, role: Role) -> str:
        """Let somebody coach or do research; return their id."""
        self._note("TakeIn", detail=role.value)
        return self._store.write(lambda db: taking_in.know(db, name, role, self._now_us))

    def verify(self, coach: str, credential: str, until: date) -> None:
        """Note a coach's credential, seen by whoever runs the command."""
        self._note("VerifyCoach", coach, until.isoformat())

        def write(db: Connection) -> None:
            self._engine.verify(db, coach, credential, until, "command line", self._now_us)

        self._store.write(write)

    def wear(
        self, participant: str, device: str, since: str | None, until: str | None = None
    ) -> None:
        """Give a device to a participant; what it said since then becomes theirs."""
        _check_device(device)
        self._note("GiveDevice", participant, device)

        def change(db: Connection, from_us: int) -> None:
            until_us = None if until is None else _instant(db, participant, until)
            registry.assign(db, device, participant, from_us, until_us)

        self._give(participant, device, since, change)

    def hand_over(self, participant: str, device: str, at: str | None) -> None:
        """Give a device that somebody wears to another."""
        _check_device(device)
        self._note("GiveDevice", participant, device)

        def change(db: Connection, at_us: int) -> None:
            registry.hand_over(db, device, participant, at_us)

        self._give(participant, device, at, change)

    def reach(self, person: str, channel: Kind, address: str) -> None:
        """Keep where somebody is told that a message waits."""

        def write(db: Connection) -> None:
            if registry.find_person(db, person) is None:
                raise NotKnown(say("nobody goes by %(who)s", who=person))
            addresses.add(db, person, channel, address, self._now_us)

        self._store.write(write)

    def move(self, participant: str, zone: str, since: str | None) -> None:
        """Let a participant be in a zone, by the clock of the one before."""
        self._note("SetZone", participant, zone)

        def write(db: Connection) -> None:
            registry.zone_at(db, participant, self._now_us)  # says who is not known
            from_us = self._now_us if since is None else _instant(db, participant, since)
            reassigning.change_zone(db, participant, zone, from_us, self._now_us)

        self._store.write(write)

    def strangers(self) -> Iterator[str]:
        """Yield a line for each device that spoke while nobody wore it."""
        with self._store.reading() as db:
            for device, spans in quarantine.spans(db, self._ledger):
                first, last = (_moment(us) for us in (spans[0].start_us, spans[-1].end_us))
                streams = " ".join(sorted({span.stream for span in spans}))
                yield f"{device}  {first} to {last}  {streams}"

    def link(self, person: str) -> str:
        """Return an address by which somebody signs in once, within a day."""
        with self._store.reading() as db:
            found = registry.find_person(db, person)
        if found is None:
            raise NotKnown(say("nobody goes by %(who)s", who=person))
        self._note("made a link", person)
        token = self._accounts.one_time_link(person, found.role, self._now_us)
        return f"{self._address}/in/{token}"

    def invite(self, gateway: str) -> str:
        """Return what lets a gateway in once; raise BrokenContract for a name none can have."""
        check_gateway(gateway)
        self._note("made a gateway's code", detail=gateway)
        code = self._accounts.gateways.invite(gateway, self._now_us)
        return f"{self._address}/gateway#{code}"

    def everyone(self) -> Iterator[str]:
        """Yield a line for each participant."""
        with self._store.reading() as db:
            for participant in registry.persons_of(db, Role.PARTICIPANT):
                worn = registry.devices_of(db, participant, self._now_us)
                name = registry.name_of(db, participant)
                yield f"{participant}  {name}  {' '.join(worn) or 'wears nothing'}"

    def _note(self, what: str, whom: str = "", detail: str = "") -> None:
        self._trail.note(_COMMAND_LINE, what, whom, detail, now_us=self._now_us)

    def _give(
        self,
        participant: str,
        device: str,
        when: str | None,
        change: Callable[[Connection, int], None],
    ) -> None:
        """Change who wears a device; whose days that touches are scored again."""

        def write(db: Connection) -> None:
            at_us = self._now_us if when is None else _instant(db, participant, when)
            if at_us > self._now_us:
                raise NotDone(f"{when} is still to come")
            taking_in.give(db, device, lambda: change(db, at_us), at_us, self._now_us)

        self._store.write(write)


def open_desk(path: Path | None) -> Desk:
    """Return the desk of a hub's settings; whatever is wrong with them ends the command."""
    chosen = settings.load(path)
    protocol = study.load(chosen.study)
    settings.make_folder(path, "data", chosen.data)
    return Desk(chosen, protocol, time.time_ns() // 1000)


def _check_device(name: str) -> None:
    try:
        check_device(name)
    except BrokenContract as error:
        raise NotDone(f"no device is called {name!r}") from error


def _instant(db: Connection, participant: str, text: str) -> int:
    """Read an instant; without an offset it is by the clock of where they are."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotDone(f"{text!r} is no time such as 2026-03-01T09:30") from error
    if at.tzinfo is None:
        guess_us = round(at.replace(tzinfo=UTC).timestamp() * 1_000_000)
        at = at.replace(tzinfo=ZoneInfo(registry.zone_at(db, participant, guess_us)))
    return round(at.timestamp() * 1_000_000)


def _moment(at_us: int) -> str:
    return f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y-%m-%dT%H:%M}Z"
