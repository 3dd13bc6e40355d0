"""What an operator starts from the page and takes minutes: commands of ours, beside the hub."""

import contextlib
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kindstep import process
from web.study_desk import Errand

_INTERRUPTED: Final = -1
_LAST_LINES: Final = 40


class Errands:
    """Runs one of each name at a time, and keeps what the last one said."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._running: dict[str, threading.Thread] = {}
        self._ends = contextlib.ExitStack()
        self._stopping = False
        for begun in folder.glob("*.said"):
            if not begun.with_suffix(".code").exists():  # the hub ended before it did
                begun.with_suffix(".code").write_text(str(_INTERRUPTED))

    def room(self, name: str) -> Path:
        """Return a folder of its own, which is not there when it begins."""
        return self._folder / name

    def start(self, name: str, command: Sequence[str]) -> bool:
        """Begin it; return False while the one before still runs."""
        with self._lock:
            before = self._running.get(name)
            if self._stopping or (before is not None and before.is_alive()):
                return False
            self._folder.mkdir(mode=0o700, exist_ok=True)
            shutil.rmtree(self.room(name), ignore_errors=True)
            (self._folder / f"{name}.code").unlink(missing_ok=True)
            said = (self._folder / f"{name}.said").open("w")
            child = self._ends.enter_context(
                process.child(command, stdout=said.fileno(), stderr=said.fileno())
            )

            def wait() -> None:
                code = child.wait()
                said.close()
                (self._folder / f"{name}.code").write_text(str(code))

            self._running[name] = threading.Thread(target=wait, name=name)
            self._running[name].start()
        return True

    def stop(self) -> None:
        """End whatever runs."""
        with self._lock:
            self._stopping = True
        self._ends.close()
        for thread in self._running.values():
            thread.join()


def last(folder: Path, name: str) -> Errand | None:
    """Return how the last one of a name stands; None if there was none."""
    said, code = folder / f"{name}.said", folder / f"{name}.code"
    if not said.exists():
        return None
    ended = code.exists()
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    return Errand(
        lines=tuple(line for line in lines if line.strip())[-_LAST_LINES:],
        code=int(code.read_text() or _INTERRUPTED) if ended else None,
    )
