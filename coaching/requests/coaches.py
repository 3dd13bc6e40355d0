"""Coaches: verified and assigned by an operator, rated by whom they had to do with."""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.coaches import (
    AnswerRating,
    AssignCoach,
    DescribeCoach,
    RateCoach,
    SkipRating,
    VerifyCoach,
)
from coaching.coaches import directory, reputation
from coaching.coaches.directory import Profile
from coaching.daytime import DAY_US
from coaching.grounds import Grounds
from coaching.prompts import snoozes
from coaching.requests.deed import Deed, Deeds
from coaching.requests.words import call_for_help
from people import registry
from people.authorize import Action, Topic
from people.registry import Conflict, NotKnown, Role

_MOST_PEOPLE = 500
_SKIPPED_US = 30 * DAY_US


def verify(db: Connection, act: VerifyCoach, _: Grounds, now_us: int) -> Outcome:
    """Note a credential that an operator saw."""
    found = registry.find_person(db, act.coach)
    if found is None or found.role is not Role.COACH:
        return refused("No coach goes by %(coach)s.", coach=act.coach)
    if not act.credential.strip() or act.valid_until < _today(now_us):
        return refused("A credential has a name, and holds today.")
    by = act.participant
    directory.verify(db, act.coach, act.credential.strip(), act.valid_until, by, now_us)
    return accepted(
        "%(coach)s is verified until %(valid_until)s.",
        coach=act.coach,
        valid_until=str(act.valid_until),
    )


def assign(db: Connection, act: AssignCoach, _: Grounds, now_us: int) -> Outcome:
    """Put a participant on a verified coach's panel."""
    try:
        directory.assign(db, act.to, act.coach, _today(now_us), now_us)
    except (Conflict, NotKnown) as error:
        return refused("That cannot be: %(why)s.", why=error.says)
    return accepted("%(coach)s now coaches %(to)s.", coach=act.coach, to=act.to)


def describe(db: Connection, act: DescribeCoach, _: Grounds, __: int) -> Outcome:
    """Keep what a coach says of themselves."""
    if not 0 <= act.most_people <= _MOST_PEOPLE:
        return refused("Between 0 and %(most)s people, please.", most=_MOST_PEOPLE)
    profile = Profile(act.languages, act.topics, act.most_people)
    directory.set_profile(db, act.participant, profile)
    return accepted("This is how you are found.")


def rate(db: Connection, act: RateCoach, grounds: Grounds, now_us: int) -> Outcome:
    """Rate a coach one had to do with."""
    if not 1 <= act.stars <= 5 or len(act.comment) > reputation.LONGEST:
        return refused(
            "1 to 5 stars, and %(most)s characters at most.", most=reputation.LONGEST
        )
    if not reputation.may_rate(db, act.participant, act.coach):
        return refused("You can rate a coach after you had to do with them.")
    comment = act.comment.strip()
    replaced = reputation.rate(db, act.participant, act.coach, act.stars, comment, now_us)
    source = f"rating:{act.participant}:{now_us}"
    danger = call_for_help(db, act.participant, [comment], source, grounds, now_us)
    if danger:
        return danger
    if replaced:
        return accepted("Thank you. It counts in place of your last, which stays.")
    return accepted("Thank you. It is shown without your name, and stays.")


def skip_rating(db: Connection, act: SkipRating, _: Grounds, now_us: int) -> Outcome:
    """Ask no more how a coach does, for a month."""
    occasion = reputation.occasion(act.coach)
    snoozes.snooze(db, act.participant, occasion, now_us + _SKIPPED_US)
    return accepted("Skipped. You can rate any time, under Me.")


def answer(db: Connection, act: AnswerRating, _: Grounds, now_us: int) -> Outcome:
    """Answer a rating, once."""
    text = act.text.strip()
    if not 0 < len(text) <= reputation.LONGEST:
        return refused("1 to %(most)s characters, please.", most=reputation.LONGEST)
    if not reputation.reply(db, act.participant, act.rating, text, now_us):
        return refused("That is answered already, or not yours.")
    return accepted("Answered.")


def _today(now_us: int) -> date:
    return datetime.fromtimestamp(now_us / 1e6, UTC).date()


DEEDS: Final[Deeds] = {
    VerifyCoach: Deed(verify, Action.OPERATE),
    AssignCoach: Deed(assign, Action.OPERATE),
    DescribeCoach: Deed(describe, Action.COACH),
    RateCoach: Deed(rate, Action.SET, Topic.MESSAGES),
    SkipRating: Deed(skip_rating, Action.SET, Topic.MESSAGES),
    AnswerRating: Deed(answer, Action.COACH),
}
