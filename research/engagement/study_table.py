"""The study's own table: what went with more steps, and whether chance decided it.

Observational: people who had more friends may be others in much else; the difference is what it
is among those who were there. Randomised: a draw decided, and the difference is an effect.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import statsmodels.api

from coaching import effect
from coaching.effect import Interval, TooLittle
from people.sentence import say
from research import trial
from research.means import difference_of
from research.opened import Opened

sm: Any = statsmodels.api  # it has no types
_FEWEST: Final = 11
_FEWEST_IN_ARM: Final = 5
_WEEK_DAYS: Final = 7
#: Arms that send no messages.
_SILENT: Final = "unprompted"
_CHARITY: Final = ("baseline", "charity")
#: What is left to chance for a day, in words.
_FEATURES: Final = {
    "board": "how the others stand, on that day",
    "charity": "a goal told with what it gives, on that day",
    "cheer": "a nudge to cheer a friend, on that day",
}

Numbers: TypeAlias = Mapping[str, float]  # one of each person


class Design(StrEnum):
    """What decided."""

    OBSERVATIONAL = "observational"
    RANDOMISED = "randomised"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a difference with its limits, or why none is told."""

    name: str
    unit: str
    design: Design
    people: int
    effect: Interval | None = None
    refused: str = ""


def findings(package: Opened) -> tuple[Finding, ...]:
    """Return the table.

    Friends, and what people do towards them, go together: each is told with the others and the
    arm held, and charitable motivation with all of these held.
    """
    steps = _steps_a_day(package)
    events = _events_a_week(package)
    social = {
        "a friend more": _friends(package),
        "a like more a week": events["like_sent"],
        "a comment more a week": events["comment_sent"],
        "a cheer more a week": events["cheer_sent"],
    }
    held = {"arm": _has_messages(package)}
    charity = {"a degree more of charitable motivation": _charity(package)}
    lines = (*_lines(steps, social, held), *_lines(steps, charity, held | social))
    return (_prompted(package, steps), *_left_to_chance(package), *lines)


def _steps_a_day(package: Opened) -> Numbers:
    """Return each person's mean over valid, complete days, of whom there are a week of them.

    Of less neither steps nor what somebody does a week is known well enough.
    """
    names = ["participant", "steps", "valid", "complete"]
    of: dict[str, list[int]] = defaultdict(list)
    for row in package.rows("days", names):
        if row["valid"] and row["complete"] and row["steps"] is not None:
            of[row["participant"]].append(row["steps"])
    known = {who: found for who, found in of.items() if len(found) >= _WEEK_DAYS}
    return {who: sum(found) / len(found) for who, found in known.items()}


def _has_messages(package: Opened) -> Numbers:
    """Return 1 for those whose arm has messages, 0 for those whose has none."""
    policies = {arm: policy.name for arm, policy in package.protocol.arms.items()}
    rows = package.rows("participants", ["participant", "arm"])
    return {row["participant"]: float(policies[row["arm"]] != _SILENT) for row in rows}


def _prompted(package: Opened, steps: Numbers) -> Finding:
    """Compare those whose arm has messages with those whose has none."""
    groups: dict[float, list[float]] = {1.0: [], 0.0: []}
    for who, is_prompted in _has_messages(package).items():
        if who in steps:
            groups[is_prompted].append(steps[who])

    def told() -> Interval:
        effect.need(min(map(len, groups.values())), _FEWEST_IN_ARM, say("people in an arm"))
        return difference_of(groups[1.0], groups[0.0])

    people = sum(map(len, groups.values()))
    name = "messages against none, by arm"
    return _told(name, "steps a day", Design.OBSERVATIONAL, people, told)


def _left_to_chance(package: Opened) -> Iterator[Finding]:
    """Yield what a draw decided: messages, and social features of a day."""
    panel = trial.effect_panel(package)
    names = [str(each.name) for each in panel.by_feature]
    whole_days = [
        (_FEATURES.get(name, name), each)
        for name, each in zip(names, panel.by_feature, strict=True)
    ]
    for name, found in (("a message, in the half hour after it", panel.overall), *whole_days):
        yield Finding(
            name=name,
            unit="log steps",
            design=Design.RANDOMISED,
            people=panel.people,
            effect=found.effect,
            refused=str(found.refused),
        )


def _friends(package: Opened) -> Numbers:
    """Return how many friends each person has who let their circle be told."""
    rows = package.rows("participants", ["participant", "shares_circle"])
    ties = package.rows("ties", ["participant", "kind"])
    friends = Counter(row["participant"] for row in ties if row["kind"] == "friend")
    who = {row["participant"] for row in rows if row["shares_circle"]}
    return {each: float(friends[each]) for each in who - package.lacks("ties")}


def _events_a_week(package: Opened) -> Mapping[str, Numbers]:
    """Return of each kind how many a week each person did who let their circle be told."""
    weeks: dict[str, float] = defaultdict(float)
    for row in package.rows("days", ["participant", "study_day"]):
        weeks[row["participant"]] = max(
            weeks[row["participant"]], row["study_day"] / _WEEK_DAYS
        )
    done = Counter(
        (row["participant"], row["kind"])
        for row in package.rows("social_events", ["participant", "kind"])
    )
    rows = package.rows("participants", ["participant", "shares_circle"])
    who = weeks.keys() & {row["participant"] for row in rows if row["shares_circle"]}
    who -= package.lacks("social_events")
    kinds = ("like_sent", "comment_sent", "cheer_sent")
    return {kind: {each: done[each, kind] / weeks[each] for each in who} for kind in kinds}


def _charity(package: Opened) -> Numbers:
    """Return what each person said of it before they began."""
    return {
        row["participant"]: float(row["value"])
        for row in package.rows("answers")
        if (row["instrument"], row["item"]) == _CHARITY
    }


def _lines(
    steps: Numbers, more: Mapping[str, Numbers], held: Mapping[str, Numbers]
) -> Iterator[Finding]:
    """Yield by how much people differ who differ by one in something and in nothing else here.

    By least squares over people, with limits that let them scatter unevenly (HC3).
    """
    columns = {**held, **more}
    who = sorted(set(steps).intersection(*columns.values()))
    told = {name: np.array([of[each] for each in who]) for name, of in columns.items()}
    varied = [name for name, column in told.items() if len(set(column.tolist())) > 1]

    def estimate(name: str) -> Interval:
        effect.need(len(who), _FEWEST, say("people"))
        effect.need(len(set(told[name].tolist())), 2, say("different values"))
        design = np.column_stack([np.ones(len(who)), *(told[each] for each in varied)])
        effect.need(len(who), design.shape[1] + _FEWEST_IN_ARM, say("people"))
        effect.need(np.linalg.matrix_rank(design), design.shape[1], say("values apart"))
        fit = sm.OLS(np.array([steps[each] for each in who]), design)
        return _coefficient(fit.fit(cov_type="HC3", use_t=True), varied.index(name) + 1)

    for name in more:
        how = partial(estimate, name)
        yield _told(name, "steps a day", Design.OBSERVATIONAL, len(who), how)


def _coefficient(found: Any, place: int) -> Interval:  # noqa: ANN401 - a fitted model
    low, high = np.asarray(found.conf_int())[place]
    value, se = float(found.params[place]), float(found.bse[place])
    return Interval(value, float(low), float(high), se)


def _told(
    name: str, unit: str, design: Design, people: int, estimate: Callable[[], Interval]
) -> Finding:
    try:
        return Finding(name, unit, design, people, estimate())
    except TooLittle as little:
        return Finding(name, unit, design, people, refused=f"Not told: {little}.")
