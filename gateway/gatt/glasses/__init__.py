"""The vendor service of the study's glasses: motion, minutes, state and control.

Ticks are a u32 at 32768 Hz that wraps; counters count since the device's last boot.
Everything is little-endian.
"""

from typing import Final

SERVICE: Final = "6b730001-6b69-4e64-8a74-657073000000"
TICKS_PER_SECOND: Final = 32768
