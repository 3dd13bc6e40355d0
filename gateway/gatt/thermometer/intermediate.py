"""Intermediate Temperature (GATT 0x2A1E): a thermometer while it still settles.

Layout: Bluetooth Health Thermometer Service 1.0, section 3.3: that of the measurement.
"""

from typing import Final

from gateway.gatt.thermometer import measurement

UUID: Final = "00002a1e-0000-1000-8000-00805f9b34fb"

decode: Final = measurement.decoder(UUID)
