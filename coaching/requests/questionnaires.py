"""Answering a questionnaire, or not."""

from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.prompts import AnswerQuestions, SkipQuestions
from coaching.grounds import Grounds
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Instrument
from coaching.questionnaires.questions import Asked
from coaching.requests.deed import Deed, Deeds
from coaching.requests.words import call_for_help
from people.authorize import Action, Topic

_GONE = refused("These questions are no longer here.")


def answer(db: Connection, act: AnswerQuestions, grounds: Grounds, now_us: int) -> Outcome:
    """Keep what was answered; a red flag in it calls a human at once."""
    found = _open(db, act.participant, act.asked_id, grounds, now_us)
    if found is None:
        return _GONE
    each, instrument = found
    given = instrument.kept(act.answers)
    questions.finish(db, each, given, now_us)
    own = [item.id for item in instrument.items if item.kind == "text"]
    words = [given[item] for item in own if item in given]
    said = call_for_help(db, act.participant, words, f"answers:{each.id}", grounds, now_us)
    return said or accepted("Thank you for your answers.")


def skip(db: Connection, act: SkipQuestions, grounds: Grounds, now_us: int) -> Outcome:
    """Put it away for good."""
    found = _open(db, act.participant, act.asked_id, grounds, now_us)
    if found is None:
        return _GONE
    questions.skip(db, found[0], now_us)
    return accepted("That is fine. Nobody will ask again.")


def _open(
    db: Connection, participant: str, asked_id: int, grounds: Grounds, now_us: int
) -> tuple[Asked, Instrument] | None:
    waiting = questions.open_to(db, participant, now_us)
    known = questions.instruments_of(grounds.protocol, waiting)
    return next(((a, i) for a, i in known if a.id == asked_id), None)


DEEDS: Final[Deeds] = {
    AnswerQuestions: Deed(answer, Action.ANSWER, Topic.PROMPTS),
    SkipQuestions: Deed(skip, Action.ANSWER, Topic.PROMPTS),
}
