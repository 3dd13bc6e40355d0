"""Taking people into a study from the command line, also beside a running hub."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import click
from sqlalchemy import Connection

from coaching.engine import Engine
from coaching.protocol import Protocol
from kindstep import stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from people import registry
from people.registry import Conflict, NotKnown, Role
from web.accounts import Accounts


class NotDone(click.ClickException):
    """The study's records do not allow it; the message says why."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is asked of a participant."""

    name: str
    zone: str
    age_years: int | None = None
    arm: str | None = None  # none: the study's first
    coach: str | None = None


class Desk:
    """Where people are taken in. Every change is one transaction of the store."""

    def __init__(self, settings: Settings, protocol: Protocol, now_us: int) -> None:
        folder = Folder(settings.data)
        folder.make()
        self._address = f"http://{settings.web.host}:{settings.web.port}"
        self._now_us = now_us
        self._engine = Engine(protocol, site_seed=folder.site_seed())
        self._accounts = Accounts(folder.sign_in)
        self._store = stores.open_store(settings)

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
        return self._store.write(lambda db: self._add(db, newcomer))

    def add_other(self, name: str, role: Role) -> str:
        """Let somebody coach or do research; return their id."""
        return self._store.write(lambda db: self._person(db, name, role))

    def wear(self, participant: str, device: str) -> None:
        """Give a device to a participant from now on."""
        self._store.write(lambda db: registry.assign(db, device, participant, self._now_us))

    def link(self, person: str) -> str:
        """Return an address by which somebody signs in once, within a day."""
        with self._store.reading() as db:
            found = registry.find_person(db, person)
        if found is None:
            raise NotKnown(f"nobody goes by {person}")
        token = self._accounts.one_time_link(person, found.role, self._now_us)
        return f"{self._address}/in/{token}"

    def everyone(self) -> Iterator[str]:
        """Yield a line for each participant."""
        with self._store.reading() as db:
            for participant in registry.persons_of(db, Role.PARTICIPANT):
                worn = registry.devices_of(db, participant, self._now_us)
                name = registry.name_of(db, participant)
                yield f"{participant}  {name}  {' '.join(worn) or 'wears nothing'}"

    def _add(self, db: Connection, newcomer: Newcomer) -> str:
        who = self._person(db, newcomer.name, Role.PARTICIPANT)
        registry.set_zone(db, who, newcomer.zone, 0)
        registry.set_profile(db, who, registry.Profile(age_years=newcomer.age_years))
        registry.consent_at_enrolment(db, who, dict.fromkeys(registry.Topic, ()), self._now_us)
        if newcomer.coach is not None:
            coached = registry.Relation(registry.RelationKind.COACH, who, newcomer.coach)
            registry.relate(db, coached, self._now_us)
        arm = newcomer.arm or next(iter(self._engine.protocol.arms))
        try:
            self._engine.enrol(db, who, self._now_us, arm)
        except ValueError as error:
            raise NotDone(str(error)) from error
        return who

    def _person(self, db: Connection, name: str, role: Role) -> str:
        who = f"{role.value[0]}-{secrets.token_hex(4)}"
        registry.add_person(db, registry.Person(who, role), self._now_us)
        registry.set_name(db, who, name)
        return who
