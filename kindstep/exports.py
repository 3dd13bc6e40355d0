"""The desk of exports, put together from the settings."""

from pathlib import Path
from types import TracebackType
from typing import Self

from analytics.rescoring import Records
from ingest.log.sqlite import SqliteLog
from ingest.store import Store
from kindstep import schema, shelves, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from people.authorize import Actor, Role
from people.trail import Trail
from research.export import Access, AccessLog, Desk, Plan, Progress, Wish


def desk(settings: Settings, store: Store) -> Desk:
    """Return the desk of a site."""
    folder = Folder(settings.data)
    log = SqliteLog(folder.log, read_only=True)
    samples = Records(shelves.open_archive(settings), log)
    return Desk(store, samples, folder.export_key(), _Noted(folder))


class _Noted(AccessLog):
    """Notes each package in the trail as well, before it can be taken away."""

    def __init__(self, folder: Folder) -> None:
        super().__init__(folder.exports)
        self._trail = Trail(folder.trail)

    def add(self, access: Access) -> None:
        super().add(access)
        what = f"package {access.outcome}"
        said = f"{access.profile}, {access.participants} people {access.package}{access.reason}"
        actor = Actor(access.person, Role.RESEARCHER)
        self._trail.note(actor, what, detail=said, now_us=access.at_us)


class Office:
    """Opens the store for as long as a package takes."""

    def __init__(self, settings: Settings) -> None:
        self._store = stores.open_to_read(settings)
        with self._store.reading() as db, stores.reached():
            schema.check(db)
        self._desk = desk(settings, self._store)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()

    def preview(self, researcher: str, wish: Wish, now_us: int) -> Plan:
        """Return what a package would tell."""
        return self._desk.preview(Actor(researcher, Role.RESEARCHER), wish, now_us)

    def export(
        self, researcher: str, wish: Wish, into: Path, now_us: int, progress: Progress
    ) -> str:
        """Write a package; return the hash that names it."""
        actor = Actor(researcher, Role.RESEARCHER)
        return self._desk.export(actor, wish, into, now_us, progress)
