"""What the routes work with, put together once by `create_app`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fastapi import Request

from coaching.engine import Act, Engine, Outcome
from ingest.store import Store
from people.authorize import Actor
from web.accounts import Accounts
from web.accounts.attempts import Attempts
from web.live import FanOut
from web.pages import Pages
from web.recent import Recent

Perform: TypeAlias = Callable[[Actor, Act], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Parts:
    """A running face."""

    store: Store  # only read; changes go through `act`
    ledger: Path  # of what is stored and missing, kept by the hub
    act: Perform
    engine: Engine  # only asked
    accounts: Accounts
    attempts: Attempts
    fan_out: FanOut
    recent: Recent
    pages: Pages
    now_us: Callable[[], int]


def parts_of(request: Request) -> Parts:
    """Return the parts of the app that a request came to."""
    return request.app.state.parts
