"""A minute as one device knew it, and as one person's several devices did.

No data, not worn, fault and still are four different things; none of them is a zero.
"""

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import placing

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US

#: ENMO of a minute from which it counts as moving, without a step; a description, no cut-point.
MOVING_G: Final = 0.05


class State(IntEnum):
    """What a minute was."""

    NO_DATA = 0
    WORN_STILL = 1
    WORN_MOVING = 2
    NOT_WORN = 3
    FAULT = 4


class Flag(IntFlag):
    """What else is known of a minute."""

    ACCEL = 0x01  # accelerometer samples came; without it movement is known by counts at most
    REFUSED = 0x02  # at least one sample was no number
    SATURATED = 0x04  # at least one sample at the end of the range
    NO_CONTACT = 0x08  # the heart-rate sensor touched no skin
    SUMMARY_NOT_WORN = 0x10  # the device's own summary says it was not worn
    COUNTS = 0x20  # counts are known, at a rate that ActiGraph's filter is published for
    COUNTS_RESAMPLED = 0x40  # counts are known, by a resampler that is not ActiGraph's
    JUDGED_NOT_WORN = 0x80  # its motion says so; only within a day's figures, never stored
    FLAT = 0x100  # no axis changed at all: a sensor that shows not even its own noise
    UNIT = (
        0x200  # at rest, and yet not at 1 g: samples are in another unit, or the sensor is off
    )


class Part(IntFlag):
    """Which fields of a minute an epoch speaks of: one stream's, or all."""

    ACCEL = 0x01
    HEART_RATE = 0x02
    SUMMARY = 0x04
    RR = 0x08
    SPO2 = 0x10
    ALL = 0x1F


#: What changes by no more than this share of its norm is at rest, where a sensor shows 1 g.
AT_REST: Final = 0.1
PLAUSIBLE_G: Final = (0.8, 1.2)

#: Pieces of 5 s in a minute; MAD and the angle of the sensor are taken piece by piece.
PIECES: Final = 12
#: No angle: the piece has no valid sample.
NO_ANGLE: Final = -32768

#: What each stream says of a minute. Sums are of values in the order they were measured.
_ACCEL: Final = (
    ("n_accel", "<u2"),  # valid, worn samples
    ("enmo_g", "<f8"),  # their mean; nan without samples
    ("mad_g", "<f8"),  # mean amplitude deviation of pieces; nan without
    ("steps", "<u2"),
    ("counts", "<u4", (3,)),  # ActiGraph's, of each axis; known with a flag
    ("mean_g", "<f4", (3,)),  # of each axis; nan without samples, and so the next three
    ("sd_g", "<f4", (3,)),
    ("low_g", "<f4", (3,)),
    ("high_g", "<f4", (3,)),
    ("anglez_cdeg", "<i2", (PIECES,)),  # of each piece, hundredths of a degree; NO_ANGLE
)
_HEART_RATE: Final = (("hr_n", "<u2"), ("hr_sum_bpm", "<u4"))
_SUMMARY: Final = (("device_steps", "<i4"),)  # as the device itself counted, -1 none
_RR: Final = (
    ("rr_n", "<u2"),  # intervals kept
    ("rr_dropped", "<u2"),  # out of range, or too far from the one before
    ("rr_diff_n", "<u2"),  # differences between neighbours
    ("rr_sum_ms", "<f8"),
    ("rr_square_sum_ms2", "<f8"),
    ("rr_diff_square_sum_ms2", "<f8"),
)
_SPO2: Final = (
    ("spo2_n", "<u2"),  # readings heard
    ("spo2_sum_percent", "<f8"),
    ("spo2_low_percent", "<f4"),  # nan without readings
    ("desaturations_3", "u1"),  # that had lasted long enough here, by 3 % or more
    ("desaturations_4", "u1"),
)
MINUTE: Final = np.dtype(
    [("state", "u1"), ("flags", "<u2"), *_ACCEL, *_HEART_RATE, *_SUMMARY, *_RR, *_SPO2]
)
EPOCH: Final = np.dtype(
    [
        ("lane", "<u4"),  # whose: index into the lanes that come along
        ("minute_us", "<i8"),  # its start
        ("parts", "u1"),  # Part
        ("n_valid", "<i8"),  # of samples that came, as the next two; not kept
        ("n_refused", "<i8"),
        ("n_saturated", "<i8"),
        ("minute", MINUTE),
    ]
)
#: A minute as mere bytes: numpy copies records field by field, thirty times as slowly.
OPAQUE: Final = np.dtype((np.void, MINUTE.itemsize))

Minutes = NDArray[np.void]
_FIELDS: Final = {
    Part.ACCEL: ("state", *(field[0] for field in _ACCEL)),
    Part.HEART_RATE: tuple(field[0] for field in _HEART_RATE),
    Part.SUMMARY: tuple(field[0] for field in _SUMMARY),
    Part.RR: tuple(field[0] for field in _RR),
    Part.SPO2: tuple(field[0] for field in _SPO2),
}
_FLAGS: Final = {
    Part.ACCEL: (
        Flag.ACCEL
        | Flag.REFUSED
        | Flag.SATURATED
        | Flag.COUNTS
        | Flag.COUNTS_RESAMPLED
        | Flag.FLAT
        | Flag.UNIT
    ),
    Part.HEART_RATE: Flag.NO_CONTACT,
    Part.SUMMARY: Flag.SUMMARY_NOT_WORN,
    Part.RR: Flag(0),
    Part.SPO2: Flag(0),
}


