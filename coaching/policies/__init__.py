"""How likely a prompt is sent. A policy is data in the protocol; each sibling file is one."""

from typing import TypeAlias

from coaching.policies.fixed_schedule import FixedSchedule
from coaching.policies.micro_randomised import MicroRandomised
from coaching.policies.unprompted import Unprompted

Policy: TypeAlias = FixedSchedule | MicroRandomised | Unprompted

__all__ = ["FixedSchedule", "MicroRandomised", "Policy", "Unprompted"]
