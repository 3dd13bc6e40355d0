from gateway.continuity import Continuity
from gateway.runs import Run


def run(first, end):
    return Run(first, first, 1, 0, False, bytes(end - first))


def span(admitted):
    return admitted and (admitted.first, admitted.end)


def test_lets_through_what_comes_next():
    continuity = Continuity(10, 1.0)

    assert span(continuity.admit(run(10, 20))) == (10, 20)
    assert span(continuity.admit(run(20, 30))) == (20, 30)
    assert continuity.first_held is None


def test_trims_what_is_known():
    continuity = Continuity(10, 1.0)

    assert continuity.admit(run(0, 10)) is None
    assert span(continuity.admit(run(5, 15))) == (10, 15)


def test_holds_what_comes_after_a_gap():
    continuity = Continuity(10, 1.0)

    assert continuity.admit(run(15, 20)) is None
    assert continuity.admit(run(20, 25)) is None
    assert continuity.first_held == 15


def test_goes_on_after_a_gap_that_nobody_can_fill():
    continuity = Continuity(10, 1.0)
    continuity.admit(run(15, 20))
    continuity.admit(run(20, 25))
    continuity.admit(run(40, 50))  # another gap: not the next there is

    assert [span(each) for each in continuity.skip()] == [(15, 20), (20, 25)]
    assert continuity.expected == 25


def test_takes_what_is_sent_again():
    continuity = Continuity(10, 1.0)
    continuity.admit(run(15, 20))
    continuity.ask()

    assert span(continuity.admit(run(10, 15))) == (10, 15)
    assert span(continuity.admit(run(15, 20))) == (15, 20)
    assert continuity.first_held is None


def test_does_not_ask_twice_for_what_is_on_its_way():
    continuity = Continuity(10, 1.0)
    continuity.admit(run(15, 20))
    continuity.ask()
    continuity.admit(run(20, 25))  # sent before the device heard

    assert continuity.first_held is None


def test_is_not_misled_by_gaps_in_what_is_on_its_way():
    continuity = Continuity(10, 1.0)
    continuity.admit(run(15, 20))
    continuity.ask()
    continuity.admit(run(40, 45))  # sent before the device heard, and not all of it came

    assert continuity.first_held is None
    assert continuity.waiting


def test_sees_when_an_answer_begins_too_late():
    """The device jumped back, so it has heard; what it begins with is the oldest it has."""
    continuity = Continuity(10, 1.0)
    continuity.admit(run(15, 20))
    continuity.ask()
    continuity.admit(run(20, 25))
    continuity.admit(run(12, 20))

    assert continuity.first_held == 12
