"""A folder with a study of simulated people, as a hub would have left it, and its package."""

import random
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from analytics.runner import Runner
from coaching.engine import Engine
from coaching.features import Feature
from coaching.policies import FixedSchedule, MicroRandomised
from coaching.protocol import Protocol
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store import Store
from kindstep import exports, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.simulation.truth import Truth, people
from kindstep.simulation.world import Progress, World, midnight_us
from people import registry
from people.authorize import Actor, Role
from research.export import Profile, Wish

RESEARCHER: Final = "r-simulated"
_FIRST: Final = date(2026, 1, 5)
_WEEK_US: Final = 7 * 86_400_000_000
_SETTINGS: Final = 'data = "{data}"\n'


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is simulated; written beside it."""

    people: int
    weeks: int
    seed: int
    truth: Truth
    software: str = f"kindstep {version('kindstep')}"


def left_to_chance(protocol: Protocol, odds: float) -> Protocol:
    """Return a protocol whose messages at set times are sent at these odds.

    With what a goal gives to a cause it is told on so many days.
    """
    drawn = MicroRandomised(odds=odds)
    arms = {
        name: drawn if isinstance(policy, FixedSchedule) else policy
        for name, policy in protocol.arms.items()
    }
    features = protocol.features | {Feature.CHARITY: odds}
    return msgspec.structs.replace(protocol, arms=arms, features=features)


def simulate(into: Path, protocol: Protocol, plan: Plan, progress: Progress) -> Path:
    """Live a study through in a folder that is not there yet; return its package.

    The package is of the expert profile: nobody in it needs to be hidden.
    """
    into.mkdir(parents=True)
    folder = Folder(into / "hub")
    folder.make()
    (into / "simulated.json").write_bytes(msgspec.json.format(msgspec.json.encode(plan)))
    (into / "kindstep.toml").write_text(_SETTINGS.format(data=folder.root.absolute()))
    store = stores.in_file(folder.store)
    try:
        _live(store, folder, protocol, plan, progress)
        package = into / "package"
        later_us = midnight_us(_FIRST) + (plan.weeks + 4) * _WEEK_US
        desk = exports.desk(Settings(data=folder.root), store)
        wish = Wish(profile=Profile.EXPERT)
        desk.export(Actor(RESEARCHER, Role.RESEARCHER), wish, package, later_us, _quiet)
    finally:
        store.close()
    return package


def _live(
    store: Store, folder: Folder, protocol: Protocol, plan: Plan, progress: Progress
) -> None:
    researcher = registry.Person(RESEARCHER, Role.RESEARCHER)
    store.write(lambda db: registry.add_person(db, researcher, 0))
    engine = Engine(protocol, site_seed=plan.seed)
    log = SqliteLog(folder.log)
    runner = Runner(store, log, Archive(folder.archive), (engine.observe,))
    chance = random.Random(plan.seed)  # noqa: S311 - how people differ
    drawn = people(plan.truth, plan.people, sorted(protocol.arms), chance)
    living = random.Random(plan.seed)  # noqa: S311 - what they do
    walking, begin_us = np.random.default_rng(plan.seed), midnight_us(_FIRST)
    world = World(store, runner, engine, plan.truth, drawn, begin_us, living, walking)
    world.live(plan.weeks * 7, progress)
    log.close()


def _quiet(_done: int, _of: int) -> None:
    """Show nothing: living took the time."""
