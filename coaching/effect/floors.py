"""Below what nothing is told."""

from people.sentence import Sentence, Worded, say


class TooLittle(Worded, ValueError):
    """There is too little to estimate from: what is there, and the floor."""


def need(have: float, floor: float, what: Sentence) -> None:
    """Raise TooLittle below a floor."""
    if have < floor:
        raise TooLittle(
            say(
                "%(have)s %(what)s, of at least %(floor)s",
                have=f"{have:.0f}",
                what=what,
                floor=f"{floor:.0f}",
            )
        )
