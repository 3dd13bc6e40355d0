"""One process at a time, for as long as it lives: a kill lets go as well."""

import contextlib
import fcntl
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final, TextIO

_TIMEOUT_S: Final = 5.0  # a predecessor may still be stopping
_POLL_S: Final = 0.05


@contextlib.contextmanager
def hold(path: Path) -> Generator[None, None, None]:
    """Hold a file that is there for nothing else; raise OSError when another process does."""
    with path.open("w", encoding="utf-8") as file:
        give_up_s = time.monotonic() + _TIMEOUT_S
        while not _is_ours(file):
            if time.monotonic() > give_up_s:
                raise OSError(f"{path}: another process holds it")
            time.sleep(_POLL_S)
        yield


def _is_ours(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
