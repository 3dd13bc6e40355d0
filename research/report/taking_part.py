"""Who took part, and what they wore, as a package tells it."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from research.engagement import Engagement, Followed
from research.figures import Day, Figure, Life, drawing
from research.figures.figure import FEWEST
from research.opened import Opened


def flow(package: Opened, found: Engagement) -> Figure:
    """Tell how far people came, of those who share something with research."""
    people = found.people
    stages = [
        ("share something with research", len(package.people)),
        ("share their activity", _shared(package)),
        ("were followed", len(people)),
        ("wore it on a day", sum(bool(each.worn) for each in people)),
        ("wore it for ten hours on a day", sum(bool(each.valid) for each in people)),
        ("had not left off at last", sum(not each.left_off for each in people)),
    ]
    arms = Counter(row["arm"] for row in package.rows("participants", ["arm"]))
    by_arm = ", ".join(f"{_few(count)} in arm {arm}" for arm, count in sorted(arms.items()))
    enough = [(name, float(count)) for name, count in stages if count >= FEWEST]
    return Figure(
        "Recruitment flow",
        f"{by_arm}. Who left off has worn nothing for two weeks or more.",
        drawing.bars(enough, "people") if enough else "",
        ("stage", "people"),
        tuple((name, _few(count)) for name, count in stages),
    )


def lives(package: Opened, people: Sequence[Followed]) -> list[Life]:
    """Return everyone's study, without their names."""
    names = ("study_day", "wear_minutes", "not_worn_minutes", "fault_minutes")
    heard: dict[str, list[Day]] = defaultdict(list)
    for row in package.rows("days", ["participant", *names]):
        heard[row["participant"]].append(Day(*(row[name] or 0 for name in names)))
    return [Life(each.days, tuple(heard[each.participant])) for each in people]


def _few(count: int) -> int | str:
    """Return a count, unless it is of so few that it comes near to telling of one."""
    return count if count == 0 or count >= FEWEST else f"fewer than {FEWEST}"


def _shared(package: Opened) -> int:
    rows = package.rows("participants", ["shares_activity"])
    return sum(row["shares_activity"] for row in rows)
