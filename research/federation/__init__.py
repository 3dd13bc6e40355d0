"""Sites that estimate one effect together and exchange signed sums alone.

Two rounds. In the first each site sends the sums of squares and products that the regression
needs; who combines them knows the coefficients, and what of a walk before is to be taken where
nobody knows it. In the second each site sends the spread of its people's residuals, corrected
with the sums of all. No message has a row of a person.
"""

from research.federation.combining import combine, next_round
from research.federation.messages import Answer, Ask, BrokenMessage, Moments, Pooled, Spread
from research.federation.signing import Key, opened, sealed
from research.federation.summing import TooFewPeople, first_round, second_round

__all__ = [
    "Answer",
    "Ask",
    "BrokenMessage",
    "Key",
    "Moments",
    "Pooled",
    "Spread",
    "TooFewPeople",
    "combine",
    "first_round",
    "next_round",
    "opened",
    "sealed",
    "second_round",
]
