"""Participants who put on a device of theirs: what a gateway hears and nobody wears."""

from typing import Final

from sqlalchemy import Connection

from ingest.commands import Commands
from kindstep import taking_in
from people import registry
from web.orders import Done, PairDevice, PutOn, did, did_not

#: So many numbers at most are tried on one device in so long.
MOST: Final = 5
LATELY_US: Final = 600_000_000

NOT_HERE: Final = did_not("Whoever runs this hub gives devices to people.")
_WORN: Final = did_not("Somebody wears that already.")
_UNHEARD: Final = did_not("No gateway hears it now.")


def pair(db: Connection, commands: Commands, order: PairDevice, now_us: int) -> Done:
    """Have its gateway pair a device by the number that it shows."""
    if registry.wearer(db, order.device, now_us) is not None:
        return _WORN
    if not commands.hears(order.device, "pair"):
        return _UNHEARD
    lately = commands.pairings(order.device, now_us - LATELY_US)
    if lately and lately[-1].waits(now_us):
        return did_not("It is being paired already.")
    if len(lately) >= MOST:
        return did_not("Too many numbers were tried. Try again in ten minutes.")
    commands.pair(order.device, order.passkey, now_us)
    return did("It is being paired.")


def put_on(db: Connection, commands: Commands, order: PutOn, now_us: int) -> Done:
    """Let somebody wear a device from now on: what it said before may be of another."""
    if registry.wearer(db, order.device, now_us) is not None:
        return _WORN
    if not commands.hears(order.device, "alert"):
        return _UNHEARD

    def assign() -> None:
        registry.assign(db, order.device, order.participant, now_us)

    taking_in.give(db, order.device, assign, now_us, now_us)
    return did("You wear it now.")
