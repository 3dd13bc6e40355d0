"""What people's other trackers exported, read as it lies in their files."""

from research.imports.amounts import NotRead
from research.imports.choosing import KINDS, Found, read
from research.imports.events import Minutes
from research.imports.recording import SCALE_G, Recording

__all__ = ["KINDS", "SCALE_G", "Found", "Minutes", "NotRead", "Recording", "read"]
