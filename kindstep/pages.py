"""The pages' process: the web app, reading the store and speaking to the hub by its line."""

import asyncio
import contextlib
import functools
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import segno

from coaching.acts.act import Act, Outcome, refused
from coaching.protocol import Protocol
from ingest.store import Store
from kindstep import (
    broker_place,
    errands,
    exports,
    line,
    reaching,
    room,
    serving,
    site,
    stores,
    study,
)
from kindstep.folder import Folder
from kindstep.settings import ProviderSettings, Settings
from people.authorize import Actor
from people.trail import Trail
from web import authority
from web.accounts import Accounts
from web.accounts.providers import Provider
from web.app import create_app
from web.live import LiveFrame
from web.orders import Done, Order
from web.programs import Answer, NotDone, Request
from web.server import Server, beside
from web.study_desk import StudyDesk

_AWAY: Final = refused("The hub is restarting. Please try again in a moment.")


class ToHub:
    """The hub, as the pages ask it: while it is away they say so."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def act(self, actor: Actor, what: Act) -> Outcome:
        try:
            return await line.ask(self._path, actor, what)
        except line.HubAway:
            return _AWAY

    async def carry_out(self, actor: Actor, order: Order) -> Done:
        try:
            return await line.operate(self._path, actor, order)
        except line.HubAway:
            return Done(ok=False, says=_AWAY.says)

    async def serve(self, actor: Actor, request: Request) -> Answer:
        try:
            return await line.serve(self._path, actor, request)
        except line.HubAway:
            return NotDone(why="busy", says=str(_AWAY.says))
        except line.TooLarge as error:
            return NotDone(why="unusable", where="batches", says=str(error))

    async def admit(self) -> None:
        """Have the broker know who has a token; a hub that is away reads it when it starts."""
        with contextlib.suppress(line.HubAway):
            await line.admit(self._path)

    def live(self) -> AbstractAsyncContextManager[AsyncIterator[LiveFrame]]:
        return line.listen(self._path)


def serve(settings: Settings, protocol: Protocol) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    folder = Folder(settings.data)
    hub = ToHub(folder.line)
    store, accounts, trail = asyncio.run(room.waited_for(settings.data, _opened(settings)))
    app = create_app(
        store=store,
        ingest=folder.ingest,
        act=hub.act,
        carry_out=hub.carry_out,
        serve=hub.serve,
        admit=hub.admit,
        study=_study_desk(settings, folder),
        broker=broker_place.for_gateways(settings),
        site=lambda: site.report(settings),
        packages=exports.desk(settings, store),
        live=hub.live,
        accounts=accounts,
        trail=trail,
        now_us=lambda: time.time_ns() // 1000,
        protocol=protocol,
        push_key=reaching.public_key(settings.reach, folder),
        provider=_provider(settings.web.provider),
        own_devices=settings.web.own_devices,
    )
    where = serving.of(settings)
    with _authority(where):
        Server(app, where.host, where.port, where.certificate, where.key).run()


def _opened(settings: Settings) -> Callable[[], Awaitable[tuple[Store, Accounts, Trail]]]:
    folder = Folder(settings.data)

    async def once() -> tuple[Store, Accounts, Trail]:
        accounts, trail = Accounts(folder.sign_in), Trail(folder.trail)
        return stores.open_as_it_is(settings, read_only=True), accounts, trail

    return once


def _study_desk(settings: Settings, folder: Folder) -> StudyDesk:
    return StudyDesk(
        read=study.read,
        errand=functools.partial(errands.last, folder.errands),
        can_change=settings.study is not None,
        can_back_up=settings.backup is not None,
    )


def _provider(chosen: ProviderSettings | None) -> Provider | None:
    if chosen is None:
        return None
    secret = chosen.secret_file.read_text().strip()
    return Provider(chosen.issuer, chosen.client, secret, chosen.name)


@contextlib.contextmanager
def _authority(where: serving.Serving) -> Generator[None]:
    """Tell devices of the network how they get to trust our certificate."""
    if where.authority is None:
        yield
        return
    fingerprint = where.authority.fingerprint()
    page = authority.create_app(where.address, where.authority.certificate, fingerprint)
    port = where.port + 1
    address = f"http://{urlsplit(where.address).hostname}:{port}"
    with beside(page, where.host, port):
        click.echo(f"Pages:  {where.address}\nFirst, on each device:  {address}")
        click.echo(f"The certificate's SHA-256:  {fingerprint}")
        click.echo(qr(address))
        yield


def qr(address: str) -> str:
    """Return an address as a picture that a phone's camera reads from a terminal."""
    picture = io.StringIO()
    segno.make(address, micro=False).terminal(picture, compact=True)
    return picture.getvalue()
