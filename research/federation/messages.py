"""What sites say to each other: sums over people, never a person's row."""

from typing import Final

import msgspec

Matrix = tuple[tuple[float, ...], ...]
Vector = tuple[float, ...]

FORMAT: Final = 1
#: Columns of a site's sums: one, log steps of the half hour before (0 where nobody knows),
#: whether nobody knows, and the centred choice. The last two of these are folded into the
#: regression's three once the mean of all sites is known.
WIDTH: Final = 4
COEFFICIENTS: Final = 3


class BrokenMessage(ValueError):
    """A message cannot be used: its signature, its sender, its round or its form."""


class Pooled(msgspec.Struct, frozen=True, kw_only=True):
    """What all sites' first round came to."""

    people: int
    points: int
    mean_before: float  # log steps, taken where nobody knows them
    bread: Matrix  # inverse of the sum of weighted squares and products
    coefficients: Vector

    def __post_init__(self) -> None:
        """Raise BrokenMessage for numbers of another size."""
        sizes = {len(row) for row in (*self.bread, self.coefficients)}
        if len(self.bread) != COEFFICIENTS or sizes != {COEFFICIENTS}:
            raise BrokenMessage(f"it is not of {COEFFICIENTS} coefficients")


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What the site that combines wants to know of the others."""

    format: int = FORMAT
    study: str
    round: int  # 1 or 2
    sites: tuple[str, ...]  # public keys, of which each answers once
    fewest_people: int  # of a site
    reference: float  # the odds that effects are centred at
    pooled: Pooled | None = None  # from the second round on

    def __post_init__(self) -> None:
        """Raise BrokenMessage for what no site can answer."""
        if self.format != FORMAT:
            raise BrokenMessage(f"it is of format {self.format}, and not {FORMAT}")
        if self.round != 1 + (self.pooled is not None):
            raise BrokenMessage(f"what it says does not belong to round {self.round}")
        if not 0 < self.reference < 1:
            raise BrokenMessage(f"{self.reference} are no odds")


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """A site's sums for the first round."""

    people: int
    points: int
    known: int  # points with steps before
    sum_before: float
    squares: Matrix  # WIDTH by WIDTH
    products: Vector  # with the outcome


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A site's sums for the second round."""

    people: int
    plain: Matrix  # sum of each person's score with itself
    corrected: Matrix  # the same with the correction for few people


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one site says to an ask."""

    format: int = FORMAT
    ask: str  # hash of the ask as it was signed
    moments: Moments | None = None
    spread: Spread | None = None