def blank(count: int) -> Minutes:
    """Return minutes of which nothing is known."""
    minutes = np.empty(count, OPAQUE)
    minutes[:] = _BLANK
    return minutes.view(MINUTE)


def _unknown() -> NDArray[np.void]:
    minute = np.zeros(1, MINUTE)
    for field in ("enmo_g", "mad_g", "mean_g", "sd_g", "low_g", "high_g", "spo2_low_percent"):
        minute[field] = np.nan
    minute["device_steps"] = -1
    minute["anglez_cdeg"] = NO_ANGLE
    return minute.view(OPAQUE)


_BLANK: Final = _unknown()


def combine(minutes: Minutes, parts: NDArray[np.uint8], news: Minutes) -> Minutes:
    """Return minutes with the fields that the news speak of replaced, in any order of news."""
    result = minutes.copy()
    for part, fields in _FIELDS.items():
        where = parts & part != 0
        for field in fields:
            result[field][where] = news[field][where]
        flags = int(_FLAGS[part])
        kept = result["flags"][where] & ~np.uint16(flags)
        result["flags"][where] = kept | news["flags"][where] & flags
    return _settled(result)


def _settled(minutes: Minutes) -> Minutes:
    """Let what else was heard say whether it was worn where no accelerometer did."""
    flags, device_steps = minutes["flags"], minutes["device_steps"]
    off = flags & (Flag.NO_CONTACT | Flag.SUMMARY_NOT_WORN) != 0
    summary_worn = (device_steps >= 0) & (flags & Flag.SUMMARY_NOT_WORN == 0)
    beating = (minutes["hr_n"] > 0) | (minutes["rr_n"] > 0) | (minutes["spo2_n"] > 0)
    told = np.select(
        [summary_worn & (device_steps > 0), summary_worn | beating, off],
        [State.WORN_MOVING, State.WORN_STILL, State.NOT_WORN],
        State.NO_DATA,
    )
    minutes["state"] = np.where(flags & Flag.ACCEL != 0, minutes["state"], told)
    return minutes


def merge(
    by_device: Mapping[str, Minutes], count: int, placement: str | None = None
) -> Minutes:
    """Return one person's minutes: one source for movement, heart rate from any device.

    The source of a minute is the worn device with the strongest evidence, of these the one in
    the best place, then the one with most valid samples, ties by name. Never the maximum over
    devices: that would reward wearing many.

    Parameters
    ----------
    by_device : mapping of str to (count,) MINUTE
    count : int
        How many minutes.
    placement : str or None
        Where the profile says that the source of motion sits.
    """
    if not by_device:
        return blank(count)
    devices = [by_device[name] for name in sorted(by_device)]
    if len(devices) == 1:
        return devices[0]
    table = np.stack([device.view(OPAQUE) for device in devices]).view(MINUTE)
    ranks = np.array([placing.rank(name, placement) for name in sorted(by_device)])
    merged = _pick(table, np.argmax(_standing(table, ranks[:, None]), axis=0))
    for part, heard in ((Part.HEART_RATE, "hr_n"), (Part.RR, "rr_n"), (Part.SPO2, "spo2_n")):
        most = _pick(table, np.argmax(table[heard], axis=0))
        for field in _FIELDS[part]:
            merged[field] = most[field]
    return merged


def _pick(table: Minutes, device: NDArray[np.int64]) -> Minutes:
    """Return each minute as one device knew it."""
    return table.view(OPAQUE)[device, np.arange(table.shape[1])].view(MINUTE)


def _standing(table: Minutes, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how much a device's word on a minute weighs; worn before not worn before fault."""
    tier = np.array([0, 3, 3, 2, 1])[table["state"]]
    sampled = table["flags"] & Flag.ACCEL != 0
    movement = sampled * 2 + (table["device_steps"] >= 0)
    heard = np.count_nonzero(table["anglez_cdeg"] != NO_ANGLE, axis=-1)
    most = ~sampled | (heard >= PIECES // 2)  # of the minute
    weight = (tier * 4 + movement) * 2 + most
    return (weight * (placing.FIRST + 1) + ranks) * 65_536 + table["n_accel"]


def steps(minutes: Minutes) -> NDArray[np.int64]:
    """Return the steps of each minute, -1 where nothing could count them."""
    worn = (minutes["state"] == State.WORN_STILL) | (minutes["state"] == State.WORN_MOVING)
    counted = minutes["flags"] & Flag.ACCEL != 0
    known = np.where(counted, minutes["steps"], minutes["device_steps"])
    return np.where(worn, known, -1).astype(np.int64)


def mean_bpm(minutes: Minutes) -> NDArray[np.float64]:
    """Return the mean heart rate of each minute, nan where none was heard."""
    with np.errstate(invalid="ignore"):
        return minutes["hr_sum_bpm"] / minutes["hr_n"]
