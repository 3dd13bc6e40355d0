"""Days in a row on which the goal was reached."""

from collections.abc import Iterable

from coaching.days.goals import Goal, Verdict


def streak(latest_first: Iterable[Goal]) -> int:
    """Count reached days back to the last missed one.

    A pause, a day hardly worn and one whose data may still come neither add nor break.
    """
    count = 0
    for goal in latest_first:
        if goal.verdict is Verdict.MISSED:
            break
        count += goal.verdict is Verdict.REACHED
    return count
