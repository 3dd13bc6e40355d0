"""What a hub keeps open as long as it runs: its store, its log and the files beside them."""

from contextlib import ExitStack, closing
from dataclasses import dataclass

from ingest.archive import Archive
from ingest.gateways import Gateways
from ingest.influx import Sink
from ingest.log.sqlite import SqliteLog
from ingest.store import Store
from kindstep import influx, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.shelves import open_archive
from people.trail import Trail


@dataclass(frozen=True, slots=True)
class HubFiles:
    """All of them open."""

    folder: Folder
    trail: Trail
    store: Store
    log: SqliteLog
    archive: Archive
    gateways: Gateways
    sink: Sink | None  # none: no time-series database gets a copy


def open_files(settings: Settings, ends: ExitStack) -> HubFiles:
    """Open them; `ends` closes them, whatever comes after."""
    folder = Folder(settings.data)
    folder.make()
    folder.ingest.mkdir(exist_ok=True)
    return HubFiles(
        folder=folder,
        trail=Trail(folder.trail),
        store=ends.enter_context(closing(stores.open_store(settings))),
        log=ends.enter_context(closing(SqliteLog(folder.log))),
        archive=open_archive(settings),
        gateways=ends.enter_context(closing(Gateways(folder.gateways))),
        sink=_sink(settings, folder, ends),
    )


def _sink(settings: Settings, folder: Folder, ends: ExitStack) -> Sink | None:
    if settings.influx is None:
        return None
    return ends.enter_context(closing(influx.sink(settings.influx, folder.influx_outbox)))
