"""The demo: a living study on one machine, with wearables on a virtual radio.

Every part is the real one in a process of its own; only the bodies and what they wear are
simulated.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy import Connection

from analytics import scores
from analytics.runner import Runner
from coaching.engine import Engine
from coaching.prompts.kind import Kind
from gateway.discovery import GLASSES, STRAP, pseudonym
from gateway.spool_file import waiting
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from kindstep import account, history, ports, process, roster, serving, settings, stores, study
from kindstep.folder import Folder
from kindstep.pages import qr
from kindstep.simulated import Wearables, wearables
from people import registry
from web.accounts import Accounts

SITE: Final = "demo"
GATEWAY: Final = "home"

_REMEMBERED_S: Final = 1800
_CYCLE_MIN: Final = 30  # what the first does from now on, over and over: walk, then sit
_WALK_MIN: Final = 15
_SHORTEST_MIN: Final = 4
_LONGEST_MIN: Final = 26
_PUSHES_LEFT: Final = 2  # a friend may cheer before the goal is near
_LIVE: Final = 3  # each with glasses and a strap
_SPOOL: Final = "spool.db"
_READY_S: Final = 300.0  # a slow machine compiles and starts for minutes
_DRAIN_S: Final = 120.0
_POLL_S: Final = 0.1

_SETTINGS: Final = """\
data = "{data}"

[broker]
port = {broker_port}
gateways = ["{gateway}"]

[web]
port = {web_port}
lan = {lan}

[gateway]
name = "{gateway}"
site = "{site}"
radio = "{radio}"
spool = "{data}/{spool}"

[gateway.broker]
host = "127.0.0.1"
port = {broker_port}
password_file = "{password_file}"
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Live:
    """Someone at home, wearing glasses and a strap."""

    member: roster.Member
    program: tuple[tuple[str, int], ...] = ()  # what they do; none: as on any day


@dataclass(frozen=True, slots=True)
class Prepared:
    """A study with a past, and who of it is here now."""

    folder: Folder
    live: tuple[Live, ...]
    seeded: int  # minutes of simulated history
    since_us: int  # where history ends and the devices' memory begins


def prepare(root: Path, progress: history.Progress) -> Prepared:
    """Make a fresh study with four weeks of history, up to half an hour ago."""
    folder = _fresh(root)
    begun_us = time.time_ns() // 1000
    since_us = begun_us - _REMEMBERED_S * 1_000_000
    store = stores.in_file(folder.store)
    engine = Engine(study.load(None), site_seed=folder.site_seed())
    people = roster.members(begun_us)
    worn = [history.Devices(member, glasses_of(member), strap_of(member)) for member in people]
    runner = Runner(store, SqliteLog(folder.log), Archive(folder.archive), (engine.observe,))
    past = history.begin(store, runner, engine, worn, begun_us)
    past.wind(since_us, progress)
    with store.reading() as db:
        live = choose_live(db, engine, people, begun_us)
    past.let_go([each.member.id for each in live])
    past.wind(begun_us, lambda _share: None)
    store.close()
    return Prepared(folder, live, past.minutes, since_us)


def glasses_of(member: roster.Member) -> str:
    """Return by which name the hub knows a member's glasses."""
    return pseudonym(GLASSES, SITE, member.glasses)


def strap_of(member: roster.Member) -> str:
    """Return by which name the hub knows a member's strap."""
    return pseudonym(STRAP, SITE, member.strap)


def choose_live(
    db: Connection, engine: Engine, people: Sequence[roster.Member], now_us: int
) -> tuple[Live, ...]:
    """Return who is at home now; the first has walked to within sight of their goal."""
    afternoon = [member for member in people if member.zone == people[0].zone]
    walks = {member: _walk_min(db, engine, member, now_us) for member in afternoon}
    able = {member: minutes for member, minutes in walks.items() if minutes is not None}
    first = min(able, key=lambda member: abs(able[member] - _WALK_MIN), default=people[0])
    walk_min = able.get(first, _WALK_MIN)
    near = Live(first, (("walking", walk_min), ("desk", _CYCLE_MIN - walk_min)))
    others = [member for member in afternoon if member is not first]
    return (near, *(Live(member) for member in others[: _LIVE - 1]))


def _walk_min(db: Connection, engine: Engine, member: roster.Member, now_us: int) -> int | None:
    """Return how long a walk brings someone half way between near their goal and the goal.

    None for whom no message would greet there, or one too many to come before it.
    """
    today = scores.today(db, member.id, now_us)
    goal = engine.goal(db, member.id, today.day)
    chosen = engine.choices(db, member.id, now_us)
    if goal is None or goal.near_us is not None or not today.fact.step_minutes:
        return None
    if chosen is None or chosen.pushes_left < _PUSHES_LEFT or not member.prompted:
        return None
    if engine.against(db, member.id, Kind.NEAR_GOAL, now_us):
        return None
    share = (1 + engine.protocol.prompts.near_goal_share) / 2
    minutes = round((share * goal.steps - today.fact.steps) / member.wearer().habits.pace_spm)
    return minutes if _SHORTEST_MIN <= minutes <= _LONGEST_MIN else None


