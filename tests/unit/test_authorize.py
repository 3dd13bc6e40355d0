from itertools import product

import pytest
from sqlalchemy import event

from people.authorize import (
    ENGINE,
    Action,
    Actor,
    Refused,
    Role,
    Topic,
    allowed,
    authorize,
    visible,
)
from people.registry import Relation, RelationKind, ViewerKind, consent, end_relation, relate
from tests.people_world import PARTICIPANTS, STAFF, START_US, memory_db, populate

NOW_US = START_US + 60_000_000
ANA, BEN, CHIDI = (Actor(name, Role.PARTICIPANT) for name in PARTICIPANTS)
DANA, ELI, OMAR = (Actor(name, role) for name, role in STAFF.items())
EVERYONE = (None, ANA, BEN, CHIDI, DANA, ELI, OMAR, ENGINE)
OWN = {Action.KNOW, Action.SEE, Action.ANSWER, Action.SET}
CIRCLE_SEES = {Topic.ACTIVITY, Topic.GIVING, Topic.CIRCLE}


@pytest.fixture
def db():
    with memory_db() as db:
        populate(db)
        yield db


def may(db, actor, action, subject, topic=None):
    return allowed(db, actor, action, subject, topic, now_us=NOW_US)


def reason(db, actor, action, subject, topic=None):
    with pytest.raises(Refused) as refused:
        authorize(db, actor, action, subject, topic, now_us=NOW_US)
    assert refused.value.reason
    return refused.value.reason


def expected(actor, action, topic):
    """Say what may be done with Ana when she shares everything: the rules, written out."""
    circle = actor == BEN and topic in CIRCLE_SEES
    return {
        Action.KNOW: actor in {ANA, BEN, DANA},
        Action.SEE: actor in {ANA, DANA, ELI, ENGINE} or circle,
        Action.ANSWER: actor == ANA,
        Action.SET: actor in {ANA, ENGINE},
        Action.CHEER: circle,
        Action.MESSAGE: actor in {DANA, ENGINE},
        Action.EXPORT: actor == ELI,
        Action.OPERATE: actor == OMAR,
        Action.HANDLE_GIFTS: actor == OMAR,
        Action.PROPOSE: actor in {DANA, OMAR},
        Action.COACH: actor == DANA,
    }[action]


@pytest.mark.parametrize(
    "actor", EVERYONE, ids=lambda actor: actor.person if actor else "nobody"
)
def test_the_rules_hold_for_everyone(db, actor):
    for action, topic in product(Action, Topic):
        wanted = expected(actor, action, topic)
        assert may(db, actor, action, "ana", topic) is wanted, (action, topic)


@pytest.mark.parametrize(
    "actor", EVERYONE, ids=lambda actor: actor.person if actor else "nobody"
)
def test_every_refusal_has_a_reason(db, actor):
    for action, topic, subject in product(
        Action, [None, *Topic], [*PARTICIPANTS, "dana", "zoe"]
    ):
        if not may(db, actor, action, subject, topic):
            assert reason(db, actor, action, subject, topic)


def test_participants_own_what_is_theirs_without_any_consent():
    with memory_db() as db:
        populate(db, shown_to=dict.fromkeys(Topic, ()))

        for action, topic in product(OWN, [None, *Topic]):
            assert may(db, ANA, action, "ana", topic)
        for actor, topic in product([BEN, DANA, ELI], Topic):
            assert reason(db, actor, Action.SEE, "ana", topic)
        assert reason(db, BEN, Action.CHEER, "ana") == "no consent to circle"
        assert reason(db, DANA, Action.MESSAGE, "ana") == "no consent to messages"


def test_what_was_never_asked_is_not_granted():
    with memory_db() as db:
        populate(db)
        db.exec_driver_sql("DELETE FROM consents")

        assert reason(db, DANA, Action.SEE, "ana", Topic.ACTIVITY) == "no consent to activity"


@pytest.mark.parametrize(
    ("actor", "action", "subject", "topic", "why"),
    [
        (None, Action.SEE, "ana", Topic.ACTIVITY, "not signed in"),
        (None, Action.OPERATE, "hub", None, "not signed in"),
        (DANA, Action.SEE, "chidi", Topic.ACTIVITY, "not on their panel"),
        (DANA, Action.MESSAGE, "chidi", None, "not on their panel"),
        (CHIDI, Action.SEE, "ana", Topic.ACTIVITY, "not in their circle"),
        (CHIDI, Action.CHEER, "ana", None, "not in their circle"),
        (BEN, Action.SEE, "ana", Topic.HEART_RATE, "heart_rate is never shown to them"),
        (BEN, Action.ANSWER, "ana", Topic.PROMPTS, "no rule allows it"),
        (ANA, Action.CHEER, "ana", None, "not for oneself"),
        (DANA, Action.SEE, "ana", None, "no topic named"),
        (DANA, Action.SEE, "zoe", Topic.ACTIVITY, "nobody goes by that name"),
        (DANA, Action.SEE, "eli", Topic.ACTIVITY, "not a participant"),
        (DANA, Action.SEE, "dana", Topic.ACTIVITY, "not a participant"),
        (OMAR, Action.SEE, "ana", Topic.ACTIVITY, "no rule allows it"),
        (ANA, Action.OPERATE, "hub", None, "no operator"),
        (ENGINE, Action.EXPORT, "ana", Topic.ACTIVITY, "no rule allows it"),
    ],
)
def test_says_what_was_lacking(db, actor, action, subject, topic, why):
    assert reason(db, actor, action, subject, topic) == why


