"""Free words that tell of danger: no bot answers them, and nobody else reads them first."""

from sqlalchemy import Connection

from coaching.acts.act import Outcome
from coaching.grounds import Grounds
from coaching.safety import alarm, watch
from coaching.safety.alarm import RedFlag
from coaching.safety.replies import red_flag


def call_for_help(
    db: Connection, participant: str, text: str, source: str, grounds: Grounds, now_us: int
) -> Outcome | None:
    """Call a human and return the emergency text; None for words that tell of nothing."""
    rules = grounds.protocol.safety
    kind = red_flag(text, rules.phrases)
    if kind is None:
        return None
    flag = RedFlag(participant, kind, f"Wrote of: {kind}", f"safety:{source}", now_us)
    alarm.ring(db, flag, grounds, now_us)
    return Outcome(ok=True, says=watch.over(db, participant, rules, now_us).emergency)
