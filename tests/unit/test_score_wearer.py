"""How hard an epoch was, given where the sensor was worn, and by whom."""

import pytest

from analytics.files.wearer import Wearer

EPOCH = {"enmo_mg": 100.6, "counts_y": 1952, "bpm": 132.0}


@pytest.mark.parametrize(
    ("placement", "intensity", "mets"),
    [("wrist", "moderate", None), ("hip", "moderate", 2.990848), ("glasses", None, None)],
)
def test_a_rule_holds_where_it_was_made(placement, intensity, mets):
    judged = Wearer(placement).judged(EPOCH, 60)

    assert judged == {"intensity": intensity, "mets": pytest.approx(mets)}
    assert Wearer(placement).judged(EPOCH, 5)["mets"] is None


def test_what_was_not_measured_is_not_judged():
    lacking = dict.fromkeys(EPOCH)

    assert Wearer("hip", 40, 60).judged(lacking, 60) == {
        "intensity": None,
        "mets": None,
        "zone": None,
    }


def test_a_zone_needs_age_rest_and_a_heart_rate():
    assert Wearer(None, 40, 60).judged(EPOCH, 60) == {"zone": 4}
    assert Wearer(None, 40).judged(EPOCH, 60) == {}
    assert Wearer(None, 40, 60).judged({"enmo_mg": 0.0, "counts_y": 0}, 60) == {}
