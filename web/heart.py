"""Heart rate as a page shows it: a value only while it is one, else when the last one was."""

from dataclasses import dataclass

from web import sparkline
from web.recent import CURRENT_US, Recent


@dataclass(frozen=True, slots=True)
class Heart:
    """One person's heart rate, ready to be shown."""

    bpm: int | None  # none: nothing current
    at_us: int | None  # of the last value, however old
    bins: str  # comma-separated, empty where nothing was heard
    path: str


def heart(recent: Recent, participant: str, now_us: int) -> Heart:
    """Return the last minutes of a participant's heart rate."""
    last = recent.last(participant)
    line = recent.line(participant, now_us)
    is_current = last is not None and now_us - last.at_us < CURRENT_US
    return Heart(
        bpm=last.bpm if last and is_current else None,
        at_us=last.at_us if last else None,
        bins=",".join("" if bpm is None else str(bpm) for bpm in line) if any(line) else "",
        path=sparkline.path(line),
    )
