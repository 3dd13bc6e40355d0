"""Counts of real recordings: what ActiLife exported, and what agcounts makes of them."""

import csv
import gzip
import sqlite3
import struct
import zipfile

import numpy as np
import pytest

from analytics.kernels.actigraph_filter import RATES_HZ
from tests import recordings
from tests.counting import agcounts, count

LINK_LSB_PER_G = 256
ACTIVITY2 = 26  # a second of int16 x, y, z


def gt3x(name):
    """Give the samples of an ActiGraph Link, int16, seconds it slept through left out."""
    log = zipfile.ZipFile(recordings.path(name)).read("log.bin")
    at, seconds = 0, []
    while at < len(log):
        _, kind, _, size = struct.unpack_from("<BBIH", log, at)
        if kind == ACTIVITY2 and size % 6 == 0:
            seconds.append(log[at + 8 : at + 8 + size])
        at += 9 + size
    return np.frombuffer(b"".join(seconds), "<i2").reshape(-1, 3)


def agd(name):
    """Give the counts ActiLife exported; its first axis is the sensor's second."""
    where = f"{recordings.path(name).as_uri()}?immutable=1"
    db = sqlite3.connect(where, uri=True)
    try:
        rows = db.execute("SELECT axis2, axis1, axis3 FROM data ORDER BY dataTimestamp")
        return np.array(rows.fetchall()).astype(np.int64)
    finally:
        db.close()


def column_file(name, skip):
    """Give the last three columns of a text file."""
    found = recordings.path(name)
    text = gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()
    rows = csv.reader(text.decode().splitlines()[skip:])
    return np.array([row[-3:] for row in rows], float)


def sampled(t_s, xyz_g, rate_hz):
    grid_s = np.arange(t_s[0], t_s[-1], 1 / rate_hz)
    return np.stack([np.interp(grid_s, t_s, axis) for axis in xyz_g.T], axis=1)


def assert_equal_under_cuts(values, rate_hz, scale=1.0, *, epoch_s):
    cuts = np.random.default_rng(rate_hz).integers(0, len(values), 40)
    for lfe in (False, True):
        expected = agcounts(values, rate_hz, scale, epoch_s=epoch_s, lfe=lfe)
        got = count(values, rate_hz, scale, cuts=cuts, epoch_s=epoch_s, lfe=lfe)
        np.testing.assert_array_equal(got, expected)
        assert got.sum() > 0


@pytest.mark.parametrize("cuts", [(), range(0, 18_000, 7)])
def test_counts_what_actilife_exported(cuts):
    values = gt3x("bh_wrist_100hz_3min.gt3x")

    counted = count(values, 100, 1 / LINK_LSB_PER_G, cuts=cuts, epoch_s=5)
    golden = agd("bh_wrist_actilife_5s_normal.agd")
    assert golden.shape == (36, 3)
    np.testing.assert_array_equal(counted, golden)


@pytest.mark.parametrize("name", ["bh_wrist_100hz_3min.gt3x", "readgt3x_100hz_36min.gt3x"])
def test_agrees_with_agcounts_on_a_device_s_own_file(name):
    assert_equal_under_cuts(gt3x(name)[:18_000], 100, 1 / LINK_LSB_PER_G, epoch_s=5)


@pytest.mark.parametrize(
    ("name", "skip", "rate_hz"),
    [
        ("readgt3x_100hz_36min_actilife_raw.csv.gz", 11, 100),
        ("mims_edge_case_80hz.csv", 1, 80),
    ],
)
def test_agrees_with_agcounts_on_exported_samples(name, skip, rate_hz):
    values = column_file(name, skip)[: 180 * rate_hz]

    assert_equal_under_cuts(values, rate_hz, epoch_s=5)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_agrees_with_agcounts_on_walks(rate_hz):
    name = recordings.WALKS[rate_hz // 10 % len(recordings.WALKS)]
    values, scale = recordings.walk_as_sensed(name, rate_hz)

    assert_equal_under_cuts(values[: 60 * rate_hz], rate_hz, scale, epoch_s=1)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_agrees_with_agcounts_on_real_wrist_motion(rate_hz):
    t_s, xyz_g = recordings.watch()
    values = sampled(t_s, xyz_g, rate_hz)[: 130 * rate_hz]

    assert_equal_under_cuts(values, rate_hz, epoch_s=60 if len(values) >= 60 * rate_hz else 1)
