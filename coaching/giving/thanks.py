"""A thank-you to whoever gave, once the glasses are on someone's nose."""

from sqlalchemy import Connection

from coaching import members
from coaching.challenges import membership
from coaching.daytime import HOUR_US
from coaching.giving import ledger
from coaching.giving.gifts import pot
from coaching.giving.vouchers import Voucher
from coaching.grounds import Grounds
from coaching.post import inbox
from coaching.post.message import COACH
from coaching.post.posting import Letter, post
from people import registry

OCCASION = "thanks"


def thank(db: Connection, voucher: Voucher, grounds: Grounds, now_us: int) -> tuple[str, ...]:
    """Write to everyone who had a part in a voucher, once; return to whom."""
    fitting = grounds.library.fitting(OCCASION)
    givers = givers_of(db, voucher.participant)
    if not fitting:
        return ()
    words = fitting[voucher.number % len(fitting)]
    expires_us = now_us + grounds.protocol.prompts.coach_expiry_h * HOUR_US
    for giver in givers:
        source = f"thanks:{voucher.id}:{giver}"
        if members.one(db, giver) and not inbox.is_written(db, source):
            letter = Letter(giver, source, COACH, words.id, expires_us)
            post(db, letter, grounds, now_us)
    return givers


def givers_of(db: Connection, giver: str) -> tuple[str, ...]:
    """Return who stands behind a giver: one person, a team's pot, or a challenge."""
    kind, _, name = giver.partition(":")
    if kind == "team":
        return ledger.pooled_by(db, pot(name))
    if kind == "challenge":
        return tuple(member.participant for member in membership.members(db, name))
    return (giver,) if registry.find_person(db, giver) else ()
