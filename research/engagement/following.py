"""For how long each person was followed, and on which days they wore something."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from research.opened import Opened

#: Tables with rows also of days on which nothing was worn, and their columns of days.
_LIVED: Final = {
    "days": "study_day",
    "goals": "study_day",
    "decisions": "due_day",
    "messages": "sent_day",
}
#: So long without a worn day, and somebody has left off; the last worn day is when.
LEFT_OFF_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Followed:
    """One person's study, in days of it."""

    participant: str
    days: int  # up to the last of which the hub knows anything
    worn: frozenset[int]  # days with data of somebody who wore something
    valid: frozenset[int]  # of them, those of ten hours or more

    @property
    def stayed(self) -> int:
        """Return the last worn day; 0: none ever was."""
        return max(self.worn, default=0)

    @property
    def left_off(self) -> bool:
        """Tell whether nothing was worn for so long that it looks like leaving."""
        return self.days - self.stayed >= LEFT_OFF_DAYS


def followed(package: Opened) -> tuple[Followed, ...]:
    """Return everyone whose activity a package tells, in order."""
    last: dict[str, int] = defaultdict(int)
    for table, column in _LIVED.items():
        for row in package.rows(table, ["participant", column]):
            last[row["participant"]] = max(last[row["participant"]], row[column] or 0)
    worn, valid = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
    for row in package.rows("days", ["participant", "study_day", "wear_minutes", "valid"]):
        if row["wear_minutes"]:
            worn[row["participant"]].add(row["study_day"])
        if row["valid"]:
            valid[row["participant"]].add(row["study_day"])
    shares = package.rows("participants", ["participant", "shares_activity"])
    return tuple(
        Followed(who, last[who], frozenset(worn[who]), frozenset(valid[who]))
        for who in (row["participant"] for row in shares if row["shares_activity"])
        if last[who] > 0
    )
