"""`kindstep score` and bad input: the row of a table each, said in one line or counted."""

import gzip
import json

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import csv, parquet

from kindstep.cli import main
from tests.property.test_steps import gait

RATE_HZ = 50
WALK_G = gait(60, 1.9, 0.4) / 4096


def write(path, values_g=WALK_G, **columns):
    table = pa.table({**columns, **dict(zip("xyz", np.asarray(values_g).T, strict=True))})
    (parquet.write_table if path.suffix == ".parquet" else csv.write_csv)(table, path)
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["score", *map(str, arguments), "--json"])


def scored(*arguments):
    """Give epochs and total."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    *epochs, last = map(json.loads, result.stdout.splitlines())
    return epochs, last["total"]


def times(count=3000, rate_hz=RATE_HZ):
    return np.arange(count) / rate_hz


@pytest.fixture
def file(tmp_path):
    return tmp_path / "recording.csv"


# What is scored all the same, and what is said of it.


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_and_a_gap(file, bad):
    values_g = WALK_G.copy()
    values_g[1500:1510, 1] = bad

    (epoch,), total = scored(write(file, values_g), "--rate", RATE_HZ)
    assert (epoch["n_valid"], epoch["refused"]) == (2990, 10)
    assert "refused" in epoch["flags"]
    assert (total["refused"], total["segments"]) == (10, 2)
    halves = (values_g[:1500], values_g[1510:])
    alone = [scored(write(file, half), "--rate", RATE_HZ)[1]["steps"] for half in halves]
    assert total["steps"] == sum(alone)


def test_metres_per_second_squared_are_noticed_and_can_be_said(file):
    write(file, WALK_G * 9.80665)

    _, total = scored(file, "--rate", RATE_HZ)
    assert "unit" in total["warnings"][0]
    said, corrected = scored(file, "--rate", RATE_HZ, "--unit", "m/s2")
    right, expected = scored(write(file), "--rate", RATE_HZ)
    assert corrected["warnings"] == []
    assert said[0]["enmo_mg"] == pytest.approx(right[0]["enmo_mg"], rel=1e-12)
    assert corrected["steps"] == expected["steps"]


@pytest.mark.parametrize("rate_hz", [25, 33])
def test_a_rate_without_counts_of_its_own_has_none_of_actigraph(file, rate_hz):
    epochs, total = scored(write(file, WALK_G[: 20 * rate_hz]), "--rate", rate_hz)

    assert total["rate_hz"] == rate_hz
    assert total["counts"] in (None, "resampled")
    assert {epoch["n_valid"] for epoch in epochs} == {20 * rate_hz}


def test_a_gap_begins_a_segment_and_leaves_epochs_partial(file):
    time = times()
    time[1500:] += 100
    write(file, time=time)

    epochs, total = scored(file, "--epoch", 20)
    assert [epoch["start_s"] for epoch in epochs] == [0, 20, 120, 140]
    assert [epoch["n_valid"] for epoch in epochs] == [1000, 500, 500, 1000]
    assert total["segments"] == 2
    halves = (WALK_G[:1500], WALK_G[1500:])
    alone = [scored(write(file, half), "--rate", RATE_HZ)[1]["steps"] for half in halves]
    assert total["steps"] == sum(alone)


def test_time_that_runs_back_is_left_out_and_said(file):
    time = times()
    time[[700, 701]] = time[600], np.nan

    _, total = scored(write(file, time=time))
    assert (total["samples"], total["refused"], total["valid"]) == (3000, 2, 2998)
    assert "row 701" in total["warnings"][0]


def test_samples_that_come_twice_count_once(file):
    twice = np.r_[0:2000, 1500:3000]

    _, once = scored(write(file, time=times()))
    _, total = scored(write(file, WALK_G[twice], time=times()[twice]))
    assert (total["steps"], total["valid"]) == (once["steps"], 3000)
    assert total["refused"] == 500


def test_a_flat_signal_does_not_move(file):
    epochs, total = scored(write(file, np.tile([0.0, 0.0, 1.0], (3000, 1))), "--rate", RATE_HZ)

    assert epochs[0]["enmo_mg"] == 0.0
    assert epochs[0]["flags"] == ["flat"]
    assert (total["steps"], total["valid"]) == (0, 3000)


def test_a_new_rate_begins_a_segment(file):
    time = np.r_[times(1500), 30 + times(1500, 100)]

    _, total = scored(write(file, time=time))
    assert (total["segments"], total["rate_hz"], total["refused"]) == (2, None, 0)


@pytest.mark.parametrize(
    ("options", "top_g"), [(("--range", 2), 2.0), ((), 2.0), (("--range", 8), 7.99)]
)
def test_the_end_of_the_range_is_flagged(file, options, top_g):
    values_g = WALK_G.copy()
    values_g[500:520, 2] = top_g

    epochs, total = scored(write(file, values_g), "--rate", RATE_HZ, "--epoch", 5, *options)
    assert [epoch["saturated"] for epoch in epochs][:4] == [0, 0, 20, 0]
    assert "saturated" in epochs[2]["flags"]
    assert total["saturated"] == 20
    assert sum(epoch["n_valid"] for epoch in epochs) == 3000


def test_a_still_sensor_that_shows_no_gravity_flags_its_epochs(file):
    still = np.tile([0.0, 0.0, 9.81], (3000, 1)) + gait(60, 1.9, 0.01) / 4096

    epochs, _ = scored(write(file, still), "--rate", RATE_HZ)
    assert epochs[0]["flags"] == ["unit"]


# What cannot be scored: code 2, and one line that says what and where.


def garbage(seed):
    return np.random.default_rng(seed).integers(0, 256, 4096, np.uint8).tobytes()


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", (), "is empty"),
        (b"\n\n", (), "has no samples"),
        (b"x,y,z\n", ("--rate", 50), "has no samples"),
        (b"x,y\n1,2\n", ("--rate", 50), "no column z; it has x, y"),
        (b"a,b,c\n1,2,3\n", ("--rate", 50), "no column x; it has a, b, c"),
        (b"x,X,y,z\n1,2,3,4\n", ("--rate", 50), "two columns x"),
        (b"x,y,z\n1.5,2,3\n", (), "no column time: say the rate"),
        (b"x,y,z\n1.5,2,3\n4,5,up\n", ("--rate", 50), "row 2, column z: 'up' is no number"),
        (b"x,y,z\n1.5,2,3\n4,5\n", ("--rate", 50), "row 2: 2 cells where there are 3"),
        (b"t,x,y,z\n2020-01-01,1,2,3\nsoon,1,2,3\n", (), "row 2, column t: 'soon' is no time"),
        (b"x,y,z\n,,\nnan,nan,nan\n", ("--rate", 50), "none of its 2 samples is a number"),
        (b"time,x,y,z\n,1,0,0\n,1,0,0\n", (), "column time: no time in any of 2 rows"),
        (b"x,y,z\n0,0,4096\n0,0,4100\n", ("--rate", 50), "holds integers around 4098"),
        (b"x,y,z\n1,2,3\n", ("--rate", 0), "a rate of 0.0 Hz"),
        (b"x,y,z\n1,2,3\n", ("--rate", -5), "a rate of -5.0 Hz"),
        (b"x,y,z\n1,2,3\n", ("--rate", "nan"), "a rate of nan Hz"),
        (b"x,y,z\n1,2,3\n", ("--rate", "often"), "--rate"),
        (b"x,y,z\n1,2,3\n", ("--rate", 50, "--scale", -1), "a scale of -1.0 g"),
        (b"x,y,z\n1,2,3\n", ("--rate", 50, "--unit", "raw"), "need a scale"),
        (b"\x00\x01\x02" * 100, ("--rate", 50), "neither text nor a file of a known kind"),
        (b"PK\x03\x04" + garbage(1), ("--rate", 50), "File is not a zip file"),
        (b"PAR1" + garbage(2), ("--rate", 50), "magic bytes"),
        (b"\x93NUMPY\x01\x00", ("--rate", 50), "recording.csv: "),
        (b"\x1f\x8b" + garbage(3), ("--rate", 50), "recording.csv: "),
        (gzip.compress(b"x,y,z\n" + b"1,2,3\n" * 90_000)[:-300], ("--rate", 50), "ended"),
    ],
)
def test_one_line_says_what_is_wrong_and_where(file, content, options, says):
    file.write_bytes(content)
    refused = run(file, *options)

    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith("Error: ")
    assert says in refused.stderr


def test_a_rate_that_does_not_fit_the_times_is_refused(file):
    refused = run(write(file, time=times()), "--rate", 100)

    assert refused.exit_code == 2
    assert refused.stderr == "Error: recording.csv, column time: 50 Hz, not 100\n"


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    refused = run(tmp_path / name)

    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"Error: {(tmp_path / name).name}: ")


def test_a_place_that_cannot_be_written_is_named(file, tmp_path):
    refused = run(write(file, time=times()), "--out", tmp_path / "nowhere" / "epochs.parquet")

    assert refused.exit_code == 2
    assert "nowhere" in refused.stderr


def test_a_time_that_no_date_can_be_written_of_is_none(file):
    times_s = 1_700_000_000 + times()
    times_s[-10:] += 1.2e12  # the year 39,000 and more

    _, total = scored(write(file, time_s=times_s))
    assert total["refused"] == 10
    assert len(total["days"]) == 1
