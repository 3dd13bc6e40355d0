"""A backup whenever one is due, and the oldest thinned out after it."""

from collections.abc import Callable
from typing import Final

from kindstep.backups import keeping
from kindstep.backups.contents import BadBackup
from kindstep.schema import StoreUnusable
from kindstep.settings import BackupSettings, Settings

HOUR_US: Final = 3_600_000_000
RETRY_S: Final = 600.0
#: Before the first: a hub that starts with us has its tables by then.
FIRST_S: Final = 60.0

Clock = Callable[[], int]


def go_on(
    chosen: Settings,
    backup: BackupSettings,
    ends: Callable[[float], bool],
    now_us: Clock,
    say: Callable[[str], None],
) -> None:
    """Back up whenever the last proved one is old enough; `ends` waits, and says if to end."""
    wait_s = max(FIRST_S, _due_in_s(backup, now_us))
    while not ends(wait_s):
        try:
            done = keeping.back_up(chosen, backup.folder, now_us, lambda _bytes: None)
            keeping.thin(backup.folder, backup.keep)
        except (BadBackup, StoreUnusable, OSError) as error:
            say(f"no backup: {error}")
            wait_s = min(RETRY_S, backup.every_h * 3600)
        else:
            say(f"{done.folder}: {done.contents.size / 1e6:.1f} MB, restored aside and right")
            wait_s = _due_in_s(backup, now_us)


def _due_in_s(backup: BackupSettings, now_us: Clock) -> float:
    proved = keeping.proved(backup.folder)
    taken_us = proved[-1].contents.taken_us if proved else 0
    return max(0.0, (taken_us + backup.every_h * HOUR_US - now_us()) / 1e6)
