"""Free words that tell of danger: no bot answers them, and nobody else reads them first."""

from collections.abc import Sequence

from sqlalchemy import Connection

from coaching.acts.act import Outcome
from coaching.grounds import Grounds
from coaching.safety import alarm
from people.sentence import Sentence


def call_for_help(
    db: Connection,
    participant: str,
    texts: Sequence[str],
    source: str,
    grounds: Grounds,
    now_us: int,
) -> Outcome | None:
    """Call a human and return the emergency text; None for words that tell of nothing."""
    text = alarm.heed(db, participant, texts, source, grounds, now_us)
    return None if text is None else Outcome(ok=True, says=Sentence(text))
