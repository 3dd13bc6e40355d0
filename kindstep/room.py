"""Room on the disk: what has none is begun again until there is some."""

import asyncio
import errno
import logging
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

_FEW_BYTES: Final = 1 << 20  # a database needs 32 kB to be opened, a broker somewhat more
_LOOK_S: Final = 1.0
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITTEN: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


async def waited_for(folder: Path, service: Callable[[], Awaitable[T]]) -> T:
    """Run a service to its end, again and again while it is a full disk that ends it.

    What ends it for another reason is raised.
    """
    said = False
    while True:
        try:
            return await service()
        except Exception as error:
            if not _lacks_room(folder, error):
                raise
            if not said:
                log.error("no room in %s, waiting for some: %s", folder, error)  # noqa: TRY400 - a full disk is no fault of the code
                said = True
        await asyncio.sleep(_LOOK_S)  # a disk tells nobody that it has room again


def _lacks_room(folder: Path, error: BaseException) -> bool:
    """Tell whether it was for want of room: by what it says, or as there is none now."""
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, OSError) and reason.errno in _FULL:
            return True
        if isinstance(reason, sqlite3.OperationalError) and _code(reason) in _NOT_WRITTEN:
            return True
        reason = reason.__cause__
    return folder.exists() and shutil.disk_usage(folder).free < _FEW_BYTES


def _code(error: sqlite3.OperationalError) -> int:
    """Return the primary result code, 0 without one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
