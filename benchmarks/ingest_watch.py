"""How far a hub is, and what its processes take, seen from outside."""

import time
from typing import Final

import psutil
from sqlalchemy import select

from analytics.tables import checkpoint
from ingest.store.sqlite import SqliteStore
from kindstep.folder import Folder

_LOOK_S: Final = 0.02
_WEIGH_S: Final = 1.0


class Watch:
    """Looks again and again."""

    def __init__(self, hub: int, folder: Folder) -> None:
        self._folder = folder
        self._hub = psutil.Process(hub)
        self._publisher: psutil.Process | None = None
        self._store = SqliteStore(folder.store, read_only=True)
        self._weighed_s = 0.0
        self._before_s: dict[str, float] = {}
        self.begun_s = 0.0
        self.seen: list[tuple[float, int]] = []  # when, and up to which position it had scored
        self.sealing_s: list[float] = []  # when an hour was seen to be sealed
        self.cpu_s: dict[str, float] = {}
        self.memory: dict[str, int] = {}  # bytes, at most

    def begin(self, publisher: int) -> None:
        """Take what is used from now on as the load's."""
        self._publisher = psutil.Process(publisher)
        self.weigh()
        self._before_s = dict(self.cpu_s)
        self.begun_s = time.time()

    def look(self) -> int:
        """Return up to which position the hub has scored, after a moment."""
        time.sleep(_LOOK_S)
        with self._store.reading() as db:
            position = db.scalar(select(checkpoint.c.position)) or 0
        now_s = time.time()
        self.seen.append((now_s, position))
        if any(self._folder.archive.glob("*/*.new")):
            self.sealing_s.append(now_s)
        if now_s > self._weighed_s + _WEIGH_S:
            self.weigh()
        return position

    def weigh(self) -> None:
        """Note what the processes have taken so far."""
        self._weighed_s = time.time()
        named = {self._hub: "hub"}
        named |= dict.fromkeys(self._hub.children(recursive=True), "broker")
        if self._publisher is not None and self._publisher.is_running():
            named[self._publisher] = "publisher"
        for each, name in named.items():
            times = each.cpu_times()
            self.memory[name] = max(self.memory.get(name, 0), each.memory_info().rss)
            self.cpu_s[name] = times.user + times.system

    def tell(self, wall_s: float, messages: int) -> None:
        """Print what each process took since the load began."""
        for name, until_s in sorted(self.cpu_s.items()):
            used_s = until_s - self._before_s.get(name, 0.0)
            print(
                f"  {name:9} {used_s / wall_s:5.2f} cores  "
                f"{used_s / messages * 1e6:6.1f} us CPU a message  "
                f"{self.memory[name] / 1e6:6.0f} MB"
            )

    def close(self) -> None:
        self._store.close()
