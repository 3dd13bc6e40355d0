"""What a cuff tells its pressures in: one flag of all four layouts."""

from typing import Final

from gateway.gatt.field import Either

UNIT: Final = Either(0x01, "kPa", "mmHg")
