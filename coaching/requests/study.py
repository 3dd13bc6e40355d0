"""The study itself: its protocol is locked before the first participant comes."""

from typing import Final

from sqlalchemy import Connection

from coaching import locks
from coaching.acts.act import Outcome
from coaching.acts.study import LockProtocol
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people.authorize import Action

_LONGEST: Final = 500


def lock(db: Connection, act: LockProtocol, grounds: Grounds, now_us: int) -> Outcome:
    """Lock the protocol that the study runs by."""
    reason = act.reason.strip()
    if not 1 <= len(reason) <= _LONGEST:
        return Outcome(ok=False, says="Please write why, or for what.")
    digest = grounds.protocol_digest
    held = locks.history(db)
    if held and held[0].digest == digest:
        return Outcome(ok=True, says="It is locked already.")
    locks.lock(db, locks.Lock(digest, now_us, act.participant, reason))
    return Outcome(ok=True, says="Locked. The hub does not start with another protocol.")


DEEDS: Final[Deeds] = {LockProtocol: Deed(lock, Action.OPERATE)}