@pytest.mark.parametrize(
    "actor",
    [
        Actor("ana", Role.COACH),
        Actor("dana", Role.PARTICIPANT),
        Actor("zoe", Role.COACH),
        Actor("ana", "superuser"),
        Actor("", ""),
    ],
)
def test_a_role_must_be_known_and_theirs(db, actor):
    for action, subject in product(Action, ["ana", "ben"]):
        assert reason(db, actor, action, subject, Topic.ACTIVITY)
    assert visible(db, actor, PARTICIPANTS, Topic.ACTIVITY, NOW_US) == set()


def test_an_unknown_role_on_record_is_refused(db):
    db.exec_driver_sql("UPDATE persons SET role = 'wizard' WHERE id IN ('dana', 'ben')")

    assert reason(db, Actor("dana", "wizard"), Action.SEE, "ana", Topic.ACTIVITY)
    assert reason(db, Actor("ben", "wizard"), Action.SEE, "ben", Topic.ACTIVITY)
    assert reason(db, Actor("dana", "wizard"), Action.OPERATE, "hub") == "no operator"


def test_nobody_else_passes_as_the_engine(db):
    assert reason(db, Actor("ana", Role.SYSTEM), Action.SEE, "ben", Topic.ACTIVITY)
    assert reason(db, Actor("mallory", Role.SYSTEM), Action.SEE, "ben", Topic.ACTIVITY)


def test_a_withdrawal_holds_at_once(db):
    consent(db, "ana", Topic.HEART_RATE, ViewerKind.COACH, False, NOW_US)

    assert not may(db, DANA, Action.SEE, "ana", Topic.HEART_RATE)
    assert may(db, DANA, Action.SEE, "ana", Topic.ACTIVITY)
    assert may(db, ELI, Action.SEE, "ana", Topic.HEART_RATE)


def test_a_relation_holds_from_its_first_instant_to_its_end(db):
    coached = Relation(RelationKind.COACH, "chidi", "dana")
    relate(db, coached, NOW_US)
    end_relation(db, coached, NOW_US + 10)

    held = [
        allowed(db, DANA, Action.SEE, "chidi", Topic.ACTIVITY, now_us=at_us)
        for at_us in (NOW_US - 1, NOW_US, NOW_US + 9, NOW_US + 10)
    ]
    assert held == [False, True, True, False]


def test_a_friend_not_taken_back_sees_nothing(db):
    relate(db, Relation(RelationKind.FRIEND, "chidi", "ana"), START_US)

    assert reason(db, CHIDI, Action.SEE, "ana", Topic.ACTIVITY) == "not in their circle"


def test_team_mates_see_each_other(db):
    assert may(db, CHIDI, Action.SEE, "ben", Topic.ACTIVITY)
    assert may(db, CHIDI, Action.CHEER, "ben")


@pytest.mark.parametrize("leaver", ["ben", "chidi"])
def test_who_leaves_a_team_sees_and_shows_nothing(db, leaver):
    end_relation(db, Relation(RelationKind.TEAM, leaver, "early birds"), NOW_US)

    assert reason(db, CHIDI, Action.SEE, "ben", Topic.ACTIVITY) == "not in their circle"


def test_visible_is_allowed_for_many_by_one_query(db):
    statements = []
    event.listen(db, "before_cursor_execute", lambda *call: statements.append(call[2]))

    for actor, topic in product(EVERYONE, Topic):
        one_by_one = {name for name in PARTICIPANTS if may(db, actor, Action.SEE, name, topic)}
        statements.clear()
        assert visible(db, actor, [*PARTICIPANTS, "zoe", "eli"], topic, NOW_US) == one_by_one
        assert len(statements) == (actor is not None)


def test_of_nobody_there_is_nothing_to_see(db):
    assert visible(db, DANA, [], Topic.ACTIVITY, NOW_US) == set()


def test_a_refusal_names_no_more_than_pseudonyms(db):
    with pytest.raises(Refused, match="coach dana may not see chidi: not on their panel"):
        authorize(db, DANA, Action.SEE, "chidi", Topic.ACTIVITY, now_us=NOW_US)
