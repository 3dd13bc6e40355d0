import pytest

from gateway.life import Life
from gateway.state import STEPS, Event, State, step

SECOND_US = 1_000_000


class Clock:
    now_us = 0

    def __call__(self):
        return self.now_us


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def life(clock):
    return Life("strap", clock, lost_after_s=30)


def live(life, *events):
    for event in events:
        life.happened(event)
    return life.state


def reachable_from(state):
    found, waiting = set(), [state]
    while waiting:
        for following in STEPS[waiting.pop()].values():
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


@pytest.mark.parametrize("state", State)
def test_no_state_is_a_dead_end_and_none_is_out_of_reach(state):
    assert reachable_from(state) == set(State)


@pytest.mark.parametrize("state", State)
def test_anything_may_be_paused_and_heard(state):
    assert step(state, Event.PAUSED) is State.PAUSED
    assert step(state, Event.HEARD) in {state, State.SEEN}


@pytest.mark.parametrize("state", [State.BOND_LOST, State.PAUSED])
def test_what_waits_for_a_person_is_not_brought_back_by_an_advert(state):
    assert step(state, Event.HEARD) is state
    assert Event.WANTED not in STEPS[state]
    assert step(state, Event.RESUMED) is State.SEEN


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (State.SEEN, Event.BEGUN),
        (State.PAUSED, Event.WANTED),
        (State.STREAMING, Event.GRANTED),
        (State.BOND_LOST, Event.WANTED),
    ],
)
def test_what_cannot_happen_is_a_bug(state, event):
    with pytest.raises(RuntimeError, match=event.name):
        step(state, event)


def test_a_day_in_a_life(life):
    assert live(life, Event.HEARD, Event.WANTED) is State.WAITING
    assert live(life, Event.GRANTED) is State.CONNECTING
    assert live(life, Event.BEGUN, Event.REMEMBERING) is State.HANDING_OVER
    assert live(life, Event.CAUGHT_UP) is State.STREAMING
    life.happened(Event.ENDED, "the link was lost")
    assert (life.state, life.why) == (State.SEEN, "the link was lost")
    assert live(life, Event.WANTED, Event.GRANTED, Event.BEGUN) is State.STREAMING
    assert life.why == ""


def test_silence_makes_it_lost_and_an_advert_brings_it_back(life, clock):
    clock.now_us = 30 * SECOND_US
    assert life.state is State.SEEN

    clock.now_us += 1
    assert life.state is State.LOST

    life.heard()
    assert (life.state, life.heard_us) == (State.SEEN, clock.now_us)


def test_what_is_held_is_not_lost_however_silent(life, clock):
    live(life, Event.WANTED, Event.GRANTED, Event.BEGUN)
    clock.now_us = 3600 * SECOND_US

    assert life.state is State.STREAMING


def test_going_silent_after_a_loss_still_says_why(life, clock):
    live(life, Event.WANTED, Event.GRANTED)
    life.happened(Event.ENDED, "it did not answer")
    clock.now_us = 31 * SECOND_US

    assert (life.state, life.why) == (State.LOST, "it did not answer")
