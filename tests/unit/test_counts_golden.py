"""Counts of real recordings: what ActiLife exported, and what agcounts makes of them."""

import csv
import gzip
import sqlite3

import numpy as np
import pytest

from analytics.kernels.actigraph_filter import RATES_HZ
from tests import recordings
from tests.counting import count, sum_tenths, tenths

LINK_LSB_PER_G = 256
BT_LSB_PER_G = 341


def gt3x(name):
    """Give the int16 samples of an ActiGraph, seconds it slept through left out."""
    return np.concatenate([samples for _, samples in recordings.gt3x(name)])


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


def assert_equal_under_cuts(values, rate_hz, scale=1.0):
    """Compare epochs of 1, 5 and 60 s, both filters, with agcounts fed the whole."""
    cuts = np.random.default_rng(rate_hz).integers(0, len(values), 40)
    for lfe in (False, True):
        whole = tenths(values, rate_hz, scale, lfe=lfe)
        for epoch_s in (1, 5, 60):
            got = count(values, rate_hz, scale, cuts=cuts, epoch_s=epoch_s, lfe=lfe)
            np.testing.assert_array_equal(got, sum_tenths(whole, epoch_s))
            assert got.sum() > 0


@pytest.mark.parametrize("cuts", [(), range(0, 18_000, 7)])
def test_counts_what_actilife_exported(cuts):
    values = gt3x("bh_wrist_100hz_3min.gt3x")

    counted = count(values, 100, 1 / LINK_LSB_PER_G, cuts=cuts, epoch_s=5)
    golden = agd("bh_wrist_actilife_5s_normal.agd")
    assert golden.shape == (36, 3)
    np.testing.assert_array_equal(counted, golden)


@pytest.mark.parametrize(
    ("name", "rate_hz", "lsb_per_g"),
    [
        ("bh_wrist_100hz_3min.gt3x", 100, LINK_LSB_PER_G),
        ("readgt3x_100hz_36min.gt3x", 100, LINK_LSB_PER_G),
        ("ggir_30hz_29min.gt3x", 30, BT_LSB_PER_G),
    ],
)
def test_agrees_with_agcounts_on_a_device_s_own_file(name, rate_hz, lsb_per_g):
    assert_equal_under_cuts(gt3x(name), rate_hz, 1 / lsb_per_g)


@pytest.mark.parametrize(
    ("name", "skip", "rate_hz"),
    [
        ("readgt3x_100hz_36min_actilife_raw.csv.gz", 11, 100),
        ("mims_edge_case_80hz.csv", 1, 80),
    ],
)
def test_agrees_with_agcounts_on_exported_samples(name, skip, rate_hz):
    assert_equal_under_cuts(column_file(name, skip), rate_hz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("name", recordings.WALKS)
def test_agrees_with_agcounts_on_walks(name, rate_hz):
    values, scale = recordings.walk_as_sensed(name, rate_hz)

    assert_equal_under_cuts(values[: 70 * rate_hz], rate_hz, scale)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_agrees_with_agcounts_on_real_wrist_motion(rate_hz):
    t_s, xyz_g = recordings.watch()
    values = sampled(t_s, xyz_g, rate_hz)[: 130 * rate_hz]

    assert_equal_under_cuts(values, rate_hz)
