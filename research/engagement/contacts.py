"""How often a person and somebody had to do with each other, a year."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coaching.effect import Interval
from research.engagement.following import Followed
from research.means import rate_of
from research.opened import Opened

_YEAR_DAYS: Final = 365
_ONE_WAY: Final = "_sent"
#: With whom, as social_events has it.
_WHOM: Final = {"coach": "the engine", "staff": "a coach", "participant": "friends and team"}


@dataclass(frozen=True, slots=True)
class Rate:
    """Interactions in which both had a part, a person and year."""

    whom: str
    count: int
    a_year: Interval


def contacts(package: Opened, people: Sequence[Followed]) -> tuple[Rate, ...]:
    """Return the rate over all, and with whom; nothing where nobody was followed."""
    withheld = package.lacks("social_events")
    people = [each for each in people if each.participant not in withheld]
    if not people:
        return ()
    had: Counter[tuple[str, str]] = Counter(
        (row["participant"], row["with"])
        for row in package.rows("social_events", ["participant", "kind", "with"])
        if not row["kind"].endswith(_ONE_WAY)
    )
    whom = [("everybody", tuple(_WHOM)), *((name, (key,)) for key, name in _WHOM.items())]
    years = [each.days / _YEAR_DAYS for each in people]
    found: list[Rate] = []
    for name, keys in whom:
        counts = [sum(had[each.participant, key] for key in keys) for each in people]
        found.append(Rate(name, sum(counts), rate_of(counts, years)))
    return tuple(found)
