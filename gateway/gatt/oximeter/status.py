"""What a pulse oximeter has against its readings: shared by its three characteristics.

Layout: Bluetooth Pulse Oximeter Service 1.0, section 3.1.1, Measurement Status (16 bits) and
Device and Sensor Status (24 bits).
"""

from enum import IntFlag
from typing import Final

from gateway.gatt.field import U24, Field, bits


class MeasurementStatus(IntFlag):
    """How the reading came about."""

    ONGOING = 1 << 5
    EARLY_ESTIMATE = 1 << 6
    VALIDATED = 1 << 7
    FULLY_QUALIFIED = 1 << 8
    FROM_STORAGE = 1 << 9
    DEMONSTRATION = 1 << 10
    TESTING = 1 << 11
    CALIBRATING = 1 << 12
    UNAVAILABLE = 1 << 13
    QUESTIONABLE = 1 << 14
    INVALID = 1 << 15


class SensorStatus(IntFlag):
    """How the device and its probe are."""

    EXTENDED_DISPLAY = 1 << 0
    EQUIPMENT_MALFUNCTION = 1 << 1
    SIGNAL_IRREGULAR = 1 << 2
    INADEQUATE_SIGNAL = 1 << 3
    SIGNAL_IS_POOR = 1 << 4
    LOW_PERFUSION = 1 << 5
    ERRATIC_SIGNAL = 1 << 6
    NONPULSATILE_SIGNAL = 1 << 7
    QUESTIONABLE_PULSE = 1 << 8
    SIGNAL_ANALYSIS_ONGOING = 1 << 9
    SENSOR_INTERFERENCE = 1 << 10
    SENSOR_UNCONNECTED = 1 << 11
    UNKNOWN_SENSOR = 1 << 12
    SENSOR_DISPLACED = 1 << 13
    SENSOR_MALFUNCTION = 1 << 14
    SENSOR_DISCONNECTED = 1 << 15


MEASUREMENT_STATUS: Final[Field] = bits(MeasurementStatus)
SENSOR_STATUS: Final[Field] = bits(SensorStatus, U24)
