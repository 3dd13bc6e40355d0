"""Letting a device ring for who wears it or puts it on, and not all the time."""

from typing import Final

from sqlalchemy import Connection

from ingest.commands import LOUD, SILENT, Commands
from people import registry
from web.orders import Done, FindDevice, did, did_not

#: So often at most a device rings in so long.
MOST: Final = 5
LATELY_US: Final = 600_000_000


def find(
    db: Connection,
    commands: Commands,
    order: FindDevice,
    now_us: int,
    *,
    own_devices: bool = False,
) -> Done:
    """Ask a device to ring, or to end it; what it is being asked already is not asked again.

    With `own_devices` what nobody wears rings for anybody: they look for theirs.
    """
    theirs = (order.participant, None) if own_devices else (order.participant,)
    if registry.wearer(db, order.device, now_us) not in theirs:
        return did_not("You do not wear that now.")
    level = LOUD if order.ring else SILENT
    lately = commands.alerts(order.device, now_us - LATELY_US)
    if order.ring and sum(each.command.level == LOUD for each in lately) >= MOST:
        return did_not("It rang often just now. Try again in ten minutes.")
    last = lately[-1] if lately else None
    if last is None or not last.waits(now_us) or last.command.level != level:
        commands.send(order.device, "alert", level, now_us)
    return did("It is asked.")
