"""Scoring a file: what it may look like, and what is said when it cannot be read."""

import gzip

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from analytics.kernels.actigraph_filter import RATES_HZ
from analytics.recording import BadRecording, score_file
from tests import naive, recordings
from tests.counting import agcounts
from tests.property.test_steps import gait
from tests.unit.test_counts_golden import agd


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
        ("a.csv", {"x": [1], "y": [2], "z": [300]}, {"rate_hz": 50}, "say their scale"),
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


def times(values_g):
    return np.arange(len(values_g)) / 50


def as_gzip(stem, values_g):
    plain = write(stem.with_suffix(".csv"), {"Time": times(values_g), **axes(values_g)})
    stem.with_suffix(".csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    return stem.with_suffix(".csv.gz"), 0


def as_npz(stem, values_g):
    np.savez(stem, t=times(values_g), acc_g=values_g, step_times=[1.0, 2.0])
    return stem.with_suffix(".npz"), 0


def as_dates(stem, values_g):
    moments = np.datetime64("2024-05-06T07:08:00", "ms") + np.arange(len(values_g)) * 20
    names = (f"Accelerometer {axis}" for axis in "XYZ")
    columns = {"Timestamp": moments, **dict(zip(names, values_g.T, strict=True))}
    return write(stem.with_suffix(".csv"), columns), 1_714_979_280


def as_semicolons(stem, values_g):
    lines = (";".join(map(str, row)) for row in np.c_[times(values_g), values_g])
    text = "\n".join(["t;acc_x;acc_y;acc_z", *lines]).replace(".", ",")
    stem.write_text(text)
    return stem, 0


def as_export(stem, values_g):
    lines = [
        "------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v1.7.2 "
        "date format M/d/yyyy at 50 Hz  Filter Normal -----------",
        *("Serial Number: TAS1", "Start Time 18:40:00", "Start Date 9/17/2019"),
        *("x",) * 5,
        "-" * 50,
        "Accelerometer X,Accelerometer Y,Accelerometer Z",
        *(",".join(map(str, row)) for row in values_g),
    ]
    stem.write_text("\n".join(lines))
    return stem, 1_568_745_600


WRITERS = {
    "csv": lambda stem, g: (write(stem.with_suffix(".csv"), {"time": times(g), **axes(g)}), 0),
    "parquet": lambda stem, g: (
        write(stem.with_suffix(".parquet"), {"time_ms": 1e3 * times(g), **axes(g)}),
        0,
    ),
    "gz": as_gzip,
    "npz": as_npz,
    "dates": as_dates,
    "semicolons": as_semicolons,
    "export": as_export,
}


GOLDEN = "bh_wrist_100hz_3min.gt3x"


def counts_of(result):
    return [[epoch[f"counts_{axis}"] for axis in "xyz"] for epoch in result["epochs"]]


def test_a_file_of_actigraph_s_has_the_counts_actilife_exported():
    result = score_file(recordings.path(GOLDEN), epoch_s=5)

    assert counts_of(result) == agd("bh_wrist_actilife_5s_normal.agd").tolist()
    assert result["counts"] == "actigraph"


@pytest.mark.parametrize("lfe", [False, True])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_file_has_the_counts_of_agcounts(tmp_path, rate_hz, lfe):
    values = gait(65, 1.9, 0.4)[: 61 * rate_hz] / 4096
    file = write(
        tmp_path / "walk.csv", {"time": np.arange(len(values)) / rate_hz, **axes(values)}
    )

    result = score_file(file, epoch_s=5, chunk=777, lfe=lfe)
    seconds = len(values) // rate_hz
    expected = agcounts(values, rate_hz, epoch_s=5, lfe=lfe).tolist()
    assert (result["rate_hz"], result["filter"]) == (rate_hz, "lfe" if lfe else "normal")
    assert counts_of(result)[: seconds // 5] == expected


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_samples_are_the_same_in_any_file(tmp_path, form):
    values_g = np.round(gait(65, 1.9, 0.4) / 4096, 3)
    file, told = WRITERS[form](tmp_path / "walk", values_g)

    result = score_file(file, epoch_s=5)
    expected = score_file(write(tmp_path / "plain.csv", axes(values_g)), rate_hz=50, epoch_s=5)
    begins = expected["epochs"][0]["start_s"] + told
    assert [epoch["start_s"] - begins for epoch in result["epochs"]] == list(range(0, 65, 5))
    for epoch, same in zip(result["epochs"], expected["epochs"], strict=True):
        assert {**epoch, "start_s": 0} == {**same, "start_s": 0}
