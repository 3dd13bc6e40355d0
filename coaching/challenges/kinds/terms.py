"""What all kinds have in common."""

from typing import ClassVar

import msgspec


class Common(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """A title, and how long it lasts."""

    by_person: ClassVar[bool] = False  # a side is one person, not a team
    ordered: ClassVar[bool] = False  # days are looked at one by one
    apart: ClassVar[bool] = True  # how a side stands hinges on no other

    title: str
    days: int

    @property
    def aim(self) -> int | None:
        """Return the score at which a side has come to its aim; none where no score says so."""
        return None

    def is_sound(self) -> bool:
        """Tell whether its numbers make sense."""
        return bool(self.title) and 1 <= self.days <= 366
