"""What is done with coaches, and what they do about themselves."""

from datetime import date

from coaching.acts.act import Act


class VerifyCoach(Act, frozen=True, kw_only=True):
    """Note a coach's credential; `participant` is the operator who saw it."""

    coach: str
    credential: str
    valid_until: date


class AssignCoach(Act, frozen=True, kw_only=True):
    """Put a participant on a verified coach's panel; `participant` is the operator who does."""

    to: str
    coach: str


class DescribeCoach(Act, frozen=True, kw_only=True):
    """Say how one is found; `participant` is the coach."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    most_people: int


class RateCoach(Act, frozen=True, kw_only=True):
    """Rate a coach one had to do with."""

    coach: str
    stars: int
    comment: str = ""


class SkipRating(Act, frozen=True, kw_only=True):
    """Do not want to rate a coach, and not be asked for a while."""

    coach: str


class AnswerRating(Act, frozen=True, kw_only=True):
    """Answer a rating; `participant` is the coach it is of."""

    rating: int
    text: str
