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


def test_an_impulse_needs_a_sex_as_well_and_grows_with_time():
    minute = Wearer(None, 40, 60, "male").judged(EPOCH, 60)
    short = Wearer(None, 40, 60, "male").judged(EPOCH, 5)

    assert minute["trimp"] == pytest.approx(0.6 * 0.64 * 2.718281828 ** (1.92 * 0.6), abs=1e-5)
    assert short["trimp"] == pytest.approx(minute["trimp"] / 12, abs=1e-6)
    assert Wearer(None, 40, 60, "male").judged(EPOCH | {"bpm": None}, 60)["trimp"] is None


def test_a_posture_is_told_of_still_epochs():
    def lies(x_g, y_g, z_g):
        means = {"mean_x_g": x_g, "mean_y_g": y_g, "mean_z_g": z_g}
        return Wearer(upright=(0.0, 2.0, 0.0)).judged(EPOCH | means, 60)["posture"]

    assert [lies(0.0, 1.0, 0.0), lies(0.0, 0.0, 1.0)] == ["upright", "lying"]
    assert [lies(0.0, 1.5, 0.0), lies(None, None, None)] == [None, None]
