"""Who took which package, when: a line each, appended and never changed."""

import os
from pathlib import Path

import msgspec


class Access(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One time that somebody asked for a package."""

    at_us: int
    person: str
    profile: str
    recipient: str
    outcome: str  # "written" | "refused"
    participants: int
    package: str = ""  # hash of its manifest
    reason: str = ""
    rows: dict[str, int] = {}  # by table


class AccessLog:
    """A file of JSON lines, durable before the package can be taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, access: Access) -> None:
        """Append a line."""
        line = msgspec.json.encode(access) + b"\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        file = os.open(self._path, flags, 0o600)
        try:
            os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)

    def read(self) -> list[Access]:
        """Return every line, in order."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Access) for line in lines]
