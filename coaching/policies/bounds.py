"""Between which odds chance may decide."""

import msgspec


class Bounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Neither never nor always, so that the effect stays estimable."""

    lowest_odds: float
    highest_odds: float

    def clip(self, odds: float) -> float:
        return min(max(odds, self.lowest_odds), self.highest_odds)
