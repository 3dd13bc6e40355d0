"""What the embedded broker writes about itself."""

import os
from pathlib import Path
from typing import Final

_STORE_IS_FULL: Final = b"insufficient resources"


class BrokerLog:
    """Reads the broker's log while the broker writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = path.stat().st_size if path.exists() else 0

    def last_words(self) -> str:
        """Return the last line that tells of an error; the last of all if none does."""
        text = self._path.read_text(errors="replace") if self._path.exists() else ""
        lines = text.splitlines()
        telling = [line for line in lines if "[ERR]" in line or "[FTL]" in line]
        return (telling or lines or ["it said nothing"])[-1]

    def tells_of_a_full_store(self) -> bool:
        """Answer whether it was written since the last time that nothing more can be kept."""
        try:
            with self._path.open("rb") as file:
                begun_anew = file.seek(0, os.SEEK_END) < self._read_bytes
                file.seek(0 if begun_anew else self._read_bytes)
                news = file.read()
                self._read_bytes = file.tell()
        except FileNotFoundError:  # not begun yet, or just put away for being long
            return False
        return _STORE_IS_FULL in news
