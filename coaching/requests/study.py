"""The study itself: its protocol is locked before the first participant comes, and it ends."""

from typing import Final

from sqlalchemy import Connection

from coaching import locks, members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.study import CloseStudy, LockProtocol
from coaching.daytime import DAY_US
from coaching.grounds import Grounds
from coaching.post.message import COACH
from coaching.post.posting import Letter, post
from coaching.requests.deed import Deed, Deeds
from people.authorize import Action

_LONGEST: Final = 500
_OCCASION: Final = "closing"


def lock(db: Connection, act: LockProtocol, grounds: Grounds, now_us: int) -> Outcome:
    """Lock the protocol that the study runs by."""
    reason = act.reason.strip()
    if not 1 <= len(reason) <= _LONGEST:
        return refused("Please write why, or for what.")
    digest = grounds.protocol_digest
    held = locks.history(db)
    if held and held[0].digest == digest:
        return accepted("It is locked already.")
    locks.lock(db, locks.Lock(digest, now_us, act.participant, reason))
    return accepted("Locked. The hub does not start with another protocol.")


def close(db: Connection, _act: CloseStudy, grounds: Grounds, now_us: int) -> Outcome:
    """Let the taper begin for whoever is in it longer, and tell them."""
    weeks = grounds.protocol.taper.weeks
    ending = members.end_by(db, now_us + 7 * weeks * DAY_US)
    (words,) = grounds.library.fitting(_OCCASION)
    for who in ending:
        letter = Letter(who, f"closing:{who}", COACH, words.id, now_us + 7 * DAY_US)
        post(db, letter, grounds, now_us)
    if not ending:
        return accepted("Nobody is in the study for longer than that.")
    told = accepted(
        "%(people)s were told. Messages and points grow fewer over %(weeks)s weeks.",
        people=len(ending),
        weeks=weeks,
    )
    return told.touching(*ending)


DEEDS: Final[Deeds] = {
    LockProtocol: Deed(lock, Action.OPERATE),
    CloseStudy: Deed(close, Action.OPERATE),
}
