"""Days, wear and the activity score of a file, and what is missing for the rest."""

import numpy as np
import pytest

from analytics.files import daily, wearing
from analytics.files.keeping import Keeper
from analytics.files.lacking import lacking, there
from analytics.files.wearer import Wearer
from analytics.minutes import MINUTE_US, Flag, State, blank
from analytics.recording import Hints, Scoring
from kindstep import score_table

DAY_S = 86_400
MIDNIGHT_S = 1_715_040_000  # 2024-05-07
BODY = Wearer("hip", 40, 60, "female", (0.0, 1.0, 0.0))
ALL = {"motion": True, "minutes": True, "dated": True}


def kept(*days, minutes=24 * 60, **fields):
    """Give days since one of May 2024, all of their minutes alike."""
    keeper = Keeper()
    for day in days:
        mine = blank(minutes)
        for name, value in ({"state": State.WORN_MOVING, "flags": Flag.ACCEL} | fields).items():
            mine[name] = value
        begin_us = (MIDNIGHT_S + day * DAY_S) * 1_000_000
        keeper.add(begin_us + MINUTE_US * np.arange(minutes), mine)
    return keeper.kept()


def test_days_of_a_week_make_a_score():
    facts = daily.facts(kept(0, 1, 2, 4, 9, minutes=600, steps=10), BODY.body)

    days = [daily.as_dict(fact) for fact in facts]
    assert [day["day"][-2:] for day in days] == ["07", "08", "09", "11", "16"]
    assert {(day["steps"], day["wear_minutes"], day["points"]) for day in days} == {
        (6000, 600, 0)
    }
    assert daily.score(facts[:4], BODY.body)["score"] == 23  # 0.3 of 6000 / 8000
    assert daily.score(facts, BODY.body)["valid_days"] == 2  # others are longer ago
    assert daily.score([], BODY.body) is None


def test_a_heart_makes_zones_and_an_impulse_of_a_day():
    keep = kept(0, minutes=60, hr_n=1, hr_sum_bpm=120)  # half of the reserve from 60 to 180

    (day,) = (daily.as_dict(fact) for fact in daily.facts(keep, BODY.body))
    assert (day["zone_3_minutes"], day["moderate_minutes"], day["points"]) == (60, 60, 60)
    assert day["trimp"] == pytest.approx(60 * 0.5 * 0.86 * np.exp(1.67 * 0.5), abs=1e-3)


def test_what_lies_still_was_not_worn_by_either_rule():
    still = {"state": State.WORN_STILL, "flags": Flag.ACCEL | Flag.COUNTS, "n_accel": 600}
    level = dict.fromkeys(("mean_g", "low_g", "high_g"), 0.5) | {"sd_g": 0.001}
    keep = kept(0, 400, minutes=120, **still, **level)

    told = wearing.not_worn(keep, "hip")
    assert told["not_worn_minutes"] == told["choi_not_worn_minutes"] == 240
    assert told["not_worn"] == told["choi_not_worn"]
    assert [span["end_s"] - span["start_s"] for span in told["not_worn"]] == [7200, 7200]
    assert "choi_not_worn" not in wearing.not_worn(keep, "wrist")  # made for a hip


def test_all_that_is_given_lacks_nothing():
    columns = ("bpm", "rr_ms", "spo2")

    assert lacking(there(columns, "hip", **ALL, told=BODY.told)) == {}
    assert lacking(there(columns, "wrist", **ALL, told=BODY.told)) == {
        "mets": ["placement hip"],
        "choi_not_worn_minutes": ["placement hip"],
    }
    told = Wearer(age_years=40, resting_bpm=60).told
    assert lacking(there(columns, "hip", **ALL, told=told)) == {
        "trimp": ["sex"],
        "posture": ["upright"],
    }


def test_a_file_says_what_its_scores_would_need(tmp_path):
    path = tmp_path / "a.npz"
    rng = np.random.default_rng(0)
    xyz_g = np.array([0.0, 1.0, 0.0]) + rng.normal(0, 0.01, (1200, 3))
    axes = dict(zip("xyz", xyz_g.T, strict=True))
    np.savez(path, time=MIDNIGHT_S + np.arange(1200) / 10, bpm=np.full(1200, 120.0), **axes)

    scoring = Scoring(path, Hints(), 60, wearer=BODY)
    epochs, total = list(scoring.epochs()), scoring.total()
    assert [epoch["posture"] for epoch in epochs] == ["upright"] * 2
    assert [epoch["mean_y_g"] for epoch in epochs] == [pytest.approx(1, abs=0.01)] * 2
    assert [epoch["cadence_spm"] for epoch in epochs] == [0, 0]
    assert total["trimp"] == pytest.approx(sum(epoch["trimp"] for epoch in epochs), abs=1e-3)
    assert total["days"][0]["trimp"] == total["trimp"]
    assert set(total["missing"]) == {"rmssd_ms", "sdnn_ms", "odi_3", "odi_4"}
    lines = list(score_table.lines(score_table.Rows(), total, 80, plain=True))
    assert "No activity score: 0 valid days of 4" in lines
    assert "Without rr_ms: no rmssd_ms, sdnn_ms" in lines

    plain = Scoring(path, Hints(), 30)
    assert "trimp" not in next(plain.epochs())
    list(plain.epochs())
    missing = plain.total()["missing"]
    assert missing["trimp"] == ["age", "resting_bpm", "sex"]
    assert missing["score"] == ["epochs of 60 s"]
