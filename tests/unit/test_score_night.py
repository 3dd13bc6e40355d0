"""A night of a file: its window of sleep, beats and saturations, by the file's own clock."""

import numpy as np
import pytest

from analytics.recording import Hints, Scoring, Wearer
from kindstep import score_table

NOON_S = 1_715_083_200  # 2024-05-07 12:00
BEDTIME_S, UP_S = 11 * 3600, 19 * 3600  # since then


def night(tmp_path, **columns):
    """Give a file of a day from noon on, a row a second: still from 23:00 to 7:00."""
    rng, since_s = np.random.default_rng(0), np.arange(24 * 3600)
    asleep = (since_s >= BEDTIME_S) & (since_s < UP_S)
    turns = np.where(asleep, np.pi / 4, np.cumsum(rng.normal(0, 0.4, since_s.size)))
    xyz_g = np.stack([np.cos(turns), np.zeros_like(turns), np.sin(turns)], axis=1)
    xyz_g += rng.normal(0, 0.015, xyz_g.shape)  # more than a table has
    path = tmp_path / "night.npz"
    axes = dict(zip("xyz", xyz_g.T, strict=True))
    np.savez(path, time=columns.pop("time", NOON_S + since_s), **axes, **columns)
    return path


def scored(path, epoch_s=60, **wearer):
    scoring = Scoring(path, Hints(), epoch_s, wearer=Wearer(**wearer))
    epochs = list(scoring.epochs())
    return epochs, scoring.total()


def test_a_night_has_a_window_of_sleep_and_desaturations(tmp_path):
    spo2 = np.full(24 * 3600, 97.0)
    dips = np.arange(BEDTIME_S, UP_S, 1800)
    for dip in dips:
        spo2[dip + 600 : dip + 630] = 93.5  # by 3 %, not by 4 %

    epochs, total = scored(night(tmp_path, spo2=spo2))
    (told,) = total["nights"]
    assert told["day"] == "2024-05-08"
    assert told["sleep_start_s"] - NOON_S == pytest.approx(BEDTIME_S, abs=600)
    assert told["sleep_end_s"] - NOON_S == pytest.approx(UP_S, abs=600)
    assert (told["odi_3"], told["odi_4"]) == (pytest.approx(2.0, abs=0.1), 0.0)
    assert told["lowest_spo2_percent"] == 93.5
    assert (total["odi_3"], total["odi_4"]) == (round(dips.size / 24, 2), 0.0)
    assert sum(epoch["desaturations_3"] for epoch in epochs) == dips.size
    lines = list(score_table.lines(score_table.Rows(), total, 80, plain=True))
    assert any(line.startswith("Night to 2024-05-08: sleep window 2") for line in lines)


def test_a_clock_without_dates_knows_no_noon(tmp_path):
    assert scored(night(tmp_path, time=np.arange(24 * 3600)))[1]["nights"] == []


def test_a_night_without_enough_of_anything_is_not_told(tmp_path):
    path = tmp_path / "short.npz"
    np.savez(path, time=NOON_S + np.arange(600), spo2=np.full(600, 97.0))

    _, total = scored(path)
    assert total["nights"] == []
    assert total["odi_3"] == 0.0
