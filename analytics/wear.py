"""Whether a device was worn where it cannot say so itself."""

import numpy as np

from analytics.kernels import nonwear
from analytics.minutes import Flag, Minutes, State


def judged(minutes: Minutes) -> Minutes:
    """Return one device's day with the minutes not worn that its motion betrays.

    A device that tells of its wear by itself is believed: one that ever said it was not worn,
    or counts steps of its own. So is a minute in which it moved, or heard a heart.

    Parameters
    ----------
    minutes : (n,) MINUTE
        One device's, in order, from the day's beginning.
    """
    still = (minutes["state"] == State.WORN_STILL) & (minutes["flags"] & Flag.ACCEL != 0)
    if not still.any() or _tells_itself(minutes):
        return minutes
    beating = (minutes["hr_n"] > 0) | (minutes["rr_n"] > 0) | (minutes["spo2_n"] > 0)
    off = nonwear.van_hees(minutes) & still & ~beating
    result = minutes.copy()
    result["state"][off] = State.NOT_WORN
    result["flags"][off] |= np.uint16(Flag.JUDGED_NOT_WORN)
    return result


def _tells_itself(minutes: Minutes) -> bool:
    said = minutes["flags"] & (Flag.SUMMARY_NOT_WORN | Flag.NO_CONTACT) != 0
    said |= (minutes["state"] == State.NOT_WORN) | (minutes["device_steps"] >= 0)
    return bool(np.any(said))
