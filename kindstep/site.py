"""What an operator's page says of this machine."""

import time
from typing import Final

import kindstep
from kindstep import disk
from kindstep.backups.contents import BadBackup
from kindstep.backups.keeping import proved
from kindstep.settings import BackupSettings, Settings
from web.site import Site

_HOUR_US: Final = 3_600_000_000
_LATE: Final = 2  # times the pause between two backups


def report(settings: Settings) -> Site:
    """Look at disk and backups now."""
    room = disk.forecast(settings, time.time_ns() // 1000)
    taken_us = _newest_us(settings.backup) if settings.backup else None
    return Site(
        version=kindstep.__version__,
        backs_up=settings.backup is not None,
        backup_us=taken_us,
        backup_is_late=settings.backup is not None and _is_late(settings.backup, taken_us),
        room_days=room.days if room else None,
        is_short=room is not None and room.is_short,
    )


def _newest_us(backup: BackupSettings) -> int | None:
    try:
        kept = proved(backup.folder)
    except BadBackup:
        return None
    return kept[-1].contents.taken_us if kept else None


def _is_late(backup: BackupSettings, taken_us: int | None) -> bool:
    if taken_us is None:
        return True
    return time.time_ns() // 1000 - taken_us > _LATE * backup.every_h * _HOUR_US
