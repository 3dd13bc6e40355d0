"""Chance with known odds at each decision point, so that an effect can be estimated."""

from typing import ClassVar

import msgspec

from coaching.policies.bounds import Bounds
from coaching.prompts.state import State


class MicroRandomised(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="policy",
    tag="micro_randomised",
):
    """The same odds for everyone, every time."""

    name: ClassVar[str] = "micro_randomised"
    version: ClassVar[int] = 1

    odds: float

    def probability(self, _state: State, _bounds: Bounds) -> float:
        return self.odds
