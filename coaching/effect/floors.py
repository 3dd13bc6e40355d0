"""Below what nothing is told."""


class TooLittle(ValueError):
    """There is too little to estimate from; the message names what is there and the floor."""


def need(have: float, floor: float, what: str) -> None:
    """Raise TooLittle below a floor."""
    if have < floor:
        raise TooLittle(f"{have:.0f} {what}, of at least {floor:.0f}")
