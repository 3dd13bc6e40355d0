"""Days with social features that were left to chance, from a package: as the live panel's."""

from collections import defaultdict
from collections.abc import Iterator

from coaching.effect import Point, Seen
from research.opened import Opened


def feature_points(package: Opened) -> list[Point]:
    """Return a point for each feature of a day that is known to the end and was worn.

    Its outcome are the steps of the whole day; what helps to tell them those of the day before.
    """
    return list(_points(package))


def _points(package: Opened) -> Iterator[Point]:
    drawn = package.rows("features")
    walked, known = _walked(package)
    first: dict[str, int] = defaultdict(lambda: 1 << 30)
    for row in drawn:
        first[row["participant"]] = min(first[row["participant"]], row["study_day"])
    for row in drawn:
        who, day = row["participant"], row["study_day"]
        if 0 < row["odds"] < 1 and (who, day) in walked and (who, day) in known:
            yield Point(
                participant=who,
                occasion=row["feature"],
                seen=Seen(walked.get((who, day - 1)), day - first[who]),
                probability=row["odds"],
                sent=row["shown"],
                steps=walked[who, day],
            )


def _walked(package: Opened) -> tuple[dict[tuple[str, int], int], set[tuple[str, int]]]:
    """Return the steps of worn days with a goal, and which days are known to the end."""
    days = package.rows("days", ["participant", "study_day", "valid", "complete"])
    valid = {(row["participant"], row["study_day"]) for row in days if row["valid"]}
    goals = package.rows("goals", ["participant", "study_day", "done_steps"])
    done = {(row["participant"], row["study_day"]): row["done_steps"] for row in goals}
    walked = {key: done[key] for key in valid & done.keys() if done[key] is not None}
    return walked, {(row["participant"], row["study_day"]) for row in days if row["complete"]}
