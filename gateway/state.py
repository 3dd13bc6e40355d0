"""Where one sensor is, and how it gets from there to anywhere else.

| state | means |
|---|---|
| `seen` | its adverts are heard; no link is held, nor wanted this moment |
| `waiting` | it is wanted, and every slot of the radios that hear it is taken |
| `connecting` | a radio is calling it, or it is being asked who it is |
| `streaming` | it is connected, and what it says is new |
| `handing_over` | it is connected, and what it says comes from its memory |
| `lost` | nothing was heard of it for long |
| `bond_lost` | it no longer knows the key it shared with us; it must be paired anew |
| `paused` | it is let alone until someone resumes or pairs it |

These are the words of a gateway's status, and `STEPS` is all that can happen.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a sensor is."""

    SEEN = "seen"
    WAITING = "waiting"
    CONNECTING = "connecting"
    STREAMING = "streaming"
    HANDING_OVER = "handing_over"
    LOST = "lost"
    BOND_LOST = "bond_lost"
    PAUSED = "paused"


class Event(Enum):
    """What can happen to it."""

    HEARD = auto()  # an advert
    SILENT = auto()  # no advert for long
    WANTED = auto()  # its turn to be connected has come
    GRANTED = auto()  # a radio has a slot for it
    BEGUN = auto()  # it told who it is, and is listened to
    REMEMBERING = auto()  # it began to hand over its memory
    CAUGHT_UP = auto()  # ... and came to its end
    ENDED = auto()  # the link, or the attempt at one
    BOND_REFUSED = auto()
    PAUSED = auto()
    RESUMED = auto()


_CONNECTED: Final = {
    Event.ENDED: State.SEEN,
    Event.BOND_REFUSED: State.BOND_LOST,
    Event.PAUSED: State.PAUSED,
}

STEPS: Final[Mapping[State, Mapping[Event, State]]] = MappingProxyType(
    {
        State.SEEN: {
            Event.SILENT: State.LOST,
            Event.WANTED: State.WAITING,
            Event.PAUSED: State.PAUSED,
        },
        State.LOST: {
            Event.HEARD: State.SEEN,
            Event.WANTED: State.WAITING,  # a machine that slept may look before it listens
            Event.PAUSED: State.PAUSED,
        },
        State.WAITING: {
            Event.GRANTED: State.CONNECTING,
            Event.ENDED: State.SEEN,
            Event.PAUSED: State.PAUSED,
        },
        State.CONNECTING: {Event.BEGUN: State.STREAMING, **_CONNECTED},
        State.STREAMING: {Event.REMEMBERING: State.HANDING_OVER, **_CONNECTED},
        State.HANDING_OVER: {Event.CAUGHT_UP: State.STREAMING, **_CONNECTED},
        State.BOND_LOST: {Event.RESUMED: State.SEEN, Event.PAUSED: State.PAUSED},
        State.PAUSED: {Event.RESUMED: State.SEEN},
    }
)

#: What changes nothing where it is not listed above: it may come at any time.
_UNSOLICITED: Final = {Event.HEARD, Event.PAUSED}


def step(state: State, event: Event) -> State:
    """Return the state after an event; RuntimeError for one that cannot happen there."""
    following = STEPS[state].get(event)
    if following is not None:
        return following
    if event in _UNSOLICITED:
        return state
    raise RuntimeError(f"{event.name} while {state}")
