"""What people's other trackers exported, read as it lies in their files."""

from research.imports.amounts import Amount, NotRead
from research.imports.choosing import KINDS, read
from research.imports.events import Minutes, events

__all__ = ["KINDS", "Amount", "Minutes", "NotRead", "events", "read"]