async def run(
    prepared: Prepared, web_port: int, say: Say, seconds: float | None, *, lan: bool = False
) -> dict[str, int]:
    """Run the system until cancelled, or for some seconds and then drain and count."""
    with contextlib.ExitStack() as stack:
        sims = stack.enter_context(wearables(_devices(prepared), [GATEWAY]))
        broker_port = stack.enter_context(ports.reserved())
        chosen = (broker_port, web_port)
        written = _write_settings(prepared.folder, sims.radios[GATEWAY], chosen, lan=lan)
        command = ("--settings", str(written))
        hub = stack.enter_context(process.child(process.kindstep("up", *command)))
        await process.beside(_listening(broker_port), [hub])
        edge = stack.enter_context(process.child(process.kindstep("gateway", *command)))
        await process.beside(_listening(web_port), [hub, edge])
        for line in _addresses(prepared, web_port, _served_at(written) if lan else None):
            say(line)
        lasting = asyncio.sleep(seconds) if seconds else asyncio.Event().wait()
        await process.beside(lasting, [hub, edge])
        await sims.ask("freeze")
        await _drained(sims, prepared.folder.root / _SPOOL)
        counters = await sims.counters()
        process.stop(edge)
        process.stop(hub)
    ids = tuple(each.member.id for each in prepared.live)
    run = account.Run(_serials(prepared.live), ids, prepared.since_us, prepared.seeded)
    return account.of_run(prepared.folder, run, counters)


def _devices(prepared: Prepared) -> list[dict[str, Any]]:
    remembered_s = time.time() - prepared.since_us / 1e6
    devices: list[dict[str, Any]] = []
    for member, program in ((each.member, each.program) for each in prepared.live):
        person = {"seed": member.seed, "zone": member.zone, "age_years": member.age_years}
        body = {"wearer": person | {"program": program}}
        glasses = {"kind": "glasses", "serial": member.glasses, "remembered_s": remembered_s}
        devices += [glasses | body, {"kind": "strap", "serial": member.strap} | body]
    return devices


def _serials(live: Sequence[Live]) -> dict[str, str]:
    people = [each.member for each in live]
    glasses = {member.glasses: glasses_of(member) for member in people}
    return glasses | {member.strap: strap_of(member) for member in people}


def _write_settings(folder: Folder, radio: str, ports: tuple[int, int], *, lan: bool) -> Path:
    path = folder.root / "kindstep.toml"
    text = _SETTINGS.format(
        data=folder.root,
        broker_port=ports[0],
        gateway=GATEWAY,
        web_port=ports[1],
        lan=str(lan).lower(),
        site=SITE,
        radio=radio,
        spool=_SPOOL,
        password_file=folder.password(GATEWAY),
    )
    path.write_text(text)
    return path


def _fresh(root: Path) -> Folder:
    kernels = root / "numba"
    for path in root.iterdir() if root.exists() else ():
        if path != kernels:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder = Folder(root)
    folder.make()
    return folder


def _served_at(path: Path) -> str:
    return serving.of(settings.load(path)).address


def _addresses(prepared: Prepared, web_port: int, network: str | None) -> Iterator[str]:
    accounts = Accounts(prepared.folder.sign_in)
    now_us = time.time_ns() // 1000
    first = prepared.live[0].member
    # Two names for one machine: a browser keeps the two sign-ins apart.
    for host, person, role, who in (
        ("localhost", first.id, registry.Role.PARTICIPANT, f"{first.name}, a participant"),
        ("127.0.0.1", roster.coach(), registry.Role.COACH, "their coach"),
    ):
        token = accounts.one_time_link(person, role, now_us)
        scheme = "https" if network else "http"
        yield f"  {scheme}://{host}:{web_port}/in/{token}  {who}"
    if network:
        token = accounts.one_time_link(first.id, registry.Role.PARTICIPANT, now_us)
        address = f"{network}/in/{token}"
        yield f"  {address}  {first.name} on a phone of this network:\n{qr(address)}"


async def _listening(port: int) -> None:
    async with _within(_READY_S, f"nothing listens on port {port}"):
        while not process.is_taken(port):  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(_POLL_S)


async def _drained(sims: Wearables, spool: Path) -> None:
    async with _within(_DRAIN_S, "the hub has not stored everything"):
        while not (_confirmed(await sims.counters()) and waiting(spool) == 0):  # noqa: ASYNC110 - other processes give no event
            await asyncio.sleep(_POLL_S)


@contextlib.asynccontextmanager
async def _within(seconds: float, otherwise: str) -> AsyncGenerator[None]:
    """Let the block last so long; what is not there by then ends the command in one line."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise click.ClickException(f"{otherwise} after {seconds:.0f} s") from error


def _confirmed(counters: dict[str, dict[str, Any]]) -> bool:
    return all(
        device["confirmed"] == device["measured"]
        and device["confirmed_minutes"] == device["measured_minutes"]
        for device in counters.values()
        if device["kind"] == "glasses"
    )
