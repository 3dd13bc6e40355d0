"""What a Polar device can measure raw."""

from enum import IntEnum


class Kind(IntEnum):
    """The number in front of every order and frame."""

    ECG = 0
    PPG = 1
    ACCELERATION = 2
    PEAK_INTERVALS = 3
    GYROSCOPE = 5
    MAGNETOMETER = 6
    RECORDING = 13  # no signal: that it can keep the others in files
