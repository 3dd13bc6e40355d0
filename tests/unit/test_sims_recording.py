import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from firmware_sims.recording import Recording
from tests.unit.sims_central import NOON_US

LINE = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])


def test_an_irregular_clock_is_resampled_linearly():
    recording = Recording.from_arrays([10.0, 10.1, 10.3], LINE, lsb_per_g=1000)

    counts = recording.accel(NOON_US, 7, 50_000.0)

    assert counts[:, 0].tolist() == [0, 500, 1000, 1000, 1000, 1000, 1000]
    assert counts[:, 1].tolist() == [0, 0, 0, 250, 500, 750, 1000]


def test_after_the_end_it_lies_still_or_stops():
    still = Recording.from_arrays([0, 1, 2], LINE)
    over = Recording.from_arrays([0, 1, 2], LINE, stops_at_end=True)
    over.begin(NOON_US)

    assert still.ends_us is None
    assert np.ptp(still.accel(NOON_US, 500, 20_000.0)[100:], axis=0).tolist() == [0, 0, 0]
    assert over.ends_us == NOON_US + 2_000_000


def test_a_clock_that_steps_back_is_followed_forward_only():
    recording = Recording.from_arrays([0, 1, 0.5, 2], [*LINE[:2], [9, 9, 9], LINE[2]])

    assert recording.duration_s == 2
    assert recording.accel(NOON_US, 100, 20_000.0).max() == 4096


def test_asked_in_pieces_it_gives_the_same():
    rng = np.random.default_rng(1)
    recording = Recording.from_arrays(np.arange(500) / 31, rng.normal(0, 1, (500, 3)))

    whole = recording.accel(NOON_US, 600, 20_000.0)
    pieces = [recording.accel(NOON_US + at * 20_000, 6, 20_000.0) for at in range(0, 600, 6)]

    assert np.array_equal(whole, np.concatenate(pieces))


def test_reads_a_table_with_a_time_column(tmp_path):
    (tmp_path / "walk.csv").write_text("time,x,y,z\n0,0,0,1\n1,1,0,1\n2,1,1,1\n")
    columns = {"time": [0.0, 1.0, 2.0], **dict(zip("xyz", LINE.T, strict=True))}
    parquet.write_table(pa.table(columns), tmp_path / "walk.parquet")

    one = Recording(tmp_path / "walk.csv").accel(NOON_US, 100, 20_000.0)
    other = Recording(tmp_path / "walk.parquet").accel(NOON_US, 100, 20_000.0)

    assert np.array_equal(one, other)
    assert one[50].tolist() == [4096, 0, 4096]


def test_raw_integers_need_a_scale_and_a_rate(tmp_path):
    (tmp_path / "walk.csv").write_text("x,y,z\n0,0,256\n256,0,256\n")

    recording = Recording(tmp_path / "walk.csv", 2.0, scale_g=1 / 256)

    assert recording.duration_s == 0.5
    assert recording.accel(NOON_US, 1, 20_000.0).tolist() == [[0, 0, 4096]]
    with pytest.raises(ValueError, match="say its rate"):
        Recording(tmp_path / "walk.csv")


def test_its_own_steps_are_spread_evenly():
    recording = Recording.from_arrays([0, 60, 120], LINE, steps=100)
    recording.begin(NOON_US)

    assert recording.steps(NOON_US, NOON_US + 60_000_000) == 50
    assert recording.steps(NOON_US + 60_000_000, NOON_US + 600_000_000) == 50
