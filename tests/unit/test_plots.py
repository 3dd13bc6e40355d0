"""Charts: from zero, never zero for nothing, and a line that breaks."""

from hypothesis import given
from hypothesis import strategies as st

from web import plots
from web.plots import HEIGHT, WIDTH


def test_no_value_is_no_bar_of_zero():
    nothing, zero, all_of_it = plots.bars([None, 0, 900]).bars

    assert (nothing.is_known, zero.is_known) == (False, True)
    assert (nothing.height, zero.height) == (0, 0)
    assert all_of_it.height == round(HEIGHT * 900 / 1000)


def test_a_goal_above_everything_still_fits():
    chart = plots.bars([4000], [9000])

    assert [tick.says for tick in chart.ticks] == ["0", "5,000", "10,000"]
    assert chart.bars[0].goal_y == round(HEIGHT * 0.1)


def test_a_line_breaks_where_nothing_was_heard():
    path = plots.line([60, 61, None, 64]).path

    assert path.count("M") == 2
    assert path.count("L") == 1
    assert plots.line([None, None]).path == ""


def test_what_is_usual_needs_five_values():
    assert plots.quartiles([1, 2, 3, 4]) is None
    assert plots.quartiles([5, 1, 4, 2, 3]) == (2, 4)
    assert plots.bars([3], usual=[1, 2, 3, 4]).band is None


_values = st.lists(st.none() | st.integers(0, 60_000), min_size=1, max_size=40)


@given(_values, st.lists(st.integers(0, 60_000), max_size=30))
def test_nothing_is_drawn_outside(values, usual):
    chart = plots.bars(values, usual=usual)
    ys = [tick.y for tick in chart.ticks] + [bar.y for bar in chart.bars]

    assert all(0 <= y <= HEIGHT for y in ys)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 2 for bar in chart.bars)
    assert len({tick.says for tick in chart.ticks}) == len(chart.ticks)
    if chart.band:
        assert 0 <= chart.band.y <= chart.band.y + chart.band.height <= HEIGHT + 1
