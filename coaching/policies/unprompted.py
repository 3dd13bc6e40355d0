"""The comparison group: decision points are logged, nothing is sent."""

from typing import ClassVar

import msgspec

from coaching.policies.bounds import Bounds
from coaching.prompts.state import State


class Unprompted(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="policy",
    tag="unprompted",
):
    """Never, also when the person is available."""

    name: ClassVar[str] = "unprompted"
    version: ClassVar[int] = 1

    def probability(self, _state: State, _bounds: Bounds) -> float:
        return 0.0
