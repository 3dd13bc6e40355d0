"""What simulated people do in the app: answer, and like what their friends did."""

import random
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Act
from coaching.acts.circle import Like
from coaching.acts.prompts import AnswerPrompt, AnswerQuestions
from coaching.engine import Engine
from kindstep.simulation.truth import Person
from people.authorize import Actor, Role

_ANSWERS: Final = 0.5  # of messages


def answer(
    db: Connection, engine: Engine, people: Iterable[str], chance: random.Random, now_us: int
) -> None:
    """Let people answer some of the messages that are open."""
    for who in people:
        for item in engine.inbox(db, who, now_us):
            if item.answered is None and item.options and chance.random() < _ANSWERS:
                said = AnswerPrompt(participant=who, message_id=item.id, answer=item.options[0])
                _do(db, engine, said, now_us)


def answer_questions(db: Connection, engine: Engine, person: Person, now_us: int) -> None:
    """Let somebody say how much it matters to them that their steps help."""
    for asked, _ in engine.questions(db, person.id, now_us):
        given = {"charity": str(person.charity)}
        act = AnswerQuestions(participant=person.id, asked_id=asked.id, answers=given)
        _do(db, engine, act, now_us)


def like(db: Connection, engine: Engine, who: str, now_us: int) -> None:
    """Let somebody like the newest of their friends' that they have not liked yet."""
    for entry in engine.feed(db, who, now_us):
        if entry.author != who and who not in entry.liked_by:
            _do(db, engine, Like(participant=who, entry=entry.id), now_us)
            return


def _do(db: Connection, engine: Engine, act: Act, now_us: int) -> None:
    engine.act(db, Actor(act.participant, Role.PARTICIPANT), act, now_us)
