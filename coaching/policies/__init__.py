"""How likely a prompt is sent. A policy is data in the protocol; each sibling file is one."""

from typing import TypeAlias

from coaching.policies.bounds import Bounds
from coaching.policies.fixed_schedule import FixedSchedule
from coaching.policies.micro_randomised import MicroRandomised
from coaching.policies.thompson_sampling import ThompsonSampling
from coaching.policies.unprompted import Unprompted

Policy: TypeAlias = FixedSchedule | MicroRandomised | ThompsonSampling | Unprompted

__all__ = [
    "Bounds",
    "FixedSchedule",
    "MicroRandomised",
    "Policy",
    "ThompsonSampling",
    "Unprompted",
]
