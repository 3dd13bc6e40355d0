"""The pages' process: the web app, reading the store and speaking to the hub by its line."""

import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from coaching.engine import Act, Outcome
from coaching.protocol import Protocol
from kindstep import line, reaching, site, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from people.authorize import Actor
from web.accounts import Accounts
from web.app import create_app
from web.live import LiveFrame
from web.orders import Done, Order
from web.server import Server


def serve(settings: Settings, protocol: Protocol) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    folder = Folder(settings.data)

    async def act(actor: Actor, what: Act) -> Outcome:
        try:
            return await line.ask(folder.line, actor, what)
        except line.HubAway:
            return Outcome(
                ok=False, says="The hub is restarting. Please try again in a moment."
            )

    async def carry_out(actor: Actor, order: Order) -> Done:
        try:
            return await line.operate(folder.line, actor, order)
        except line.HubAway:
            return Done(ok=False, says="The hub is restarting. Please try again in a moment.")

    def live() -> AbstractAsyncContextManager[AsyncIterator[LiveFrame]]:
        return line.listen(folder.line)

    app = create_app(
        store=stores.open_as_it_is(settings, read_only=True),
        ingest=folder.ingest,
        act=act,
        carry_out=carry_out,
        site=lambda: site.report(settings),
        live=live,
        accounts=Accounts(folder.sign_in),
        now_us=lambda: time.time_ns() // 1000,
        protocol=protocol,
        push_key=reaching.public_key(settings.reach, folder),
    )
    Server(app, settings.web.host, settings.web.port).run()
