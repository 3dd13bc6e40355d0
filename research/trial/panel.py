"""The live panel of effect again, from a package: the same estimators on the same points."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from coaching import effect
from coaching.effect import EffectPanel, EffectRules, Point
from research.opened import Opened
from research.trial.feature_days import feature_points

_NEEDED = ["participant", "counter", "occasion", "state", "probability", "sent"]


def effect_panel(package: Opened) -> EffectPanel:
    """Return what the researcher's page said when the package was taken.

    It is the same to rounding unless rows of decisions were withheld; the manifest says so.
    """
    rules, made = package.protocol.effect, _made(package)
    found = effect.gather(_points(package, made, rules))
    days = effect.gather(feature_points(package))
    return effect.tell(found, effect.often(_spans(made)), rules, days)


def points(package: Opened) -> list[Point]:
    """Return the decisions that were left to chance and of whose outcome enough is known."""
    return list(_points(package, _made(package), package.protocol.effect))


def _made(package: Opened) -> list[dict[str, Any]]:
    """Return the decisions in order; of their states only what matters here."""
    rows = package.each("decisions", _NEEDED)
    return [{**row, "state": effect.see(row["state"])} for row in rows]


def _points(package: Opened, made: list[dict[str, Any]], rules: EffectRules) -> Iterator[Point]:
    followed = {
        (row["participant"], row["counter"]): row["steps"]
        for row in package.rows("outcomes")
        if row["counted_min"] >= rules.fewest_minutes
    }
    for row in made:
        steps = followed.get((row["participant"], row["counter"]))
        if steps is not None and 0 < row["probability"] < 1:
            yield Point(
                participant=row["participant"],
                occasion=row["occasion"],
                seen=row["state"],
                probability=row["probability"],
                sent=row["sent"],
                steps=steps,
            )


def _spans(made: list[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """Yield of each person how many decisions there were, in how many local days."""
    days: dict[str, tuple[int, int]] = {}
    for row in made:  # in order: the first comes first, the last last
        day = row["state"].days_in
        first, _ = days.get(row["participant"], (day, day))
        days[row["participant"]] = (first, day)
    for who, count in Counter(row["participant"] for row in made).items():
        first, last = days[who]
        yield count, last - first + 1
