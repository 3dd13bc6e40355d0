"""How far the hub has stored."""

from typing import Annotated

import msgspec

from gateway.wire.contract import Count

_Sequence = Annotated[int, msgspec.Meta(ge=-1, le=2**63 - 1)]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to and with `sequence` is stored, and `beyond`; -1 says nothing is."""

    device: str
    boot: Count
    stream: str
    sequence: _Sequence
    beyond: tuple[tuple[Count, Count], ...] = ()  # stored behind a hole: first and last


class Watermarks(msgspec.Struct, frozen=True, kw_only=True):
    """How far the hub has stored what this gateway sent."""

    hub_start_id: int
    marks: tuple[Mark, ...]
