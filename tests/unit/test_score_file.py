"""Scoring a file: what it may look like, and what is said when it cannot be read."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from analytics.recording import BadRecording, score_file
from tests import naive, recordings
from tests.property.test_steps import gait


def write(path, columns):
    table = pa.table(columns)
    (parquet.write_table if path.suffix == ".parquet" else csv.write_csv)(table, path)
    return path


def axes(values):
    return dict(zip("xyz", np.asarray(values).T, strict=True))


@pytest.fixture
def walk(tmp_path):
    return write(tmp_path / "walk.csv", axes(gait(90, 1.9, 0.4)))


def test_counts_raw_integers_at_a_rate(walk):
    result = score_file(walk, rate_hz=50, scale=1 / 4096)

    samples = gait(90, 1.9, 0.4)
    assert result["steps"] == naive.steps(samples, 1 / 4096, np.arange(len(samples)) * 20_000.0)
    assert [epoch["n_valid"] for epoch in result["epochs"]] == [3000, 1500]
    assert result["warnings"] == []


@pytest.mark.parametrize("chunk", [1, 7, 1000, 1_000_000])
def test_chunks_do_not_matter(walk, chunk):
    whole = score_file(walk, rate_hz=50, scale=1 / 4096)

    assert score_file(walk, rate_hz=50, scale=1 / 4096, chunk=chunk) == whole


def test_parquet_in_g_is_the_same_walk(walk, tmp_path):
    in_g = write(tmp_path / "walk.parquet", axes(gait(90, 1.9, 0.4) / 4096))

    assert score_file(in_g, rate_hz=50) == score_file(walk, rate_hz=50, scale=1 / 4096)


def test_epochs_may_be_short(walk):
    result = score_file(walk, rate_hz=50, scale=1 / 4096, epoch_s=5)

    assert [epoch["start_s"] for epoch in result["epochs"]] == list(range(0, 90, 5))
    assert {epoch["n_valid"] for epoch in result["epochs"]} == {250}


def test_drops_and_counts_what_is_no_number_or_runs_back(tmp_path):
    values = gait(4, 1.9, 0.4) / 4096
    values[10] = np.nan
    time = np.arange(200) / 50
    time[[50, 60]] = time[49], np.nan

    result = score_file(write(tmp_path / "bad.csv", {"time": time, **axes(values)}))
    assert (result["samples"], result["refused"]) == (200, 3)


def test_says_when_the_unit_looks_wrong(tmp_path):
    metres = write(tmp_path / "metres.csv", axes(9.81 * gait(4, 1.9, 0.1) / 4096))

    (warning,) = score_file(metres, rate_hz=50)["warnings"]
    assert "9.8" in warning


@pytest.mark.parametrize(
    ("name", "columns", "options", "says"),
    [
        ("a.csv", {"x": [1], "y": [2]}, {"rate_hz": 50, "scale": 1}, "no column z"),
        ("a.csv", {"x": [1], "y": [2], "z": [3]}, {"rate_hz": 50}, "say their scale"),
        ("a.csv", {"x": [1.5], "y": [2.0], "z": [3.0]}, {}, "say the rate"),
        ("a.csv", {"x": [1.5], "y": [2.0], "z": ["up"]}, {"rate_hz": 50}, "column z"),
        ("a.csv", {"x": [1.5], "y": [2.0], "z": [3.0]}, {"rate_hz": 0}, "0 Hz"),
    ],
)
def test_says_what_is_missing(tmp_path, name, columns, options, says):
    with pytest.raises(BadRecording, match=says):
        score_file(write(tmp_path / name, columns), **options)


@pytest.mark.parametrize("name", ["absent.csv", "absent.parquet"])
def test_says_when_there_is_no_file(tmp_path, name):
    with pytest.raises(BadRecording, match="absent"):
        score_file(tmp_path / name)


def test_says_when_it_is_no_table(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"not a table")

    with pytest.raises(BadRecording, match="magic bytes"):
        score_file(tmp_path / "a.parquet", rate_hz=50)


@pytest.mark.parametrize("name", recordings.WALKS)
def test_scores_a_real_walk_on_its_own_clock(tmp_path, name):
    t, acc_g, strikes_s = recordings.walk(name)
    file = write(tmp_path / "walk.parquet", {"time": t, **axes(acc_g)})

    assert score_file(file)["steps"] == pytest.approx(recordings.strikes(strikes_s), rel=0.05)
