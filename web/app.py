"""The face: pages for participants and coaches, and one stream a page that keeps it current."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from coaching.engine import Engine, Protocol
from ingest.store import Store
from people.trail import Trail
from research.export import Desk
from web import (
    account,
    admission,
    alike,
    api,
    circle,
    coach,
    coaches,
    decision,
    desk,
    devices,
    effect,
    gifts,
    in_touch,
    leaving,
    live_routes,
    me,
    measure,
    notifying,
    operator,
    oversight,
    own_data,
    participant,
    putting_on,
    questions,
    red_flags,
    refusals,
    researcher,
    second_factor,
    seen,
    sign_in,
    sponsor,
    stored,
    study_page,
    team_challenges,
    tokens,
    trail_page,
    trends,
)
from web import (
    provider as provider_routes,
)
from web.accounts import Accounts
from web.accounts.attempts import Attempts
from web.accounts.providers import Provider
from web.live import FanOut, Listen
from web.pace import Pace
from web.pages import Pages
from web.parts import Admit, CarryOut, Parts, Perform, Serve
from web.recent import Recent
from web.security import Shield
from web.site import BrokerDoor, Site
from web.study_desk import StudyDesk
from web.watch import Watch

STATIC: Final = Path(__file__).parent / "static"
_PARTS: Final = (
    sign_in,
    account,
    second_factor,
    tokens,
    provider_routes,
    participant,
    circle,
    trends,
    me,
    devices,
    putting_on,
    seen,
    measure,
    own_data,
    leaving,
    alike,
    notifying,
    questions,
    desk,
    red_flags,
    coach,
    decision,
    effect,
    coaches,
    operator,
    oversight,
    admission,
    study_page,
    gifts,
    in_touch,
    team_challenges,
    sponsor,
    researcher,
    trail_page,
    stored,
    live_routes,
)


def create_app(
    *,
    store: Store,
    ingest: Path,
    act: Perform,
    carry_out: CarryOut,
    serve: Serve,
    admit: Admit,
    study: StudyDesk,
    broker: BrokerDoor,
    site: Callable[[], Site],
    packages: Desk,
    live: Listen,
    accounts: Accounts,
    trail: Trail,
    now_us: Callable[[], int],
    protocol: Protocol,
    push_key: str | None = None,
    provider: Provider | None = None,
    own_devices: bool = False,
) -> FastAPI:
    """Build the face around its sources; it holds no state but what is live."""
    recent = Recent()
    app = FastAPI(
        title="kindstep", lifespan=_listening, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.parts = Parts(
        store=store,
        ingest=ingest,
        act=act,
        carry_out=carry_out,
        serve=serve,
        admit=admit,
        study=study,
        broker=broker,
        site=site,
        packages=packages,
        engine=Engine(protocol, site_seed=0),  # asked only: nothing is drawn here
        accounts=accounts,
        trail=trail,
        attempts=Attempts(),
        pace=Pace(),
        fan_out=FanOut(live, recent, now_us),
        watch=Watch(store, accounts, now_us),
        recent=recent,
        pages=Pages(protocol),
        now_us=now_us,
        push_key=push_key,
        provider=provider,
        own_devices=own_devices,
    )
    for part in _PARTS:
        app.include_router(part.router)
    app.router.routes.append(api.mounted(app.state.parts))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    refusals.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=800)  # it leaves event streams alone
    app.add_middleware(Shield)
    return app


@contextlib.asynccontextmanager
async def _listening(app: FastAPI) -> AsyncGenerator[None]:
    parts: Parts = app.state.parts
    endless = (parts.fan_out.run(), parts.fan_out.beat(), parts.watch.run())
    tasks = [asyncio.create_task(each) for each in endless]
    try:
        yield
    finally:
        parts.fan_out.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
