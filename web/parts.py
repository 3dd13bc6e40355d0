"""What the routes work with, put together once by `create_app`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fastapi import Request

from coaching.acts.act import Act, Outcome
from coaching.engine import Engine
from ingest.store import Store
from people.authorize import Actor
from people.trail import Trail
from research.export import Desk
from web import programs
from web.accounts import Accounts
from web.accounts.attempts import Attempts
from web.accounts.providers import Provider
from web.live import FanOut
from web.orders import Done, Order
from web.pace import Pace
from web.pages import Pages
from web.recent import Recent
from web.site import BrokerDoor, Site
from web.study_desk import StudyDesk
from web.watch import Watch

Perform: TypeAlias = Callable[[Actor, Act], Awaitable[Outcome]]
CarryOut: TypeAlias = Callable[[Actor, Order], Awaitable[Done]]
Admit: TypeAlias = Callable[[], Awaitable[None]]
Serve: TypeAlias = Callable[[Actor, programs.Request], Awaitable[programs.Answer]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A running face."""

    store: Store  # only read; changes go through `act`
    ingest: Path  # what the hub's ingest keeps: accounts, gateways, dead letters
    act: Perform
    carry_out: CarryOut
    serve: Serve  # what programs ask
    admit: Admit  # has the broker let in who has a token now
    broker: BrokerDoor
    study: StudyDesk
    site: Callable[[], Site]
    packages: Desk  # for researchers
    engine: Engine  # only asked
    accounts: Accounts
    trail: Trail  # of who did or saw what
    attempts: Attempts
    pace: Pace  # of programs
    fan_out: FanOut
    watch: Watch  # over what open pages may show
    recent: Recent
    pages: Pages
    now_us: Callable[[], int]
    provider: Provider | None  # of an organisation's own accounts
    own_devices: bool  # participants put on what nobody wears by themselves
    push_key: str | None  # what browsers subscribe with; none: this site has no web push

    @property
    def ledger(self) -> Path:
        """Of what is stored and missing."""
        return self.ingest / "accounts.db"


def parts_of(request: Request) -> Parts:
    """Return the parts of the app that a request came to."""
    return request.app.state.parts
