"""How a day of somebody's study is drawn: worn, not worn, at fault, and not known."""

import pytest

from research.figures.wear import Day, Life, adherence

KINDS = ("cell", "hollow", "crossed", "struck")


def drawn(*heard, days):
    """Give how many squares of each kind the map has, beside its legend's, and its table."""
    figure = adherence([Life(days, heard)])
    squares = figure.drawing.rpartition("</p>")[2]
    return [squares.count(f'class="{kind}"') for kind in KINDS], figure.rows[0][-3:]


@pytest.mark.parametrize(
    ("day", "counts", "told"),
    [
        (Day(1, 600, 840, 0), [1, 0, 0, 0], (0, 0, 0)),
        (Day(1, 0, 900, 0), [0, 1, 0, 0], (1, 0, 0)),
        (Day(1, 0, 100, 800), [0, 0, 1, 0], (0, 1, 0)),
        (Day(1, 0, 100, 100), [0, 0, 0, 1], (0, 0, 1)),
        (Day(1, 1, 1400, 0), [1, 0, 0, 0], (0, 0, 0)),  # a minute worn is no day not worn
    ],
)
def test_four_kinds_of_day_are_four_shapes(day, counts, told):
    assert drawn(day, days=1) == (counts, told)


def test_a_day_of_which_nothing_came_is_not_known():
    assert drawn(Day(2, 600, 0, 0), days=3) == ([1, 0, 0, 2], (0, 0, 2))


def test_every_shape_is_named():
    legend = adherence([Life(1, (Day(1, 600, 0, 0),))]).drawing.partition("</p>")[0]

    for kind, name in zip(
        KINDS, ("worn", "not worn", "device at fault", "not known"), strict=True
    ):
        assert f'class="{kind}"' in legend
        assert f"{name}</span>" in legend
