"""What a continuous glucose monitor has against its readings.

Layout: Bluetooth CGM Service 1.0, section 3.1.1.5, Sensor Status Annunciation: three octets,
of which a measurement carries only those that say something.
"""

from enum import IntFlag


class Status(IntFlag):
    """Status, calibration and temperature, warning: an octet each, in this order."""

    SESSION_STOPPED = 1 << 0
    BATTERY_LOW = 1 << 1
    WRONG_SENSOR_TYPE = 1 << 2
    SENSOR_MALFUNCTION = 1 << 3
    DEVICE_ALERT = 1 << 4
    DEVICE_FAULT = 1 << 5
    TIME_NEEDED = 1 << 8
    CALIBRATION_NOT_ALLOWED = 1 << 9
    CALIBRATION_RECOMMENDED = 1 << 10
    CALIBRATION_REQUIRED = 1 << 11
    TOO_WARM = 1 << 12
    TOO_COLD = 1 << 13
    CALIBRATION_PENDING = 1 << 14
    BELOW_PATIENT_LOW = 1 << 16
    ABOVE_PATIENT_HIGH = 1 << 17
    HYPO = 1 << 18
    HYPER = 1 << 19
    FALLS_FAST = 1 << 20
    RISES_FAST = 1 << 21
    BELOW_RANGE = 1 << 22
    ABOVE_RANGE = 1 << 23
