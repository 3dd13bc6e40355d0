"""A minute as one device knew it, and as one person's several devices did.

No data, not worn, fault and still are four different things; none of them is a zero.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum, IntFlag
from typing import Final

import numpy as np
from numpy.typing import NDArray

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


class Part(IntFlag):
    """Which fields of a minute an epoch speaks of: one stream's, or all."""

    ACCEL = 0x01
    HEART_RATE = 0x02
    SUMMARY = 0x04
    ALL = 0x07


MINUTE: Final = np.dtype(
    [
        ("state", "u1"),  # State
        ("flags", "u1"),  # Flag
        ("n_accel", "<u2"),  # valid, worn samples
        ("enmo_g", "<f8"),  # their mean; nan without samples
        ("steps", "<u2"),  # counted from them
        ("device_steps", "<i4"),  # as the device itself counted, -1 none
        ("hr_n", "<u2"),  # heart rates heard
        ("hr_sum_bpm", "<u4"),
    ]
)
EPOCH: Final = np.dtype(
    [
        ("lane", "<u4"),  # whose: index into the lanes that come along
        ("minute_us", "<i8"),  # its start
        ("parts", "u1"),  # Part
        ("minute", MINUTE),
    ]
)

Minutes = NDArray[np.void]
_OF_ACCEL: Final = Flag.ACCEL | Flag.REFUSED | Flag.SATURATED


def blank(count: int) -> Minutes:
    """Return minutes of which nothing is known."""
    minutes = np.zeros(count, MINUTE)
    minutes["enmo_g"] = np.nan
    minutes["device_steps"] = -1
    return minutes


def combine(minutes: Minutes, parts: NDArray[np.uint8], news: Minutes) -> Minutes:
    """Return minutes with the fields that the news speak of replaced, in any order of news."""
    result = minutes.copy()
    accel, heart, summary = (
        parts & part != 0 for part in (Part.ACCEL, Part.HEART_RATE, Part.SUMMARY)
    )
    _take(result, news, accel, ("state", "n_accel", "enmo_g", "steps"), _OF_ACCEL)
    _take(result, news, heart, ("hr_n", "hr_sum_bpm"), Flag.NO_CONTACT)
    _take(result, news, summary, ("device_steps",), Flag.SUMMARY_NOT_WORN)
    return _settled(result)


def _take(
    into: Minutes, news: Minutes, where: NDArray[np.bool_], fields: Sequence[str], flags: int
) -> None:
    for field in fields:
        into[field][where] = news[field][where]
    into["flags"][where] = (
        into["flags"][where] & ~np.uint8(flags) | news["flags"][where] & flags
    )


def _settled(minutes: Minutes) -> Minutes:
    """Let what else was heard say whether it was worn where no accelerometer did."""
    flags, device_steps = minutes["flags"], minutes["device_steps"]
    off = flags & (Flag.NO_CONTACT | Flag.SUMMARY_NOT_WORN) != 0
    summary_worn = (device_steps >= 0) & (flags & Flag.SUMMARY_NOT_WORN == 0)
    told = np.select(
        [summary_worn & (device_steps > 0), summary_worn | (minutes["hr_n"] > 0), off],
        [State.WORN_MOVING, State.WORN_STILL, State.NOT_WORN],
        State.NO_DATA,
    )
    minutes["state"] = np.where(flags & Flag.ACCEL != 0, minutes["state"], told)
    return minutes


def merge(by_device: Mapping[str, Minutes], count: int) -> Minutes:
    """Return one person's minutes: one source for movement, heart rate from any device.

    The source of a minute is the worn device with most valid accelerometer samples, ties by
    name. Never the maximum over devices: that would reward wearing many.
    """
    if not by_device:
        return blank(count)
    devices = [by_device[name] for name in sorted(by_device)]
    if len(devices) == 1:
        return devices[0]
    table = np.stack(devices)
    columns = np.arange(count)
    merged = table[np.argmax(_standing(table), axis=0), columns]
    pulse = table[np.argmax(table["hr_n"], axis=0), columns]
    merged["hr_n"], merged["hr_sum_bpm"] = pulse["hr_n"], pulse["hr_sum_bpm"]
    return merged


def _standing(table: Minutes) -> NDArray[np.int64]:
    """Return how much a device's word on a minute weighs; worn before not worn before fault."""
    tier = np.array([0, 3, 3, 2, 1])[table["state"]]
    movement = (table["flags"] & Flag.ACCEL != 0) * 2 + (table["device_steps"] >= 0)
    return (tier * 4 + movement) * 65_536 + table["n_accel"]


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
