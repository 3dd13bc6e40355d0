"""One decision with all that is on record of it, and whether the same comes out again."""

from dataclasses import dataclass

from sqlalchemy import Connection

from coaching import replay
from coaching.learned import outcomes
from coaching.learned.outcomes import Outcome
from coaching.post import inbox
from coaching.post.logged import Logged
from coaching.prompts import decisions
from coaching.replay import Chosen, Difference


@dataclass(frozen=True, slots=True)
class Audited:
    """A decision, its message, what was walked after it, and what came out otherwise."""

    logged: Logged
    outcome: Outcome | None
    differences: tuple[Difference, ...]  # none: made again it is the same, bit for bit


def audited(db: Connection, participant: str, counter: int) -> Audited | None:
    """Return a decision by its number; None when there is none."""
    made = decisions.read(db, participant, [counter]).get(counter)
    if made is None:
        return None
    message = inbox.of_decisions(db, participant, [counter]).get(counter)
    (differences,) = replay.again(db, Chosen(participant, counter))
    outcome = outcomes.one(db, participant, counter)
    return Audited(Logged(made, message), outcome, tuple(differences))
