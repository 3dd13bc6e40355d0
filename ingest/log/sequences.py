"""Numbers of which most follow each other, as few ends of runs."""

from bisect import bisect_right


class Sequences:
    """A set of whole numbers."""

    def __init__(self) -> None:
        self._ends: list[int] = []  # where a run begins, and the number after its last, in turn

    def __contains__(self, number: int) -> bool:
        return bisect_right(self._ends, number) % 2 == 1

    def add(self, number: int) -> None:
        ends = self._ends
        if ends and ends[-1] == number:  # as nearly always
            ends[-1] += 1
            return
        at = bisect_right(ends, number)
        if at % 2:
            return
        goes_on = at > 0 and ends[at - 1] == number
        is_reached = at < len(ends) and ends[at] == number + 1
        begins = [] if goes_on else [number]
        stops = [] if is_reached else [number + 1]
        ends[at - goes_on : at + is_reached] = begins + stops
