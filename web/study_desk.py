"""What the operator's study page asks of the machine; whoever starts the pages answers."""

from collections.abc import Callable
from dataclasses import dataclass

from coaching.engine import Protocol


class BadStudy(ValueError):
    """A study.toml cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that was started from the page."""

    lines: tuple[str, ...]  # that it said
    code: int | None  # none: it still runs; 0: it went well

    @property
    def runs(self) -> bool:
        return self.code is None


@dataclass(frozen=True, slots=True)
class StudyDesk:
    """How a study's file is read, and what was started."""

    read: Callable[[str], Protocol]  # raises BadStudy
    errand: Callable[[str], Errand | None]
    can_change: bool  # the settings name a file for it
    can_back_up: bool  # ... and a folder for backups
