"""The pulse that oximeters and cuffs find on their way."""

from typing import Final

from gateway.batches import Stream

PULSE: Final = Stream("pulse", 0.1, "bpm")
