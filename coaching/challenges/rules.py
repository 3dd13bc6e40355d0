"""What a study says of challenges."""

from collections.abc import Iterator

import msgspec

from coaching.challenges.harm import HarmRule
from coaching.challenges.kinds import Terms


class ChallengeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is offered, and what holds for all of it."""

    wait_days: int  # after the last day, for data that comes late
    fewest_on_board: int  # of a team that others are shown: a mean of one is that one
    harm: HarmRule
    offers: dict[str, Terms]

    def unsound(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what makes no sense, and where."""
        if self.wait_days < 0:
            yield ("wait_days",), "cannot be negative"
        if self.fewest_on_board < 1:
            yield ("fewest_on_board",), "must be positive"
        if not self.harm.is_sound():
            yield ("harm",), "a share of 1, and 1 to recent_days and norm_days"
        for name, offer in self.offers.items():
            if not offer.is_sound():
                yield ("offers", name), "its numbers make no sense"
