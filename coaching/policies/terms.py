"""What the learned policy can look at, each as a number of about the size of 1.

What is not known stands in the middle: it then speaks neither for nor against.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from coaching.prompts.state import State
from people.sentence import Sentence, say

DOSE_KEPT: Final = 0.95  # of a dose, from one decision to the next
_HIGHEST_DOSE: Final = 20.0  # of a message at every decision: 1 / (1 - DOSE_KEPT)
_PLACES: Final = 12


def log_steps(steps: int) -> float:
    """Return log(1/2 + steps), without the last bits, in which machines differ."""
    return round(math.log(0.5 + steps), _PLACES)


@dataclass(frozen=True, slots=True)
class Term:
    """One number, and in the participant's words what it tells."""

    of: Callable[[State], float]
    words: Sentence | None = None


def _recent(state: State) -> float:
    return 0.0 if state.steps_30min is None else (log_steps(state.steps_30min) - 3) / 2


def _progress(state: State) -> float:
    if state.steps_today is None or not state.goal_steps:
        return 0.0
    return min(state.steps_today / state.goal_steps, 1.5) - 0.5


TERMS: Final[Mapping[str, Term]] = {
    "always": Term(lambda _: 1.0),
    "dose": Term(
        lambda state: state.dose / _HIGHEST_DOSE, say("how many messages you had lately")
    ),
    "recent": Term(_recent, say("your steps in the last half hour")),
    "progress": Term(_progress, say("how far you had come to your goal")),
    "time": Term(lambda state: (state.minute_of_day / 60 - 14) / 6, say("the time of day")),
}
