"""The study's own policy: every prompt that may be sent is sent."""

from typing import ClassVar

import msgspec

from coaching.policies.bounds import Bounds
from coaching.prompts.state import State


class FixedSchedule(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="policy",
    tag="fixed_schedule",
):
    """Certain whenever the person is available."""

    name: ClassVar[str] = "fixed_schedule"
    version: ClassVar[int] = 1

    def probability(self, _state: State, _bounds: Bounds) -> float:
        return 1.0
