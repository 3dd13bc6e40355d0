"""A decision to write or not: a pure function of what was seen, and the record it leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select

from coaching.grounds import Grounds
from coaching.prompts import availability
from coaching.prompts.draws import draw
from coaching.prompts.reason import Reason
from coaching.prompts.state import State
from coaching.tables import decisions


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance said, each in [0, 1)."""

    send: float
    message: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, with all that is needed to make it again."""

    state: State
    reasons: tuple[str, ...]  # against; none: available
    options: tuple[str, ...]  # messages that could be sent
    policy: str
    policy_version: int
    protocol: str  # hash
    library: str  # hash
    site_seed: int
    probability: float
    draw: float  # sent if below the probability
    choice_draw: float  # where in the options
    template: str | None  # None: nothing is sent
    text: str | None

    @property
    def id(self) -> str:
        return f"{self.state.participant}:{self.state.counter}"

    @property
    def draws(self) -> Draws:
        return Draws(self.draw, self.choice_draw)


def decide(state: State, grounds: Grounds, drawn: Draws | None = None) -> Decision:
    """Weigh availability, odds and wording; the same input gives the same bits anywhere.

    With draws that were made elsewhere neither the site's seed nor the name matters.
    """
    arm = grounds.protocol.arms[state.arm]
    library = grounds.words(state.language)
    options = library.eligible(state)
    reasons: tuple[str, ...] = availability.reasons(state, grounds.protocol)
    if not options:
        reasons = (*reasons, Reason.NOTHING_NEW)
    probability = 0.0 if reasons else arm.probability(state, grounds.protocol.bounds)
    drawn = drawn or _draws(state, grounds.site_seed)
    sends = drawn.send < probability
    template = options[int(drawn.message * len(options))] if sends else None
    return Decision(
        state=state,
        reasons=tuple(str(reason) for reason in reasons),
        options=options,
        policy=arm.name,
        policy_version=arm.version,
        protocol=grounds.protocol_digest,
        library=library.digest,
        site_seed=grounds.site_seed,
        probability=probability,
        draw=drawn.send,
        choice_draw=drawn.message,
        template=template,
        text=None if template is None else library.fill(template, state),
    )


def record(db: Connection, made: Sequence[Decision]) -> None:
    """Write decisions down."""
    if made:
        db.execute(insert(decisions), [as_row(each) for each in made])


def of_person(db: Connection, participant: str, limit: int) -> list[Decision]:
    """Return a person's decisions, the latest first."""
    query = select(decisions).where(decisions.c.participant == participant)
    rows = db.execute(query.order_by(decisions.c.counter.desc()).limit(limit))
    return [from_row(row) for row in rows]


def read(db: Connection, participant: str, counters: Collection[int]) -> dict[int, Decision]:
    """Return a person's decisions by counter."""
    query = select(decisions).where(
        decisions.c.participant == participant, decisions.c.counter.in_(counters)
    )
    found = (from_row(row) for row in db.execute(query))
    return {decision.state.counter: decision for decision in found}


def from_row(row: Row[Any]) -> Decision:
    """Read a record."""
    return Decision(
        state=_states.decode(row.state),
        reasons=_texts.decode(row.reasons),
        options=_texts.decode(row.options),
        policy=row.policy,
        policy_version=row.policy_version,
        protocol=row.protocol,
        library=row.library,
        site_seed=row.site_seed,
        probability=row.probability,
        draw=row.draw,
        choice_draw=row.choice_draw,
        template=row.template,
        text=row.text,
    )


_states = msgspec.json.Decoder(State)
_texts = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.encode


def as_row(made: Decision) -> dict[str, object]:
    """Return the record of a decision."""
    state = made.state
    return {
        "participant": state.participant,
        "counter": state.counter,
        "kind": state.kind,
        "occasion": state.occasion,
        "due_us": state.due_us,
        "at_us": state.at_us,
        "epoch_us": state.epoch_us,
        "state": _encode(state),
        "reasons": _encode(made.reasons),
        "options": _encode(made.options),
        "policy": made.policy,
        "policy_version": made.policy_version,
        "protocol": made.protocol,
        "library": made.library,
        "site_seed": made.site_seed,
        "probability": made.probability,
        "draw": made.draw,
        "choice_draw": made.choice_draw,
        "template": made.template,
        "text": made.text,
    }


def _draws(state: State, site_seed: int) -> Draws:
    def chance(purpose: str) -> float:
        return draw(site_seed, state.participant, state.counter, purpose)

    return Draws(send=chance("send"), message=chance("message"))
