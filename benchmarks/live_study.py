"""A study of many people for benchmarks: its pages, and its hub, a process each.

The hub commits a minute of each of them a minute, and hears a heart a second; what it tells
goes by the line to the pages, stamped with when it was stored.

    python -m benchmarks.live_study pages FOLDER PEOPLE
    python -m benchmarks.live_study hub FOLDER AHEAD_US PERSON...
"""

import asyncio
import json
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from analytics import epochs
from coaching.engine import Engine
from ingest.log import Entry
from ingest.store import Store
from ingest.store.sqlite import SqliteStore
from kindstep import line, study
from kindstep.live import Live
from people.authorize import Role
from tests import web_study
from tests.books import beats
from tests.web_study import MAYA, NOW_US

COACH = "c-many"
_MINUTE = 60


class _ByLine:
    """Where the pages hear of news: the hub's own line."""

    def __init__(self, folder: Path) -> None:
        self.listen = partial(line.listen, folder / "line")
        self.heard = threading.Event()
        self.heard.set()

    def publish(self, *_: object, **_said: object) -> None:
        """Tell nobody of what a page does itself, such as that a message was seen."""


def pages(folder: str, count: str) -> None:
    """Serve a study's pages until standard input ends; first say how to get in."""
    face = web_study.make(Path(folder))
    people = [MAYA, *face.crowd(COACH, int(count) - 1)]
    face.hub = _ByLine(Path(folder))
    with web_study.serving(face) as address:
        told: dict[str, Any] = {
            "address": address,
            "ahead_us": face.clock() - time.monotonic_ns() // 1000,
            "sessions": {who: face.session(who, Role.PARTICIPANT) for who in people},
            "coach": face.session(COACH, Role.COACH),
            "way_in": face.link(COACH, Role.COACH),
            "phone": face.link(MAYA, Role.PARTICIPANT),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


def hub(folder: str, ahead_us: str, *people: str) -> None:
    """Be the hub until standard input ends; each line of it is an order, "on" or "off"."""
    asyncio.run(_hub(Path(folder), int(ahead_us), people))


async def _hub(folder: Path, ahead_us: int, people: tuple[str, ...]) -> None:
    async def nobody_asks(*_: object) -> NoReturn:
        raise NotImplementedError

    server = line.LineServer(folder / "line", *[nobody_asks] * 4)
    loop, telling = asyncio.get_running_loop(), threading.Event()

    def publish(frame: line.LiveFrame) -> None:
        loop.call_soon_threadsafe(server.publish, frame)

    store = SqliteStore(folder / "study.db")
    live = Live(store, Engine(study.load(None), site_seed=7), publish)
    work = (store, live, people, ahead_us, telling)
    threading.Thread(target=_work, args=work, daemon=True).start()
    async with server.open():
        while order := await asyncio.to_thread(sys.stdin.readline):
            telling.set() if order.strip() == "on" else telling.clear()


def _work(
    store: Store, live: Live, people: tuple[str, ...], ahead_us: int, telling: threading.Event
) -> None:
    """Each second: hearts of all, and the minutes of a sixtieth of them."""
    second = 0
    while telling.wait():
        now_us = ahead_us + time.monotonic_ns() // 1000
        live.stored([_beat(who, n, second, now_us) for n, who in enumerate(people)])
        _commit(store, live, people[second % _MINUTE :: _MINUTE], second, ahead_us)
        second += 1
        time.sleep(1 - time.monotonic() % 1)  # a slow second is no reason to tell less


def _beat(who: str, n: int, second: int, now_us: int) -> Entry:
    bpm = 60 + (n + second) % 40
    return Entry(1, now_us, "hall", 0, beats([now_us], [bpm], second, device=f"glasses-{who}"))


def _commit(
    store: Store, live: Live, people: tuple[str, ...], second: int, ahead_us: int
) -> None:
    news = np.zeros(len(people), epochs.EPOCH)
    news["lane"] = np.arange(len(people))
    news["minute_us"] = NOW_US // epochs.MINUTE_US * epochs.MINUTE_US
    news["parts"] = epochs.Part.ALL
    news["minute"]["device_steps"] = second
    lanes = [(who, f"glasses-{who}") for who in people]
    store.write(lambda db: epochs.keep(db, lanes, news))
    committed_us = ahead_us + time.monotonic_ns() // 1000
    with store.reading() as db:
        live.scored(db, people, committed_us)


if __name__ == "__main__":
    {"pages": pages, "hub": hub}[sys.argv[1]](*sys.argv[2:])
